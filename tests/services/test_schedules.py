"""Schedules on a real file: what is added, changed, skipped, moved, and what the worker waits for."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.rooms.model import Room
from bot.rooms.schedules.model import Plan, Schedule, Span
from bot.rooms.schedules.rules import MOST_CHANGES
from bot.scheduling.due_queue import Due, DueKind
from bot.scheduling.wall_time import MONDAY_TO_SUNDAY
from bot.services import Services
from tests.services.berlin_schedule import (
    FIRST,
    HALF_PAST_SEVEN,
    MONDAY,
    TODAY,
    TUESDAY,
    WEEK,
    edit,
    next_run_at,
)
from tests.services.refusals import refused
from tests.storage.manual_clock import ManualClock
from tests.storage.members import HERE, THERE
from tests.storage.scratch import query


@pytest.fixture
async def room(services: Services) -> Room:
    return await services.rooms.add(HERE, 71, "Library", 8)


@pytest.fixture
async def schedule(services: Services, room: Room) -> Schedule:
    return await services.schedules.add(HERE, room.room_id, MONDAY, HALF_PAST_SEVEN, "Europe/Berlin", 25)


def moments(services: Services, plan: Plan, most: int = 3) -> list[datetime]:
    return [each.at for each in services.schedules.upcoming(plan, most)]


async def test_a_skipped_occurrence_does_not_open_and_the_next_does(
    services: Services, schedule: Schedule
) -> None:
    plan = await services.schedules.skip(HERE, schedule.schedule_id, TODAY)
    assert moments(services, plan, 2) == [FIRST + WEEK, FIRST + 2 * WEEK]
    assert await next_run_at(services, schedule) == FIRST + WEEK
    assert (await services.sessions.listing(HERE))[0].next_at == FIRST + WEEK


async def test_a_skip_that_comes_after_the_claim_still_holds(
    services: Services, schedule: Schedule, clock: ManualClock, path: Path
) -> None:
    clock.move_to(FIRST - timedelta(seconds=1))
    await services.schedules.skip(HERE, schedule.schedule_id, TODAY)
    clock.move_to(FIRST)
    await services.sessions.open_scheduled(Due(DueKind.OPEN_SESSION, schedule.schedule_id, FIRST))
    assert query(path, "SELECT session_id FROM session") == []
    assert await next_run_at(services, schedule) == FIRST + WEEK


async def test_a_moved_occurrence_opens_at_its_new_time_once(
    services: Services, schedule: Schedule, clock: ManualClock, path: Path
) -> None:
    plan = await services.schedules.move(HERE, schedule.schedule_id, TODAY, date(2026, 11, 25), 600)
    moved = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
    assert moments(services, plan) == [moved, FIRST + WEEK, FIRST + 2 * WEEK]
    assert await next_run_at(services, schedule) == moved
    clock.move_to(moved)
    await services.sessions.open_scheduled(Due(DueKind.OPEN_SESSION, schedule.schedule_id, moved))
    assert query(path, "SELECT opened_at FROM session") == [(int(moved.timestamp()),)]
    assert await next_run_at(services, schedule) == FIRST + WEEK


async def test_a_moved_occurrence_can_be_moved_again_skipped_and_restored(
    services: Services, schedule: Schedule
) -> None:
    schedules, number = services.schedules, schedule.schedule_id
    await schedules.move(HERE, number, TODAY, date(2026, 11, 25), 600)
    again = await schedules.move(HERE, number, TODAY, date(2026, 11, 26), 600)
    assert moments(services, again, 1) == [datetime(2026, 11, 26, 9, 0, tzinfo=UTC)]
    assert moments(services, await schedules.skip(HERE, number, TODAY), 1) == [FIRST + WEEK]
    assert moments(services, await schedules.restore(HERE, number, TODAY), 1) == [FIRST]
    assert await next_run_at(services, schedule) == FIRST
    await refused("refusals.occurrence_unchanged", schedules.restore(HERE, number, TODAY))


async def test_only_future_occurrences_of_a_schedule_can_be_skipped_or_moved(
    services: Services, schedule: Schedule
) -> None:
    schedules, number = services.schedules, schedule.schedule_id
    for day in (date(2026, 11, 24), date(2026, 11, 16), date(2100, 1, 1)):
        await refused("refusals.occurrence_gone", schedules.skip(HERE, number, day))
    await refused("refusals.move_passed", schedules.move(HERE, number, TODAY, TODAY, 600))
    await refused("refusals.date_far", schedules.move(HERE, number, TODAY, date(2090, 1, 1), 600))
    await refused("refusals.schedule_gone", schedules.skip(HERE, 99, TODAY))
    assert await next_run_at(services, schedule) == FIRST


async def test_a_server_reaches_only_its_own_schedules(services: Services, schedule: Schedule) -> None:
    schedules, number = services.schedules, schedule.schedule_id
    for action in (
        schedules.get(THERE, number),
        schedules.edit(THERE, schedule, seen=1),
        schedules.skip(THERE, number, TODAY),
        schedules.move(THERE, number, TODAY, date(2026, 11, 25), 600),
        schedules.restore(THERE, number, TODAY),
    ):
        await refused("refusals.room_gone", action)
    assert await next_run_at(services, schedule) == FIRST


async def test_an_edit_changes_when_the_room_opens_and_drops_changes_that_it_has_no_day_for(
    services: Services, schedule: Schedule, path: Path
) -> None:
    await services.schedules.skip(HERE, schedule.schedule_id, TODAY)
    plan = await edit(services, replace(schedule, weekdays=TUESDAY, minutes=50))
    assert (plan.schedule.minutes, plan.changes) == (50, [])
    assert await next_run_at(services, schedule) == FIRST + timedelta(days=1)
    assert query(path, "SELECT local_date FROM schedule_change") == []


async def test_an_edit_of_the_time_of_day_keeps_what_is_skipped(
    services: Services, schedule: Schedule
) -> None:
    await services.schedules.skip(HERE, schedule.schedule_id, TODAY)
    await edit(services, replace(schedule, local_minute=20 * 60))
    assert await next_run_at(services, schedule) == FIRST + WEEK + timedelta(minutes=30)


async def test_without_a_first_date_every_third_week_begins_with_the_coming_time(
    services: Services, room: Room
) -> None:
    every_third = await services.schedules.add(
        HERE, room.room_id, MONDAY, HALF_PAST_SEVEN, "Europe/Berlin", 25, Span(3)
    )
    assert every_third.from_date == TODAY
    plan = await services.schedules.get(HERE, every_third.schedule_id)
    assert moments(services, plan, 2) == [FIRST, FIRST + 3 * WEEK]


async def test_a_schedule_remembers_where_the_weeks_of_its_maker_begin(
    services: Services, room: Room
) -> None:
    days = MONDAY | 0b1000000
    sundays = Span(2, week_start=6)
    added = await services.schedules.add(HERE, room.room_id, days, 600, "Europe/Berlin", 25, sundays)
    plan = await services.schedules.get(HERE, added.schedule_id)
    assert plan.schedule.week_start == 6
    planned = [str(each.local_date) for each in services.schedules.upcoming(plan, 4)]
    assert planned == ["2026-11-29", "2026-11-30", "2026-12-13", "2026-12-14"]


async def test_an_edit_of_its_length_leaves_the_first_date_of_a_running_schedule(
    services: Services, room: Room, clock: ManualClock
) -> None:
    second = await services.schedules.add(
        HERE, room.room_id, MONDAY, HALF_PAST_SEVEN, "Europe/Berlin", 25, Span(2)
    )
    clock.move(days=8)
    longer = await edit(services, replace(second, minutes=50))
    assert longer.schedule == replace(second, minutes=50)
    assert moments(services, longer, 1) == [FIRST + 2 * WEEK]
    await refused(
        "refusals.begin_passed",
        edit(services, replace(longer.schedule, from_date=date(2026, 11, 30))),
    )


async def test_after_its_last_date_a_schedule_stays_saved_and_opens_nothing(
    services: Services, room: Room, clock: ManualClock, path: Path
) -> None:
    last = await services.schedules.add(
        HERE, room.room_id, MONDAY, HALF_PAST_SEVEN, "Europe/Berlin", 25, Span(1, None, TODAY)
    )
    assert await next_run_at(services, last) == FIRST
    clock.move_to(FIRST)
    await services.sessions.open_scheduled(Due(DueKind.OPEN_SESSION, last.schedule_id, FIRST))
    assert await next_run_at(services, last) is None
    assert len(query(path, "SELECT session_id FROM session")) == 1
    assert await services.schedules.of_room(room.room_id) == [last]
    longer = await edit(services, replace(last, until_date=None))
    assert await next_run_at(services, longer.schedule) == FIRST + WEEK


async def test_a_skip_of_the_last_occurrence_leaves_nothing_to_wait_for(
    services: Services, room: Room
) -> None:
    last = await services.schedules.add(
        HERE, room.room_id, MONDAY, HALF_PAST_SEVEN, "Europe/Berlin", 25, Span(1, None, TODAY)
    )
    await services.schedules.skip(HERE, last.schedule_id, TODAY)
    assert await next_run_at(services, last) is None
    await services.schedules.restore(HERE, last.schedule_id, TODAY)
    assert await next_run_at(services, last) == FIRST


@pytest.mark.parametrize(
    ("key", "weekdays", "span"),
    [
        ("refusals.weekdays", 0, Span()),
        ("refusals.weekdays", 0b10000000, Span()),
        ("refusals.every_weeks", MONDAY, Span(0)),
        ("refusals.every_weeks", MONDAY, Span(5)),
        ("refusals.schedule_empty", MONDAY, Span(1, date(2026, 12, 1), date(2026, 12, 6))),
        ("refusals.schedule_empty", MONDAY, Span(1, date(2026, 12, 7), date(2026, 11, 30))),
        ("refusals.schedule_empty", MONDAY, Span(1, None, date(2026, 11, 22))),
        ("refusals.begin_passed", MONDAY, Span(1, date(2026, 11, 22))),
        ("refusals.begin_passed", MONDAY, Span(2, date(2026, 11, 22))),
        ("refusals.date_far", MONDAY, Span(1, date(9999, 12, 31))),
        ("refusals.date_far", MONDAY, Span(1, date(1, 1, 1))),
    ],
)
async def test_impossible_times_are_refused_and_change_nothing(
    services: Services, room: Room, path: Path, key: str, weekdays: int, span: Span
) -> None:
    adding = services.schedules.add(HERE, room.room_id, weekdays, 600, "UTC", 5, span)
    await refused(key, adding)
    assert query(path, "SELECT * FROM schedule") == []
    assert query(path, "SELECT kind FROM due") == [("card",)]


async def test_a_schedule_has_a_limited_number_of_changes_and_drops_past_ones(
    services: Services, room: Room, clock: ManualClock, path: Path
) -> None:
    daily = await services.schedules.add(HERE, room.room_id, MONDAY_TO_SUNDAY, 1200, "UTC", 5)
    for number in range(MOST_CHANGES):
        await services.schedules.skip(HERE, daily.schedule_id, TODAY + timedelta(days=number))
    beyond = TODAY + timedelta(days=MOST_CHANGES)
    await refused("refusals.changes_full", services.schedules.skip(HERE, daily.schedule_id, beyond))
    clock.move(days=2)
    await services.schedules.skip(HERE, daily.schedule_id, beyond)
    (first,) = query(path, "SELECT MIN(local_date) FROM schedule_change")
    assert first == ("2026-11-25",)


async def test_a_removed_schedule_leaves_nothing_behind(
    services: Services, schedule: Schedule, path: Path
) -> None:
    await services.schedules.skip(HERE, schedule.schedule_id, TODAY)
    await services.schedules.remove(HERE, schedule.schedule_id)
    for table in ("schedule", "schedule_change"):
        assert query(path, f"SELECT * FROM {table}") == []  # noqa: S608 - our own names
    assert await next_run_at(services, schedule) is None


async def test_the_servers_new_zone_leaves_its_schedules_as_they_are(
    services: Services, schedule: Schedule
) -> None:
    await services.server_settings.set_zone(HERE, "America/New_York")
    assert (await services.schedules.get(HERE, schedule.schedule_id)).schedule == schedule
    assert await next_run_at(services, schedule) == FIRST


# A tz database of another version
