"""Room notices that would come too late are skipped: the session is quiet by then."""

import asyncio
from datetime import timedelta

import pytest

from bot.rooms.notices import outbox
from bot.scheduling.rate_limit import RateLimiter
from tests.stories.room_notices import opens_next, schedules, turns_on
from tests.world import World

SOON = timedelta(milliseconds=50)


async def test_a_notice_that_would_come_after_settling_in_is_skipped(world: World) -> None:
    await schedules(world)
    await turns_on(world.ada)
    await world.sleeps_through(hours=1, minutes=6)
    assert world.ada.direct_messages == []
    assert "Open until" in world.card_text()


async def test_a_notice_whose_turn_among_many_comes_too_late_is_skipped_and_the_next_one_comes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await schedules(world)
    await turns_on(world.ada)
    with monkeypatch.context() as patch:
        patch.setattr(RateLimiter, "acquire", never)
        patch.setattr(outbox, "comes_until", lambda session: session.opened_at + SOON)
        await opens_next(world)
        await world.pass_time(minutes=6)
    await world.pass_time(minutes=10)
    assert world.ada.direct_messages == []
    await opens_next(world)
    assert len(world.ada.direct_messages) == 1


async def never(_: RateLimiter) -> None:
    """Wait for a slot that never comes."""
    await asyncio.Event().wait()
