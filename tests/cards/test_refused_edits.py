"""What becomes of a card and its session after each way in which Discord can refuse an edit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from bot.delivery.outcome import Problem
from bot.privacy.consent.model import Purpose
from bot.rooms.sessions.model import Phase
from bot.rooms.sessions.rules import begins_at
from bot.scheduling import due_queue
from bot.scheduling.due_queue import DueKind
from cogs.privacy.routes import TURN_OFF_CONSENT
from cogs.rooms.card_delivery import CardDelivery
from tests.cards.answers import Response, refusal
from tests.cards.deterministic_loop import run_deterministic, settle
from tests.cards.records import Ending, Request
from tests.cards.serving import OPENER, Story, asked, pass_minutes, reach, serve, text_of
from tests.cards.stage import Stage, set_stage

_OLD = [Response(429, {"code": 30046, "message": "old", "retry_after": 1.0})] * 5  # discord.py's five tries
_BANNED = Response(429, {"message": "banned"}, is_discord=False)
_B = 1002


async def _problem(stage: Stage) -> Problem | None:
    (room,) = await stage.services.rooms.of_guild(stage.room.guild_id)
    return room.problem


@pytest.fixture
def run_story(tmp_path: Path) -> Callable[[Story], None]:
    """Return a function that runs a story in a session of 50 minutes whose card is posted."""

    async def tell(story: Story) -> None:
        async with set_stage(tmp_path, 50, [OPENER]) as stage:
            await settle()
            await serve(stage)
            await story(stage)
            there = [each for each in stage.cards() if not each.is_gone]
            assert len(there) <= 1

    return lambda story: run_deterministic(lambda: tell(story))


def test_a_card_that_was_edited_too_often_for_its_age_is_replaced_by_a_new_message(
    run_story: Callable[[Story], None],
) -> None:
    async def story(stage: Stage) -> None:
        before = stage.card()
        await reach(stage, Phase.QUIET, *_OLD)
        card = stage.card()
        assert card is not None
        assert card is not before
        assert "Quiet until" in card.text
        assert asked(stage, "PATCH") == 5  # discord.py's own tries
        await pass_minutes(stage, 3)
        assert asked(stage, "PATCH") == 5  # nothing is repeated
        await reach(stage, Phase.TIME_TO_TALK)
        await reach(stage, Phase.CLOSED)
        assert "Open a session" in text_of(stage)

    run_story(story)


def test_a_phase_is_shown_by_a_recent_tap_without_an_edit(run_story: Callable[[Story], None]) -> None:
    async def story(stage: Stage) -> None:
        stage.taps(_B, "Sit")
        await settle()
        await serve(stage)
        await reach(stage, Phase.QUIET)
        assert "Quiet until" in text_of(stage)
        assert asked(stage, "PATCH") == 0
        session = await stage.session()
        assert session is not None
        card_is_due = partial(due_queue.find, kind=DueKind.CARD, subject_id=stage.room.room_id)
        assert await stage.services.database.read(card_is_due) == begins_at(session, Phase.TIME_TO_TALK)

    run_story(story)


def test_a_session_closes_on_time_while_discord_refuses_to_edit_its_card(
    run_story: Callable[[Story], None],
) -> None:
    async def story(stage: Stage) -> None:
        await reach(stage, Phase.TIME_TO_TALK)
        await reach(stage, Phase.CLOSED, _BANNED)
        assert await stage.session() is None
        assert "Open a session" not in text_of(stage)
        await pass_minutes(stage, 4, *[_BANNED] * 4)
        assert "Open a session" not in text_of(stage)
        await pass_minutes(stage, 2)
        assert "Open a session" in text_of(stage)
        assert await _problem(stage) is None

    run_story(story)


def test_an_edit_that_discord_never_takes_is_given_up_until_something_changes(
    run_story: Callable[[Story], None],
) -> None:
    async def story(stage: Stage) -> None:
        await reach(stage, Phase.CLOSED, _BANNED)
        for _ in range(150):
            await pass_minutes(stage, 1, _BANNED)
        before = len(stage.script.asked)
        assert before < 60
        for _ in range(30):
            await pass_minutes(stage, 1, _BANNED)
        assert len(stage.script.asked) == before

    run_story(story)


@pytest.mark.parametrize("answer", [refusal(400, 50035), refusal(400, 160002), refusal(405, 0)])
def test_a_phase_that_is_refused_for_good_is_named_and_the_session_goes_on(
    run_story: Callable[[Story], None], answer: Response
) -> None:
    async def story(stage: Stage) -> None:
        await reach(stage, Phase.QUIET, answer)
        assert asked(stage, "PATCH") == 1
        assert await _problem(stage) is Problem.REFUSED
        await pass_minutes(stage, 3)
        assert asked(stage, "PATCH") == 1
        await reach(stage, Phase.TIME_TO_TALK)
        assert "Quiet time is over" in text_of(stage)
        assert await _problem(stage) is None

    run_story(story)


@pytest.mark.parametrize("answer", [refusal(403, 50013), refusal(403, 50001), refusal(404, 10003)])
def test_a_session_whose_channel_can_no_longer_be_used_ends(
    run_story: Callable[[Story], None], answer: Response
) -> None:
    async def story(stage: Stage) -> None:
        await reach(stage, Phase.QUIET, answer)
        assert await stage.session() is None

    run_story(story)


def test_a_phase_whose_card_was_deleted_posts_it_again(run_story: Callable[[Story], None]) -> None:
    async def story(stage: Stage) -> None:
        card = stage.card()
        assert card is not None
        stage.script.delete(card)
        await reach(stage, Phase.QUIET)
        assert "Quiet until" in text_of(stage)

    run_story(story)


@pytest.mark.parametrize("answer", [_BANNED, refusal(408, 0), refusal(400, 20028)])
def test_a_phase_is_tried_again_after_a_refusal_that_passes(
    run_story: Callable[[Story], None], answer: Response
) -> None:
    async def story(stage: Stage) -> None:
        await reach(stage, Phase.QUIET, answer)
        assert "Quiet until" not in text_of(stage)
        await pass_minutes(stage, 2)
        assert "Quiet until" in text_of(stage)
        assert asked(stage, "PATCH") == 2

    run_story(story)


@pytest.mark.parametrize("is_answered_first", [True, False])
def test_a_card_that_could_not_be_posted_is_tried_again_a_minute_later_and_not_at_once(
    run_story: Callable[[Story], None], *, is_answered_first: bool
) -> None:
    async def story(stage: Stage) -> None:
        await reach(stage, Phase.CLOSED)
        before = asked(stage, "POST")
        stage.sits_by_command(_B, hidden=False)
        await settle()
        (post,) = _waiting(stage, "/channels/")
        (answer,) = _waiting(stage, "/interactions/")
        if is_answered_first:
            stage.script.serve(answer, Ending.WELL)
            await settle()
        stage.script.answer(post, _BANNED)
        await settle()
        await serve(stage)
        assert asked(stage, "POST") == before + 1
        await pass_minutes(stage, 1)
        assert asked(stage, "POST") == before + 2
        assert "One of" in text_of(stage)

    run_story(story)


def _waiting(stage: Stage, part: str) -> list[Request]:
    """Return the requests that wait for an answer and are for this part of Discord's API."""
    return [each for each in stage.script.waiting if part in each.path]


