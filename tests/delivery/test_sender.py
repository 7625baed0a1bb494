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
from tests.cards.deterministic_loop import now, run_deterministic, settle
from tests.cards.records import Ending
from tests.cards.stage import Stage, set_stage

Story: TypeAlias = Callable[[Stage], Awaitable[None]]

MARKER = routes.CHANNEL_ANSWER(1, 1, Answer.HERE)
KEY = "tests:1"
_CLOUDFLARE = Response(429, {"message": "banned"}, is_discord=False)


@pytest.fixture
def run_story(tmp_path: Path) -> Callable[[Story], None]:
    """Return a function that runs a story once the card is posted and Discord answers normally."""

    async def tell(story: Story) -> None:
        async with set_stage(tmp_path, 50, []) as stage:
            await settle()
            stage.script.answers_at_once = True
            while stage.script.waiting:  # the card, then the deletion of the one before
                stage.script.serve(stage.script.waiting[0], Ending.WELL)
                await settle()
            await story(stage)

    return lambda story: run_deterministic(lambda: tell(story))


async def _begun(stage: Stage) -> Intent:
    begun_at = now()

    async def work(statements: Statements) -> Intent:
        return await outbox.begin(statements, KEY, stage.room.guild_id, stage.room.channel_id, begun_at)

    return await stage.services.database.write(work)


async def _send(stage: Stage, intent: Intent, tries: int = 1) -> Result:
    channel = stage.bot.get_partial_messageable(stage.room.channel_id, guild_id=stage.room.guild_id)
    view = panel(["Hello."], [[button("Marker", MARKER)]])
    return await stage.bot.sender.send(intent, channel, view, marker=MARKER, tries=tries)


async def _send_with_answers(stage: Stage, sending: Awaitable[Result], *ends: Ending | Response) -> Result:
    """Return the result of sending when Discord's answers are these, one after the other."""
    stage.script.answers_at_once = False
    task = asyncio.ensure_future(sending)
    for ending in ends:
        while not stage.script.waiting:
            await asyncio.sleep(1)
            await settle()
        if isinstance(ending, Ending):
            stage.script.serve(stage.script.waiting[0], ending)
        else:
            stage.script.answer(stage.script.waiting[0], ending)
        await settle()
    stage.script.answers_at_once = True
    return await task


def _out(stage: Stage) -> list[int]:
    """Return the messages that were sent, but for the card."""
    return [each.message_id for each in stage.script.posted.values() if "rooms:how:" not in each.text]


def _asked(stage: Stage, method: str) -> int:
    return sum(each.method == method and each.path.endswith("/messages") for each in stage.script.asked)


def test_a_message_is_sent_silently_with_the_nonce_of_its_intent(
    run_story: Callable[[Story], None],
) -> None:
    async def story(stage: Stage) -> None:
        intent = await _begun(stage)
        result = await _send(stage, intent)
        assert [Sent(each) for each in _out(stage)] == [result]
        body = stage.script.asked[-1].body
        assert (body["nonce"], body["enforce_nonce"]) == (intent.nonce, True)
        assert body["flags"] & 1 << 12

    run_story(story)


def test_a_request_whose_answer_was_lost_is_repeated_at_once_for_a_member_who_waits(
    run_story: Callable[[Story], None],
) -> None:
    async def story(stage: Stage) -> None:
        begun, asked = now(), _asked(stage, "POST")
        result = await _send_with_answers(stage, _send(stage, await _begun(stage), tries=3), Ending.LOST)
        (message_id,) = _out(stage)
        assert result == Sent(message_id, is_repeat=True)
        assert _asked(stage, "POST") - asked == 2
        assert now() - begun < timedelta(seconds=5)

    run_story(story)


def test_sending_stops_after_the_last_attempt(run_story: Callable[[Story], None]) -> None:
    async def story(stage: Stage) -> None:
        asked = _asked(stage, "POST")
        result = await _send_with_answers(
            stage, _send(stage, await _begun(stage), tries=3), *[Ending.RESET] * 3
        )
        assert result == Unknown()
        assert _asked(stage, "POST") - asked == 3

    run_story(story)


def test_no_attempt_follows_once_discord_has_forgotten_the_nonce(
    run_story: Callable[[Story], None],
) -> None:
    async def story(stage: Stage) -> None:
        asked = _asked(stage, "POST")
        stage.script.answers_at_once = False
        sending = asyncio.ensure_future(_send(stage, await _begun(stage), tries=3))
        await settle()
        await asyncio.sleep(121)
        stage.script.serve(stage.script.waiting[0], Ending.LOST)
        stage.script.answers_at_once = True
        assert await sending == Unknown()
        assert _asked(stage, "POST") - asked == 1
        assert len(_out(stage)) == 1

    run_story(story)


def test_within_two_minutes_the_message_is_sent_again_with_the_same_nonce(
    run_story: Callable[[Story], None],
) -> None:
    async def story(stage: Stage) -> None:
        assert await _send_with_answers(stage, _send(stage, await _begun(stage)), Ending.LOST) == Unknown()
        await asyncio.sleep(100)
        (message_id,) = _out(stage)
        assert await _send(stage, await _begun(stage)) == Sent(message_id, is_repeat=True)
        assert _asked(stage, "GET") == 0

    run_story(story)


