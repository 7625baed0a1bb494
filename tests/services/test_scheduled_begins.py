"""Scheduled sessions begin on time: earlier ones end before, or they begin when the open one closes."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.rooms.model import Room
from bot.rooms.rules import Fit, fit
from bot.rooms.sessions.model import Session
from bot.scheduling.due_queue import Due
from bot.services import Services
from tests.due_rooms import pass_time
from tests.rooms import sit
from tests.services.refusals import refused
from tests.storage.manual_clock import MONDAY_NOON, ManualClock
from tests.storage.members import ANN, BEN, HERE
from tests.storage.scratch import query

EVERY_DAY = 0b1111111
TODAY = date(2026, 11, 23)


@pytest.fixture
async def room(services: Services) -> Room:
    return await services.rooms.add(HERE, 71, "Library", 3)


def after(minutes: float) -> datetime:
    return MONDAY_NOON + timedelta(minutes=minutes)


async def plan(services: Services, room: Room, minute: int, minutes: int = 25, rounds: int = 1) -> int:
    """Add a schedule for so many minutes past noon; return its id."""
    schedule = await services.schedules.add(
        HERE, room.room_id, EVERY_DAY, 12 * 60 + minute, "UTC", minutes, rounds=rounds
    )
    return schedule.schedule_id


async def now_open(services: Services) -> Session | None:
    return (await services.sessions.listing(HERE))[0].session


async def open_times(services: Services) -> tuple[datetime, datetime, int | None] | None:
    """Return when the open session opened and closes, and its schedule."""
    session = await now_open(services)
    return (session.opened_at, session.closes_at, session.schedule_id) if session else None


def choose_last(dues: Sequence[Due]) -> Due:
    return dues[-1]


# A session that is opened before a scheduled one


async def test_a_session_is_cut_to_the_time_before_the_next_scheduled_one(
    services: Services, room: Room, clock: ManualClock
) -> None:
    schedule_id = await plan(services, room, 30)
    clock.move(minutes=10, seconds=20)
    sat = await sit(services, room, ANN, 50)
    assert sat.is_cut
    assert (sat.card.session.minutes, sat.card.session.closes_at) == (19, after(30))
    await pass_time(services, clock, 19)
    assert await open_times(services) == (after(10) + timedelta(seconds=20), after(30), None)
    await pass_time(services, clock, 1, choose_last)
    assert await open_times(services) == (after(30), after(55), schedule_id)


async def test_a_session_that_fits_is_as_long_as_it_was_chosen(services: Services, room: Room) -> None:
    await plan(services, room, 25)
    sat = await sit(services, room, ANN, 25)
    assert not sat.is_cut
    assert sat.card.session.closes_at == after(25)


async def test_no_session_opens_less_than_five_minutes_before_a_scheduled_one(
    services: Services, room: Room, clock: ManualClock
) -> None:
    await plan(services, room, 30)
    clock.move(minutes=25, seconds=1)
    refusal = await refused("refusals.opens_soon", sit(services, room, ANN, 5))
    assert refusal.values == {"room": "Library", "next": after(30)}
    assert await now_open(services) is None


async def test_rounds_that_do_not_fit_are_refused_and_nothing_opens(services: Services, room: Room) -> None:
    await plan(services, room, 50)
    action = services.sessions.sit(HERE, ANN, lambda _: {room.room_id}, 25, rounds=2)
    refusal = await refused("refusals.rounds_before", action)
    assert refusal.values["whole"] == 55
    assert await now_open(services) is None


@pytest.mark.parametrize(
    ("minutes", "rounds", "until", "length"),
    [
        (25, 3, None, (25, 3, 85)),
        (25, 3, 85, (25, 3, 85)),
        (25, 3, 84, (25, 2, 55)),
        (25, 2, 54, (25, 1, 25)),
        (25, 2, 24, (24, 1, 24)),
        (50, 1, 7.5, (7, 1, 7.5)),
    ],
)
def test_what_does_not_fit_has_fewer_rounds_or_is_cut(
    minutes: int, rounds: int, until: float | None, length: tuple[int, int, float]
) -> None:
    found = fit(MONDAY_NOON, minutes, rounds, None if until is None else after(until))
    assert found == Fit(length[0], length[1], after(length[2]))


# Schedules among each other


async def test_a_scheduled_session_closes_when_the_next_one_of_the_room_begins(
    services: Services, room: Room, clock: ManualClock, path: Path
) -> None:
    first, second = await plan(services, room, 10, 15), await plan(services, room, 30, 50)
    query(path, "UPDATE schedule SET minutes = 50")  # as a time zone with new rules can do
    await pass_time(services, clock, 10)
    assert await open_times(services) == (after(10), after(30), first)
    await pass_time(services, clock, 20)
    assert await open_times(services) == (after(30), after(80), second)


async def test_two_schedules_of_one_moment_open_one_session(
    services: Services, room: Room, clock: ManualClock, path: Path
) -> None:
    for minute in (10, 100):
        await plan(services, room, minute, 25)
    query(path, "UPDATE schedule SET local_minute = 730")
    same = "(SELECT MIN(occurs_at) FROM due WHERE kind = 'open_session')"
    query(path, f"UPDATE due SET due_at = {same}, occurs_at = {same}")  # noqa: S608 - our own words
    await pass_time(services, clock, 10)
    opened = await now_open(services)
    assert opened is not None
    assert opened.following_schedule_id is None
    await pass_time(services, clock, 25)
    assert await now_open(services) is None


async def test_the_rounds_of_a_schedule_are_those_of_its_sessions(
    services: Services, room: Room, clock: ManualClock
) -> None:
    schedule_id = await plan(services, room, 10, 25, rounds=4)
    await pass_time(services, clock, 10)
    assert await open_times(services) == (after(10), after(125), schedule_id)
    await refused("refusals.rounds_long", plan(services, room, 20, 50, rounds=3))
    await refused("refusals.rounds", plan(services, room, 20, 5, rounds=5))


# A schedule over an open session


async def test_a_schedule_added_over_an_open_session_begins_when_that_closes(
    services: Services, room: Room, clock: ManualClock
) -> None:
    await sit(services, room, ANN, 50)
    schedule_id = await plan(services, room, 10, 25)
    assert (await services.sessions.listing(HERE))[0].next_at == after(50)
    await pass_time(services, clock, 11)
    assert await open_times(services) == (MONDAY_NOON, after(50), None)
    assert (await services.sessions.listing(HERE))[0].next_at == after(50)
    await pass_time(services, clock, 39)
    assert await open_times(services) == (after(50), after(75), schedule_id)


async def test_an_occurrence_moved_over_an_open_session_begins_when_that_closes(
    services: Services, room: Room, clock: ManualClock
) -> None:
    schedule_id = await plan(services, room, 600)
    await sit(services, room, ANN, 50)
    await services.schedules.move(HERE, schedule_id, TODAY, TODAY, 12 * 60 + 20)
    await pass_time(services, clock, 50, choose_last)
    assert await open_times(services) == (after(50), after(75), schedule_id)


async def test_changes_of_a_waiting_schedule_do_not_lose_its_session(
    services: Services, room: Room, clock: ManualClock
) -> None:
    await sit(services, room, ANN, 50)
    schedule_id = await plan(services, room, 10, 25)
    await pass_time(services, clock, 20)
    await services.schedules.skip(HERE, schedule_id, TODAY + timedelta(days=1))
    await pass_time(services, clock, 30)
    assert await open_times(services) == (after(50), after(75), schedule_id)


async def test_a_waiting_schedule_that_is_removed_does_not_open(
    services: Services, room: Room, clock: ManualClock, path: Path
) -> None:
    await sit(services, room, ANN, 50)
    schedule_id = await plan(services, room, 10, 25)
    await pass_time(services, clock, 20)
    await services.schedules.remove(HERE, schedule_id)
    await pass_time(services, clock, 30)
    assert query(path, "SELECT * FROM session") == []


async def test_a_waiting_schedule_begins_at_once_if_the_session_is_closed_early(
    services: Services, room: Room, clock: ManualClock
) -> None:
    sat = await sit(services, room, ANN, 50)
    schedule_id = await plan(services, room, 10, 25)
    await pass_time(services, clock, 20)
    await services.ends.close_early(HERE, sat.card.session.session_id, BEN, is_moderator=True)
    await pass_time(services, clock, 0)
    assert await open_times(services) == (after(20), after(45), schedule_id)


# Clocks and downtime


async def test_a_session_before_a_scheduled_one_is_cut_by_the_wall_time_of_its_zone(
    services: Services, room: Room, clock: ManualClock
) -> None:
    clock.move_to(datetime(2027, 3, 28, 0, 40, tzinfo=UTC))  # twenty minutes before Berlin skips an hour
    await services.schedules.add(HERE, room.room_id, EVERY_DAY, 3 * 60 + 5, "Europe/Berlin", 25)
    sat = await sit(services, room, ANN, 50)
    assert sat.card.session.closes_at == datetime(2027, 3, 28, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize("choose", [None, choose_last], ids=["the schedule first", "the close first"])
async def test_a_scheduled_session_begins_as_if_on_time_after_a_short_downtime(
    services: Services, room: Room, clock: ManualClock, choose: object
) -> None:
    schedule_id = await plan(services, room, 30)
    await sit(services, room, ANN, 50)
    clock.move(minutes=38)
    await pass_time(services, clock, 0, choose_last if choose else lambda dues: dues[0])
    assert await open_times(services) == (after(30), after(55), schedule_id)


async def test_a_scheduled_session_is_skipped_after_a_long_downtime(
    services: Services, room: Room, clock: ManualClock, path: Path
) -> None:
    await plan(services, room, 30, 50)
    await sit(services, room, ANN, 50)
    clock.move(minutes=40, seconds=1)
    await pass_time(services, clock, 0)
    assert query(path, "SELECT * FROM session") == []


async def test_a_scheduled_session_that_is_over_after_a_downtime_does_not_open(
    services: Services, room: Room, clock: ManualClock, path: Path
) -> None:
    await plan(services, room, 30, 5)
    clock.move(minutes=36)
    await pass_time(services, clock, 0)
    assert query(path, "SELECT * FROM session") == []