async def _hide_name(stage: Stage) -> None:
    """Let the member whose name is shown turn that off, without a tap on the card."""
    stage.taps_privately(OPENER, TURN_OFF_CONSENT(stage.room.guild_id, Purpose.SHOW_NAME))
    await settle()


def test_a_name_leaves_the_card_within_twenty_seconds_of_its_consent(
    run_story: Callable[[Story], None],
) -> None:
    async def story(stage: Stage) -> None:
        assert f"<@{OPENER}>" in text_of(stage)
        await _hide_name(stage)
        await serve(stage)
        await asyncio.sleep(20)
        await serve(stage)
        assert f"<@{OPENER}>" not in text_of(stage)
        assert asked(stage, "PATCH") == 1

    run_story(story)


@pytest.mark.parametrize("answer", [refusal(400, 50035), _BANNED])
def test_a_change_whose_edit_is_refused_is_shown_by_the_next_tap(
    run_story: Callable[[Story], None], answer: Response
) -> None:
    async def story(stage: Stage) -> None:
        await asyncio.sleep(20)
        await _hide_name(stage)
        await serve(stage, answer)
        assert f"<@{OPENER}>" in text_of(stage)
        stage.taps(_B, "Sit")
        await settle()
        await serve(stage)
        assert f"<@{OPENER}>" not in text_of(stage)
        assert asked(stage, "PATCH") == 1

    run_story(story)


def test_a_card_that_is_found_deleted_between_phases_is_posted_again(
    run_story: Callable[[Story], None],
) -> None:
    async def story(stage: Stage) -> None:
        card = stage.card()
        assert card is not None
        stage.script.delete(card)
        await asyncio.sleep(20)
        await _hide_name(stage)
        await serve(stage)
        assert asked(stage, "PATCH") == 1
        assert f"<@{OPENER}>" not in text_of(stage)
        await reach(stage, Phase.QUIET)
        assert "Quiet until" in text_of(stage)

    run_story(story)


def test_a_phase_that_an_error_of_ours_stopped_is_tried_again(
    run_story: Callable[[Story], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("an error of ours")

    async def story(stage: Stage) -> None:
        with monkeypatch.context() as failing:
            failing.setattr(CardDelivery, "_edit", fail)
            await reach(stage, Phase.QUIET)
        assert asked(stage, "PATCH") == 0
        await pass_minutes(stage, 1)  # the worker tries again
        assert "Quiet until" in text_of(stage)
        assert asked(stage, "PATCH") == 1

    run_story(story)
