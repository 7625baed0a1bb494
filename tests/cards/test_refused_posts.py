"""What becomes of a card that Discord does not let the bot post, and of the message that it had."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.delivery.outcome import Problem
from bot.rooms.sessions.model import Phase
from tests.cards.answers import refusal
from tests.cards.deterministic_loop import run_deterministic, settle
from tests.cards.records import Ending, Request
from tests.cards.serving import OPENER, Story, asked, pass_minutes, reach, serve, text_of
from tests.cards.stage import Stage, set_stage

_GUEST = 1002


@pytest.fixture
def run_story(tmp_path: Path) -> Callable[[Story], None]:
    """Return a function that runs a story in a room whose first session has closed."""

    async def tell(story: Story) -> None:
        async with set_stage(tmp_path, 5, [OPENER]) as stage:
            await settle()
            await serve(stage)
            await reach(stage, Phase.CLOSED)
            await story(stage)

    return lambda story: run_deterministic(lambda: tell(story))


def _posts(stage: Stage) -> list[Request]:
    return [each for each in stage.script.waiting if each.method == "POST" and "/channels/" in each.path]


async def _sit(stage: Stage) -> Request:
    """Open a session with /sit, and return the post of its card, which waits for an answer."""
    stage.sits_by_command(_GUEST, hidden=False)
    await settle()
    (post,) = _posts(stage)
    return post


async def _refuse_posts(stage: Stage) -> None:
    """Refuse every card for good; everything else succeeds."""
    while stage.script.waiting:
        if posts := _posts(stage):
            stage.script.answer(posts[0], refusal(400, 50035))
        else:
            stage.script.serve(stage.script.waiting[0], Ending.WELL)
        await settle()


async def _problem(stage: Stage) -> Problem | None:
    (room,) = await stage.services.rooms.of_guild(stage.room.guild_id)
    return room.problem


def test_a_card_that_may_not_be_posted_again_shows_the_session_where_it_is(
    run_story: Callable[[Story], None],
) -> None:
    async def story(stage: Stage) -> None:
        before, posts = stage.card(), asked(stage, "POST")
        await _sit(stage)
        await _refuse_posts(stage)
        assert stage.card() is before
        assert asked(stage, "POST") == posts + 1
        await asyncio.sleep(20)  # edits of a card are fifteen seconds apart
        await settle()
        await serve(stage)
        assert "One of" in text_of(stage)

    run_story(story)


def test_a_card_that_was_deleted_and_may_not_be_posted_is_not_tried_again_until_something_changes(
    run_story: Callable[[Story], None],
) -> None:
    async def story(stage: Stage) -> None:
        card = stage.card()
        assert card is not None
        stage.script.delete(card)
        posts = asked(stage, "POST")
        await _sit(stage)
        await _refuse_posts(stage)
        assert await _problem(stage) is Problem.REFUSED
        for _ in range(3):
            await asyncio.sleep(60)
            await _refuse_posts(stage)
            assert asked(stage, "POST") == posts + 2  # once more when the message was found to be gone

    run_story(story)


def test_a_card_that_may_be_out_is_not_shown_in_another_message(run_story: Callable[[Story], None]) -> None:
    async def story(stage: Stage) -> None:
        stage.let_read_history(is_allowed=False)
        edits, texts = asked(stage, "PATCH"), [each.text for each in stage.cards()]
        stage.script.serve(await _sit(stage), Ending.LOST)
        await asyncio.sleep(120)
        await settle()
        (again,) = _posts(stage)
        stage.script.serve(again, Ending.LOST)
        await pass_minutes(stage, 4)  # so long that Discord may have forgotten the nonce
        assert await _problem(stage) is Problem.HISTORY
        assert asked(stage, "PATCH") == edits
        assert [each.text for each in stage.cards()[:-1]] == texts

    run_story(story)
