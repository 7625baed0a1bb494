"""Schedules on a real database: they open on time, once, and not when it is too late."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.rooms.model import Room
from bot.scheduling.due_queue import Due, DueKind
from bot.services import Services
from tests.rooms import due_at, sit
from tests.services.refusals import refused
from tests.storage.manual_clock import MONDAY_NOON, ManualClock
from tests.storage.members import ANN, HERE
from tests.storage.scratch import query

_MONDAY_14 = 14 * 60


@pytest.fixture
async def room(services: Services) -> Room:
    return await services.rooms.add(HERE, 71, " The  quiet room ", 3)


async def test_a_schedule_opens_on_time_and_up_to_ten_minutes_later(
    services: Services, room: Room, clock: ManualClock
) -> None:
    schedule = await services.schedules.add(HERE, room.room_id, 1, _MONDAY_14, "UTC", 25)
    occurs_at = MONDAY_NOON + timedelta(hours=2)
    due = Due(DueKind.OPEN_SESSION, schedule.schedule_id, occurs_at)
    clock.move_to(occurs_at + timedelta(minutes=10))
    await services.sessions.open_scheduled(due)
    listing = (await services.sessions.listing(HERE))[0]
    assert listing.session is not None
    assert listing.session.opened_at == occurs_at  # it ends when it said it would
    assert listing.next_at == occurs_at + timedelta(days=7)


async def test_a_late_schedule_is_skipped_and_set_to_its_next_time(
    services: Services, room: Room, clock: ManualClock
) -> None:
    schedule = await services.schedules.add(HERE, room.room_id, 1, _MONDAY_14, "UTC", 25)
    occurs_at = MONDAY_NOON + timedelta(hours=2)
    clock.move_to(occurs_at + timedelta(days=14, minutes=11))
    await services.sessions.open_scheduled(Due(DueKind.OPEN_SESSION, schedule.schedule_id, occurs_at))
    assert (await services.sessions.listing(HERE))[0].session is None
    due = await due_at(services, DueKind.OPEN_SESSION, schedule.schedule_id)
    assert due == occurs_at + timedelta(days=21)


async def test_a_schedule_leaves_an_open_session_as_it_is(
    services: Services, room: Room, clock: ManualClock
) -> None:
    schedule = await services.schedules.add(HERE, room.room_id, 1, _MONDAY_14, "UTC", 25)
    clock.move(minutes=110)
    sat = await sit(services, room, ANN, 50)
    clock.move(minutes=10)
    await services.sessions.open_scheduled(Due(DueKind.OPEN_SESSION, schedule.schedule_id, clock.now()))
    listing = (await services.sessions.listing(HERE))[0]
    assert listing.session is not None
    assert listing.session.session_id == sat.card.session.session_id


async def test_opening_a_schedule_again_after_a_crash_opens_nothing_more(
    services: Services, room: Room, clock: ManualClock, path: Path
) -> None:
    schedule = await services.schedules.add(HERE, room.room_id, 1, _MONDAY_14, "UTC", 25)
    clock.move(hours=2)
    due = Due(DueKind.OPEN_SESSION, schedule.schedule_id, clock.now())
    await services.sessions.open_scheduled(due)
    await services.sessions.open_scheduled(due)
    assert len(query(path, "SELECT session_id FROM session")) == 1


async def test_a_removed_schedule_opens_nothing(services: Services, room: Room, path: Path) -> None:
    schedule = await services.schedules.add(HERE, room.room_id, 1, _MONDAY_14, "UTC", 25)
    await services.schedules.remove(HERE, schedule.schedule_id)
    await services.sessions.open_scheduled(Due(DueKind.OPEN_SESSION, schedule.schedule_id, MONDAY_NOON))
    assert query(path, "SELECT session_id FROM session") == []
    assert query(path, "SELECT kind FROM due") == [("card",)]
    await refused("refusals.schedule_gone", services.schedules.remove(HERE, schedule.schedule_id))
