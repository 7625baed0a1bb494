"""The sender, against the scripted Discord of the cards' tests: it sends one message, whatever fails."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeAlias

import discord
import pytest

from bot.delivery import outbox
from bot.delivery.outbox import Intent
from bot.delivery.outcome import Problem
from bot.gateway.sender import Later, Recorded, Refused, Result, Sent, Unknown
from bot.storage.database import Statements
from cogs.checkins import routes
from cogs.ui.answers import Answer
from cogs.ui.panels import button, panel
from tests.cards.answers import Response, refusal
from tests.cards.steady import now, settle, steady
from tests.cards.table import Table, lay
from tests.cards.touches import How

Story: TypeAlias = Callable[[Table], Awaitable[None]]

MARKER = routes.CHANNEL_ANSWER(1, 1, Answer.HERE)
KEY = "tests:1"
_CLOUDFLARE = Response(429, {"message": "banned"}, is_discord=False)


@pytest.fixture
def run_story(tmp_path: Path) -> Callable[[Story], None]:
    """Return a function that runs a story once the card is posted and Discord answers normally."""

    async def tell(story: Story) -> None:
        async with lay(tmp_path, 50, []) as table:
            await settle()
            table.far.is_calm = True
            while table.far.waiting:  # the card, then the deletion of the one before
                table.far.serve(table.far.waiting[0], How.WELL)
                await settle()
            await story(table)

    return lambda story: steady(lambda: tell(story))


async def _begun(table: Table) -> Intent:
    begun_at = now()

    async def work(statements: Statements) -> Intent:
        return await outbox.begin(statements, KEY, table.room.guild_id, table.room.channel_id, begun_at)

    return await table.services.database.write(work)


async def _send(table: Table, intent: Intent, tries: int = 1) -> Result:
    channel = table.bot.get_partial_messageable(table.room.channel_id, guild_id=table.room.guild_id)
    view = panel(["Hello."], [[button("Marker", MARKER)]])
    return await table.bot.sender.send(intent, channel, view, marker=MARKER, tries=tries)


async def _send_with_answers(table: Table, sending: Awaitable[Result], *hows: How | Response) -> Result:
    """Return the result of sending when Discord's answers are these, one after the other."""
    table.far.is_calm = False
    task = asyncio.ensure_future(sending)
    for how in hows:
        while not table.far.waiting:
            await asyncio.sleep(1)
            await settle()
        if isinstance(how, How):
            table.far.serve(table.far.waiting[0], how)
        else:
            table.far.answer(table.far.waiting[0], how)
        await settle()
    table.far.is_calm = True
    return await task


def _out(table: Table) -> list[int]:
    """Return the messages that were sent, without the card."""
    return [each.message_id for each in table.far.posted.values() if "rooms:how:" not in each.text]


def _asked(table: Table, method: str) -> int:
    return sum(each.method == method and each.path.endswith("/messages") for each in table.far.asked)


def test_a_message_is_sent_silently_with_the_nonce_of_its_intent(
    run_story: Callable[[Story], None],
) -> None:
    async def story(table: Table) -> None:
        intent = await _begun(table)
        result = await _send(table, intent)
        assert [Sent(each) for each in _out(table)] == [result]
        body = table.far.asked[-1].body
        assert (body["nonce"], body["enforce_nonce"]) == (intent.nonce, True)
        assert body["flags"] & 1 << 12

    run_story(story)


def test_a_request_whose_answer_was_lost_is_repeated_at_once_for_a_member_who_waits(
    run_story: Callable[[Story], None],
) -> None:
    async def story(table: Table) -> None:
        begun, asked = now(), _asked(table, "POST")
        result = await _send_with_answers(table, _send(table, await _begun(table), tries=3), How.LOST)
        (message_id,) = _out(table)
        assert result == Sent(message_id, is_repeat=True)
        assert _asked(table, "POST") - asked == 2
        assert now() - begun < timedelta(seconds=5)

    run_story(story)


def test_sending_stops_after_the_last_attempt(run_story: Callable[[Story], None]) -> None:
    async def story(table: Table) -> None:
        asked = _asked(table, "POST")
        result = await _send_with_answers(
            table, _send(table, await _begun(table), tries=3), *[How.RESET] * 3
        )
        assert result == Unknown()
        assert _asked(table, "POST") - asked == 3

    run_story(story)


def test_no_attempt_follows_once_discord_has_forgotten_the_nonce(
    run_story: Callable[[Story], None],
) -> None:
    async def story(table: Table) -> None:
        asked = _asked(table, "POST")
        table.far.is_calm = False
        sending = asyncio.ensure_future(_send(table, await _begun(table), tries=3))
        await settle()
        await asyncio.sleep(121)
        table.far.serve(table.far.waiting[0], How.LOST)
        table.far.is_calm = True
        assert await sending == Unknown()
        assert _asked(table, "POST") - asked == 1
        assert len(_out(table)) == 1

    run_story(story)


def test_within_two_minutes_the_message_is_sent_again_with_the_same_nonce(
    run_story: Callable[[Story], None],
) -> None:
    async def story(table: Table) -> None:
        assert await _send_with_answers(table, _send(table, await _begun(table)), How.LOST) == Unknown()
        await asyncio.sleep(100)
        (message_id,) = _out(table)
        assert await _send(table, await _begun(table)) == Sent(message_id, is_repeat=True)
        assert _asked(table, "GET") == 0

    run_story(story)