@pytest.mark.parametrize("seconds", [121, 3600])
def test_after_two_minutes_the_message_is_looked_for_before_it_is_sent_again(
    run_story: Callable[[Story], None], seconds: int
) -> None:
    async def story(stage: Stage) -> None:
        assert await _send_with_answers(stage, _send(stage, await _begun(stage)), Ending.LOST) == Unknown()
        await asyncio.sleep(seconds)
        (message_id,) = _out(stage)
        asked = _asked(stage, "POST")
        assert await _send(stage, await _begun(stage)) == Sent(message_id, is_repeat=True)
        assert _asked(stage, "POST") == asked

    run_story(story)


def test_a_message_that_is_not_found_is_sent(run_story: Callable[[Story], None]) -> None:
    async def story(stage: Stage) -> None:
        assert await _send_with_answers(stage, _send(stage, await _begun(stage)), Ending.RESET) == Unknown()
        await asyncio.sleep(600)
        result = await _send(stage, await _begun(stage))
        assert [Sent(each) for each in _out(stage)] == [result]

    run_story(story)


def test_where_history_cannot_be_read_nothing_is_sent_again(run_story: Callable[[Story], None]) -> None:
    async def story(stage: Stage) -> None:
        stage.let_read_history(is_allowed=False)
        assert await _send_with_answers(stage, _send(stage, await _begun(stage)), Ending.LOST) == Unknown()
        await asyncio.sleep(600)
        asked = len(stage.script.asked)
        for _ in range(2):
            result = await _send(stage, await _begun(stage))
            assert result == Refused(Problem.HISTORY, may_be_out=True)
        assert len(stage.script.asked) == asked
        stage.let_read_history(is_allowed=True)
        (message_id,) = _out(stage)
        assert await _send(stage, await _begun(stage)) == Sent(message_id, is_repeat=True)

    run_story(story)


@pytest.mark.parametrize("code", [50001, 50013])
def test_where_discord_refuses_the_history_nothing_is_sent_again(
    run_story: Callable[[Story], None], code: int
) -> None:
    async def story(stage: Stage) -> None:
        await _send_with_answers(stage, _send(stage, await _begun(stage)), Ending.LOST)
        await asyncio.sleep(600)
        result = await _send_with_answers(stage, _send(stage, await _begun(stage)), refusal(403, code))
        assert result == Refused(Problem.HISTORY, 403, code, may_be_out=True)
        assert len(_out(stage)) == 1

    run_story(story)


def test_nothing_is_sent_once_the_outcome_was_recorded_during_the_search(
    run_story: Callable[[Story], None],
) -> None:
    async def story(stage: Stage) -> None:
        await _send_with_answers(stage, _send(stage, await _begun(stage)), Ending.RESET)
        await asyncio.sleep(600)
        stage.script.answers_at_once = False
        sending = asyncio.ensure_future(_send(stage, await _begun(stage)))
        await settle()
        await stage.services.database.write(partial(outbox.finish, key=KEY))
        stage.script.serve(stage.script.waiting[0], Ending.WELL)
        assert await sending == Recorded()
        assert _out(stage) == []

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
    async def story(stage: Stage) -> None:
        asked = _asked(stage, "POST")
        assert await _send_with_answers(stage, _send(stage, await _begun(stage)), answer) == expected
        assert _asked(stage, "POST") - asked == 1

    run_story(story)


def test_a_refusal_after_a_lost_answer_still_says_that_the_message_may_be_out(
    run_story: Callable[[Story], None],
) -> None:
    async def story(stage: Stage) -> None:
        await _send_with_answers(stage, _send(stage, await _begun(stage)), Ending.LOST)
        result = await _send_with_answers(stage, _send(stage, await _begun(stage)), refusal(403, 50013))
        assert result == Refused(Problem.REFUSED, 403, 50013, may_be_out=True)
        assert await _send_with_answers(stage, _send(stage, await _begun(stage)), _CLOUDFLARE) == Unknown()

    run_story(story)


def test_a_message_that_was_deleted_meanwhile_is_recognised(run_story: Callable[[Story], None]) -> None:
    async def story(stage: Stage) -> None:
        await _send_with_answers(stage, _send(stage, await _begun(stage)), Ending.LOST)
        for posted in stage.script.posted.values():
            stage.script.delete(posted)
        assert await _send(stage, await _begun(stage)) == Refused(
            Problem.REFUSED, 404, 10008, may_be_out=True
        )

    run_story(story)


@pytest.mark.parametrize("is_known", [True, False])
def test_while_discord_shows_nothing_of_the_server_the_outcome_stays_unknown(
    run_story: Callable[[Story], None], *, is_known: bool
) -> None:
    async def story(stage: Stage) -> None:
        await _send_with_answers(stage, _send(stage, await _begun(stage)), Ending.LOST)
        await asyncio.sleep(600)
        guild = stage.bot.get_guild(stage.room.guild_id)
        assert isinstance(guild, discord.Guild)
        guild.unavailable = True
        if not is_known:
            stage.bot._connection._remove_guild(guild)  # noqa: SLF001 - as during an outage of Discord
        assert await _send(stage, await _begun(stage)) == Unknown()
        assert len(_out(stage)) == 1

    run_story(story)
