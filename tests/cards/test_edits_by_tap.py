"""A recent tap edits its card for other changes too, as long as there is a card to show."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from bot.rooms.sessions.model import Card, Phase
from bot.rooms.sessions.rules import begins_at
from bot.scheduling.due_queue import Due, DueKind
from cogs.rooms.card_updater import CardUpdater
from cogs.rooms.commands import RoomsCog
from tests.cards.deterministic_loop import now, run_deterministic, settle
from tests.cards.records import Posted
from tests.cards.serving import OPENER, Story, asked, reach, serve, text_of
from tests.cards.stage import Stage, set_stage

_GUEST, _LATER_GUEST = 1002, 1003


@pytest.fixture
def run_story(tmp_path: Path) -> Callable[[Story], None]:
    """Return a function that runs a story in a short session, on whose card someone just tapped."""

    async def tell(story: Story) -> None:
        async with set_stage(tmp_path, 5, [OPENER]) as stage:
            await settle()
            await serve(stage)
            stage.taps(_GUEST, "Sit")
            await settle()
            await serve(stage)
            await story(stage)

    return lambda story: run_deterministic(lambda: tell(story))


def _updater(stage: Stage) -> CardUpdater:
    return cast("RoomsCog", stage.bot.get_cog("RoomsCog"))._updater  # noqa: SLF001 - as other cogs have it


def _edits_by_taps(stage: Stage) -> int:
    return sum(each.path.endswith("/@original") for each in stage.script.asked)


async def _refresh(stage: Stage) -> None:
    refreshing = asyncio.create_task(_updater(stage).refresh(stage.room.room_id))
    await settle()
    await serve(stage)
    await refreshing


def test_a_change_without_a_tap_is_shown_by_a_recent_one(run_story: Callable[[Story], None]) -> None:
    async def story(stage: Stage) -> None:
        await _refresh(stage)
        assert _edits_by_taps(stage) == 1
        assert asked(stage, "PATCH") == 0

    run_story(story)


def test_no_tap_edits_the_card_of_a_room_that_was_removed(
    run_story: Callable[[Story], None], caplog: pytest.LogCaptureFixture
) -> None:
    async def story(stage: Stage) -> None:
        await reach(stage, Phase.CLOSED)
        edits = _edits_by_taps(stage)
        await stage.services.rooms.remove(stage.room.guild_id, stage.room.room_id)
        await _refresh(stage)
        assert _edits_by_taps(stage) == edits
        assert asked(stage, "PATCH") == 0

    run_story(story)
    assert [each for each in caplog.records if each.levelno >= logging.ERROR] == []


def test_no_tap_edits_a_card_whose_session_is_about_to_close(run_story: Callable[[Story], None]) -> None:
    async def story(stage: Stage) -> None:
        async def fail(_: Due) -> None:
            raise ConnectionError

        stage.services.worker.on(DueKind.CLOSE_SESSION, fail)
        session = await stage.session()
        assert session is not None
        await asyncio.sleep((begins_at(session, Phase.CLOSED) - now()).total_seconds())
        await settle()
        await serve(stage)
        before, edits = text_of(stage), _edits_by_taps(stage)
        await _refresh(stage)
        assert text_of(stage) == before
        assert _edits_by_taps(stage) == edits
        assert asked(stage, "PATCH") == 0

    run_story(story)


def test_a_message_that_shows_the_room_beside_its_card_is_deleted_once_someone_taps_it(
    run_story: Callable[[Story], None],
) -> None:
    async def story(stage: Stage) -> None:
        card = stage.card()
        assert card is not None
        stray = Posted(stage.script.new_id(), card.components)  # as after a crash
        stage.script.posted[stray.message_id] = stray
        tapped = stage.taps(_LATER_GUEST, "Sit", on=stray)
        assert tapped is not None
        await settle()
        await serve(stage)
        assert tapped.acknowledged == 1
        assert stray.is_gone
        assert not card.is_gone
        assert await stage.is_true(card)

    run_story(story)


def test_a_tap_that_is_answered_after_a_later_one_shows_what_the_later_one_changed(
    run_story: Callable[[Story], None],
) -> None:
    async def story(stage: Stage) -> None:
        posted, before = stage.card(), await stage.services.cards.find(stage.room.room_id)
        assert posted is not None
        assert isinstance(before, Card)
        stage.taps(_LATER_GUEST, "Sit")
        await settle()
        await serve(stage)
        edits = _edits_by_taps(stage)
        tap = stage.interaction(_GUEST, 3, on=posted)
        answering = asyncio.create_task(_updater(stage).answer(tap, before))
        await settle()
        await serve(stage)
        await answering
        assert await stage.is_true(posted)
        assert _edits_by_taps(stage) == edits

    run_story(story)