@pytest.mark.parametrize("seconds", [121, 3600])
def test_after_two_minutes_the_message_is_looked_for_before_it_is_sent_again(
    run_story: Callable[[Story], None], seconds: int
) -> None:
    async def story(table: Table) -> None:
        assert await _send_with_answers(table, _send(table, await _begun(table)), How.LOST) == Unknown()
        await asyncio.sleep(seconds)
        (message_id,) = _out(table)
        asked = _asked(table, "POST")
        assert await _send(table, await _begun(table)) == Sent(message_id, is_repeat=True)
        assert _asked(table, "POST") == asked

    run_story(story)


def test_a_message_that_is_not_found_is_sent(run_story: Callable[[Story], None]) -> None:
    async def story(table: Table) -> None:
        assert await _send_with_answers(table, _send(table, await _begun(table)), How.RESET) == Unknown()
        await asyncio.sleep(600)
        result = await _send(table, await _begun(table))
        assert [Sent(each) for each in _out(table)] == [result]

    run_story(story)


def test_where_history_cannot_be_read_nothing_is_sent_again(run_story: Callable[[Story], None]) -> None:
    async def story(table: Table) -> None:
        table.let_read_history(is_allowed=False)
        assert await _send_with_answers(table, _send(table, await _begun(table)), How.LOST) == Unknown()
        await asyncio.sleep(600)
        asked = len(table.far.asked)
        for _ in range(2):
            result = await _send(table, await _begun(table))
            assert result == Refused(Problem.HISTORY, may_be_out=True)
        assert len(table.far.asked) == asked
        table.let_read_history(is_allowed=True)
        (message_id,) = _out(table)
        assert await _send(table, await _begun(table)) == Sent(message_id, is_repeat=True)

    run_story(story)


@pytest.mark.parametrize("code", [50001, 50013])
def test_where_discord_refuses_the_history_nothing_is_sent_again(
    run_story: Callable[[Story], None], code: int
) -> None:
    async def story(table: Table) -> None:
        await _send_with_answers(table, _send(table, await _begun(table)), How.LOST)
        await asyncio.sleep(600)
        result = await _send_with_answers(table, _send(table, await _begun(table)), refusal(403, code))
        assert result == Refused(Problem.HISTORY, 403, code, may_be_out=True)
        assert len(_out(table)) == 1

    run_story(story)


def test_nothing_is_sent_once_the_outcome_was_recorded_during_the_search(
    run_story: Callable[[Story], None],
) -> None:
    async def story(table: Table) -> None:
        await _send_with_answers(table, _send(table, await _begun(table)), How.RESET)
        await asyncio.sleep(600)
        table.far.is_calm = False
        sending = asyncio.ensure_future(_send(table, await _begun(table)))
        await settle()
        await table.services.database.write(partial(outbox.finish, key=KEY))
        table.far.serve(table.far.waiting[0], How.WELL)
        assert await sending == Recorded()
        assert _out(table) == []

    run_story(story)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (refusal(400, 50035), Refused(Problem.REFUSED, 400, 50035)),
        (refusal(403, 50013), Refused(Problem.REFUSED, 403, 50013)),
        (refusal(404, 10003), Refused(Problem.REFUSED, 404, 10003)),
        (refusal(400, 200000), Refused(Problem.REFUSED, 400, 200000)),
        (_CLOUDFLARE, Later()),
        (refusal(408, 0), Later()),
        (refusal(400, 20028), Later()),
        (refusal(503, 0), Unknown()),
    ],
)
def test_a_clear_answer_ends_sending_after_one_request(
    run_story: Callable[[Story], None], answer: Response, expected: Result
) -> None:
    async def story(table: Table) -> None:
        asked = _asked(table, "POST")
        assert await _send_with_answers(table, _send(table, await _begun(table)), answer) == expected
        assert _asked(table, "POST") - asked == 1

    run_story(story)


def test_a_refusal_after_a_lost_answer_still_says_that_the_message_may_be_out(
    run_story: Callable[[Story], None],
) -> None:
    async def story(table: Table) -> None:
        await _send_with_answers(table, _send(table, await _begun(table)), How.LOST)
        result = await _send_with_answers(table, _send(table, await _begun(table)), refusal(403, 50013))
        assert result == Refused(Problem.REFUSED, 403, 50013, may_be_out=True)
        assert await _send_with_answers(table, _send(table, await _begun(table)), _CLOUDFLARE) == Unknown()

    run_story(story)


def test_a_message_that_was_deleted_meanwhile_is_recognised(run_story: Callable[[Story], None]) -> None:
    async def story(table: Table) -> None:
        await _send_with_answers(table, _send(table, await _begun(table)), How.LOST)
        for posted in table.far.posted.values():
            table.far.delete(posted)
        assert await _send(table, await _begun(table)) == Refused(
            Problem.REFUSED, 404, 10008, may_be_out=True
        )

    run_story(story)


@pytest.mark.parametrize("is_known", [True, False])
def test_while_discord_shows_nothing_of_the_server_the_outcome_stays_unknown(
    run_story: Callable[[Story], None], *, is_known: bool
) -> None:
    async def story(table: Table) -> None:
        await _send_with_answers(table, _send(table, await _begun(table)), How.LOST)
        await asyncio.sleep(600)
        guild = table.bot.get_guild(table.room.guild_id)
        assert isinstance(guild, discord.Guild)
        guild.unavailable = True
        if not is_known:
            table.bot._connection._remove_guild(guild)  # noqa: SLF001 - as during an outage of Discord
        assert await _send(table, await _begun(table)) == Unknown()
        assert len(_out(table)) == 1

    run_story(story)
