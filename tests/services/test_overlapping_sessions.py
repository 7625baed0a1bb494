"""Sessions of one room never overlap, and no schedule is there twice."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.rooms.model import Room
from bot.rooms.schedules.model import Schedule, Span
from bot.services import Services
from tests.services.berlin_schedule import HALF_PAST_SEVEN, MONDAY, TODAY, TUESDAY, WEEK, edit, next_run_at
from tests.services.refusals import refused
from tests.storage.members import HERE
from tests.storage.scratch import query


@pytest.fixture
async def room(services: Services) -> Room:
    return await services.rooms.add(HERE, 71, "Library", 8)


@pytest.fixture
async def schedule(services: Services, room: Room) -> Schedule:
    return await services.schedules.add(HERE, room.room_id, MONDAY, HALF_PAST_SEVEN, "Europe/Berlin", 25)


async def test_an_edit_cannot_make_two_schedules_with_the_same_time(
    services: Services, room: Room, schedule: Schedule
) -> None:
    other = await services.schedules.add(HERE, room.room_id, TUESDAY, HALF_PAST_SEVEN, "Europe/Berlin", 5)
    await refused("refusals.schedule_exists", edit(services, replace(other, weekdays=MONDAY)))
    assert (await edit(services, replace(schedule, minutes=5))).schedule.minutes == 5


@pytest.mark.parametrize("minutes", [5, 25])
async def test_the_same_time_is_not_added_again_whatever_its_length(
    services: Services, room: Room, schedule: Schedule, minutes: int
) -> None:
    again = services.schedules.add(HERE, room.room_id, MONDAY, HALF_PAST_SEVEN, "Europe/Berlin", minutes)
    await refused("refusals.schedule_there", again)
    assert await services.schedules.of_room(room.room_id) == [schedule]


async def test_the_same_time_can_have_schedules_in_two_seasons(services: Services, room: Room) -> None:
    at = (HERE, room.room_id, MONDAY, HALF_PAST_SEVEN, "Europe/Berlin")
    await services.schedules.add(*at, 25, Span(1, None, date(2027, 2, 28)))
    spring = await services.schedules.add(*at, 50, Span(1, date(2027, 3, 1), date(2027, 5, 31)))
    assert await next_run_at(services, spring) == datetime(2027, 3, 1, 18, 30, tzinfo=UTC)


async def test_a_session_that_would_overlap_with_another_of_the_room_is_refused(
    services: Services, room: Room, schedule: Schedule, path: Path
) -> None:
    before = query(path, "SELECT * FROM schedule")
    at = (HERE, room.room_id, MONDAY)
    for minute, minutes in ((HALF_PAST_SEVEN - 10, 15), (HALF_PAST_SEVEN + 24, 5), (HALF_PAST_SEVEN, 5)):
        adding = services.schedules.add(*at, minute, "Europe/Berlin", minutes, Span(2))
        await refused("refusals.schedule_overlaps", adding)
    assert query(path, "SELECT * FROM schedule") == before
    await services.schedules.add(*at, HALF_PAST_SEVEN - 10, "Europe/Berlin", 10)
    after = await services.schedules.add(*at, HALF_PAST_SEVEN + 25, "Europe/Berlin", 5)
    longer = replace(after, local_minute=HALF_PAST_SEVEN + 20)
    await refused("refusals.schedule_overlaps", edit(services, longer))
    other = await services.rooms.add(HERE, 72, "Attic", 8)
    await services.schedules.add(HERE, other.room_id, MONDAY, HALF_PAST_SEVEN, "Europe/Berlin", 25)


async def test_a_session_is_not_moved_or_restored_onto_another(
    services: Services, room: Room, schedule: Schedule, path: Path
) -> None:
    tuesdays = await services.schedules.add(
        HERE, room.room_id, TUESDAY, HALF_PAST_SEVEN, "Europe/Berlin", 25
    )
    number, other = schedule.schedule_id, tuesdays.schedule_id
    tuesday = date(2026, 11, 24)
    moving = services.schedules.move(HERE, number, TODAY, tuesday, HALF_PAST_SEVEN + 20)
    await refused("refusals.schedule_overlaps", moving)
    onto_its_own = services.schedules.move(HERE, number, TODAY, TODAY + WEEK, HALF_PAST_SEVEN)
    await refused("refusals.schedule_overlaps", onto_its_own)
    assert query(path, "SELECT * FROM schedule_change") == []
    await services.schedules.skip(HERE, other, tuesday)
    await services.schedules.move(HERE, number, TODAY, tuesday, HALF_PAST_SEVEN + 20)
    await refused("refusals.schedule_overlaps", services.schedules.restore(HERE, other, tuesday))
    await services.schedules.restore(HERE, number, TODAY)
    await services.schedules.restore(HERE, other, tuesday)
    assert query(path, "SELECT * FROM schedule_change") == []
