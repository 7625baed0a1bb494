"""What becomes of a card and its session after each way in which Discord can refuse an edit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from bot.delivery.outcome import Problem
from bot.privacy.consent.model import Purpose
from bot.rooms.sessions.model import Phase
from bot.rooms.sessions.rules import CALLS_PER_SESSION, begins_at
from cogs.privacy.routes import TURN_OFF_CONSENT
from cogs.rooms.card_phases import CardPhases
from tests.cards.answers import Response, refusal
from tests.cards.far_side import How
from tests.cards.steady import now, settle, steady
from tests.cards.table import Table, lay

Story: TypeAlias = Callable[[Table], Awaitable[None]]

_OLD = [Response(429, {"code": 30046, "message": "old", "retry_after": 1.0})] * 5  # discord.py's five tries
_BANNED = Response(429, {"message": "banned"}, is_discord=False)
_A, _B = 1001, 1002


@pytest.fixture
def run_story(tmp_path: Path) -> Callable[[Story], None]:
    """Return a function that runs a story in a session of 50 minutes whose card is posted."""

    async def tell(story: Story) -> None:
        async with lay(tmp_path, 50, [_A]) as table:
            await settle()
            await _serve(table)
            await story(table)
            assert (await table.message()).requests_spent <= CALLS_PER_SESSION

    return lambda story: steady(lambda: tell(story))


async def _serve(table: Table, *answers: Response) -> None:
    """Answer edits of cards with `answers`, one after the other; everything else succeeds."""
    left = list(answers)
    while table.far.waiting:
        request = table.far.waiting[0]
        if left and request.method == "PATCH" and "/channels/" in request.path:
            table.far.answer(request, left.pop(0))
            await asyncio.sleep(2)  # discord.py waits a second before it tries again
        else:
            table.far.serve(request, How.WELL)
        await settle()


async def _reach(table: Table, phase: Phase, *answers: Response) -> None:
    """Let time pass until the phase begins, and answer its edit so."""
    session = await table.session()
    assert session is not None
    await asyncio.sleep((begins_at(session, phase) - now()).total_seconds())
    await settle()
    await _serve(table, *answers)


async def _pass(table: Table, minutes: int, *answers: Response) -> None:
    for number in range(minutes):
        await asyncio.sleep(60)
        await settle()
        await _serve(table, *answers[number : number + 1])


def _edits(table: Table) -> int:
    return sum(each.method == "PATCH" and "/channels/" in each.path for each in table.far.asked)


async def _spent(table: Table) -> int:
    return (await table.message()).requests_spent


async def _problem(table: Table) -> Problem | None:
    (room,) = await table.services.rooms.of_guild(table.room.guild_id)
    return room.problem


def _text(table: Table) -> str:
    card = table.card()
    assert card is not None
    return card.text


def test_a_phase_that_is_refused_for_too_many_edits_is_counted_and_shown_by_the_next_tap(
    run_story: Callable[[Story], None],
) -> None:
    async def story(table: Table) -> None:
        await _reach(table, Phase.QUIET, *_OLD)
        assert (await _spent(table), _edits(table)) == (2, 5)
        assert "Quiet until" not in _text(table)
        await _pass(table, 3)
        assert _edits(table) == 5  # nothing is repeated
        table.taps(_B, "Sit")
        await settle()
        await _serve(table)
        assert "Quiet until" in _text(table)
        assert _edits(table) == 5
        await _reach(table, Phase.TIME_TO_TALK)
        assert await _spent(table) == 3
        await _reach(table, Phase.CLOSED)
        assert "This session closed" in _text(table)
        assert await table.session() is None

    run_story(story)


def test_a_phase_that_is_refused_for_too_many_edits_is_shown_by_a_recent_tap_at_once(
    run_story: Callable[[Story], None],
) -> None:
    async def story(table: Table) -> None:
        table.taps(_B, "Sit")
        await settle()
        await _serve(table)
        await _reach(table, Phase.QUIET, *_OLD)
        assert "Quiet until" in _text(table)
        assert (await _spent(table), _edits(table)) == (2, 5)

    run_story(story)


def test_a_close_that_is_refused_for_too_many_edits_is_shown_by_a_recent_tap(
    run_story: Callable[[Story], None],
) -> None:
    async def story(table: Table) -> None:
        await _reach(table, Phase.QUIET)
        await _reach(table, Phase.TIME_TO_TALK)
        table.taps(_B, "Sit")
        await settle()
        await _serve(table)
        before = _edits(table)
        await _reach(table, Phase.CLOSED, *_OLD)
        assert "This session closed" in _text(table)
        assert await table.session() is None
        await _pass(table, 3)
        assert _edits(table) - before == 5
        assert await _problem(table) is None

    run_story(story)


def test_a_close_that_is_refused_for_too_many_edits_is_tried_again_for_ten_minutes_and_then_given_up(
    run_story: Callable[[Story], None],
) -> None:
    async def story(table: Table) -> None:
        await _reach(table, Phase.QUIET)
        await _reach(table, Phase.TIME_TO_TALK)
        await _reach(table, Phase.CLOSED, *_OLD)
        for _ in range(9):
            assert await table.session() is not None
            assert await _problem(table) is None
            await asyncio.sleep(60)
            await settle()
            await _serve(table, *_OLD)
        await _pass(table, 3, _BANNED, _BANNED, _BANNED)
        assert await table.session() is None
        assert await _problem(table) is Problem.LATER
        assert table.known_cards() == []

    run_story(story)


def test_a_close_is_tried_again_until_discord_lets_the_card_be_closed(
    run_story: Callable[[Story], None],
) -> None:
    async def story(table: Table) -> None:
        await _reach(table, Phase.QUIET)
        await _reach(table, Phase.TIME_TO_TALK)
        await _reach(table, Phase.CLOSED, _BANNED)
        await _pass(table, 4, *[_BANNED] * 4)
        assert "This session closed" not in _text(table)
        assert await table.session() is not None
        await _pass(table, 1)
        assert "This session closed" in _text(table)
        assert await table.session() is None
        assert await _problem(table) is None

    run_story(story)


def test_a_close_that_comes_late_is_tried_more_than_once(run_story: Callable[[Story], None]) -> None:
    async def story(table: Table) -> None:
        await _reach(table, Phase.QUIET)
        session = await table.session()
        assert session is not None
        closes = begins_at(session, Phase.CLOSED)
        await asyncio.sleep((closes - now()).total_seconds() + 1200)  # Discord does not answer meanwhile
        await _serve(table, refusal(400, 50035), _BANNED)
        assert await table.session() is not None
        await _pass(table, 1)
        assert "This session closed" in _text(table)
        assert await table.session() is None

    run_story(story)


@pytest.mark.parametrize("answer", [refusal(400, 50035), refusal(400, 160002), refusal(405, 0)])
def test_a_phase_that_is_refused_for_good_is_counted_and_named_and_the_session_goes_on(
    run_story: Callable[[Story], None], answer: Response
) -> None:
    async def story(table: Table) -> None:
        await _reach(table, Phase.QUIET, answer)
        assert (await _spent(table), _edits(table)) == (2, 1)
        assert await _problem(table) is Problem.REFUSED
        await _pass(table, 3)
        assert _edits(table) == 1
        await _reach(table, Phase.TIME_TO_TALK)
        assert "Quiet time is over" in _text(table)
        assert await _problem(table) is None

    run_story(story)


@pytest.mark.parametrize("answer", [refusal(403, 50013), refusal(403, 50001), refusal(404, 10003)])
def test_a_session_whose_channel_can_no_longer_be_used_ends(
    run_story: Callable[[Story], None], answer: Response
) -> None:
    async def story(table: Table) -> None:
        await _reach(table, Phase.QUIET, answer)
        assert _edits(table) == 1
        assert await table.session() is None
        assert table.known_cards() == []

    run_story(story)


def test_a_close_that_is_refused_for_good_ends_the_session(run_story: Callable[[Story], None]) -> None:
    async def story(table: Table) -> None:
        await _reach(table, Phase.QUIET)
        await _reach(table, Phase.TIME_TO_TALK)
        before = _edits(table)
        await _reach(table, Phase.CLOSED, refusal(400, 50035))
        assert await table.session() is None
        assert _edits(table) - before == 1
        assert await _problem(table) is None

    run_story(story)


def test_a_phase_whose_card_was_deleted_posts_it_again(run_story: Callable[[Story], None]) -> None:
    async def story(table: Table) -> None:
        card = table.card()
        assert card is not None
        table.far.delete(card)
        await _reach(table, Phase.QUIET)
        assert "Quiet until" in _text(table)
        assert len(table.cards()) == 2
        assert await _spent(table) == 3

    run_story(story)


@pytest.mark.parametrize("answer", [_BANNED, refusal(408, 0), refusal(400, 20028)])
def test_a_phase_is_tried_again_after_a_refusal_that_passes(
    run_story: Callable[[Story], None], answer: Response
) -> None:
    async def story(table: Table) -> None:
        await _reach(table, Phase.QUIET, answer)
        assert "Quiet until" not in _text(table)
        assert await _spent(table) == 1
        await _pass(table, 1)
        assert "Quiet until" in _text(table)
        assert (await _spent(table), _edits(table)) == (2, 2)

    run_story(story)


async def _hide_name(table: Table) -> None:
    """Let the member whose name is shown turn that off, without a tap on the card."""
    table.taps_privately(_A, TURN_OFF_CONSENT(table.room.guild_id, Purpose.SHOW_NAME))
    await settle()


@pytest.mark.parametrize("answers", [_OLD, [refusal(403, 50013)], [refusal(400, 50035)], [_BANNED]])
def test_an_edit_between_phases_that_is_refused_is_left_to_the_next_tap(
    run_story: Callable[[Story], None], answers: list[Response]
) -> None:
    async def story(table: Table) -> None:
        assert f"<@{_A}>" in _text(table)
        await _hide_name(table)
        await _serve(table, *answers)
        assert f"<@{_A}>" in _text(table)
        assert _edits(table) == len(answers)
        assert await _spent(table) == (2 if answers is _OLD else 1)
        table.taps(_B, "Sit")
        await settle()
        await _serve(table)
        assert f"<@{_A}>" not in _text(table)
        assert _edits(table) == len(answers)

    run_story(story)


def test_a_card_that_is_found_deleted_between_phases_is_posted_again_with_the_next_phase(
    run_story: Callable[[Story], None],
) -> None:
    async def story(table: Table) -> None:
        card = table.card()
        assert card is not None
        table.far.delete(card)
        await _hide_name(table)
        await _serve(table)
        assert (len(table.cards()), _edits(table)) == (1, 1)
        await _reach(table, Phase.QUIET)
        assert _edits(table) == 1  # it is known that there is nothing to edit
        assert "Quiet until" in _text(table)
        assert f"<@{_A}>" not in _text(table)

    run_story(story)


def test_a_session_that_has_spent_its_requests_leaves_its_card_to_the_next_tap(
    run_story: Callable[[Story], None],
) -> None:
    async def story(table: Table) -> None:
        card = table.card()
        assert card is not None
        table.far.delete(card)
        await _reach(table, Phase.QUIET)
        assert await _spent(table) == 3  # posted, found deleted, posted again
        before = len(table.far.asked)
        await _reach(table, Phase.TIME_TO_TALK)
        assert len(table.far.asked) == before
        assert "Quiet time is over" not in _text(table)
        assert (await _spent(table), await table.session() is None) == (3, False)
        table.taps(_B, "Sit")
        await settle()
        await _serve(table)
        assert "Quiet time is over" in _text(table)
        await _reach(table, Phase.CLOSED)
        assert "This session closed" in _text(table)

    run_story(story)


def test_a_session_that_has_spent_its_requests_shows_a_phase_by_a_recent_tap(
    run_story: Callable[[Story], None],
) -> None:
    async def story(table: Table) -> None:
        card = table.card()
        assert card is not None
        table.far.delete(card)
        await _reach(table, Phase.QUIET)
        await _pass(table, 38)
        table.taps(_B, "Sit")
        await settle()
        await _serve(table)
        before = (await _spent(table), _edits(table))
        await _reach(table, Phase.TIME_TO_TALK)
        assert "Quiet time is over" in _text(table)
        assert (await _spent(table), _edits(table)) == before

    run_story(story)


def test_a_name_is_left_to_the_next_tap_once_the_requests_are_spent(
    run_story: Callable[[Story], None],
) -> None:
    async def story(table: Table) -> None:
        await _reach(table, Phase.QUIET)
        await _reach(table, Phase.TIME_TO_TALK)
        assert await _spent(table) == 3
        before = _edits(table)
        await _hide_name(table)
        await _serve(table)
        assert (await _spent(table), _edits(table)) == (3, before)
        table.taps(_B, "Sit")
        await settle()
        await _serve(table)
        assert f"<@{_A}>" not in _text(table)

    run_story(story)


def test_a_phase_that_an_error_of_ours_stopped_is_shown_by_a_recent_tap_at_once(
    run_story: Callable[[Story], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("an error of ours")

    async def story(table: Table) -> None:
        table.taps(_B, "Sit")
        await settle()
        await _serve(table)
        with monkeypatch.context() as failing:
            failing.setattr(CardPhases, "_edit_phase", fail)
            await _reach(table, Phase.QUIET)
        assert "Quiet until" in _text(table)
        assert (await _spent(table), _edits(table)) == (1, 0)
        await _pass(table, 1)  # the worker tries again
        assert (await _spent(table), _edits(table)) == (2, 1)

    run_story(story)
