"""Sit again: who has a seat in the session that opens when one closes."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.privacy.consent.model import Purpose
from bot.rooms.model import Room
from bot.rooms.sessions.model import Card, SeatResult, Visibility
from bot.services import Services
from tests.due_rooms import pass_time
from tests.rooms import find_card, leave, sit, take_seat
from tests.services.refusals import refused
from tests.storage.manual_clock import MONDAY_NOON, ManualClock
from tests.storage.members import ANN, BEN, HERE, THERE, agree
from tests.storage.scratch import query

SEATS = "SELECT member_id, visibility FROM seat ORDER BY member_id"
SESSIONS = "SELECT opened_at, minutes, rounds, closes_at, schedule_id FROM session"
NOON = int(MONDAY_NOON.timestamp())
EVERY_DAY = 0b1111111


@pytest.fixture
async def room(services: Services) -> Room:
    return await services.rooms.add(HERE, 71, "Library", 3)


async def choose(
    services: Services, card: Card, member_id: int, sits_again: bool | None = None
) -> SeatResult:
    return await services.sitting_again.choose(
        HERE, card.session.session_id, member_id, sits_again=sits_again
    )


async def in_last_phase(
    services: Services, clock: ManualClock, room: Room, minutes: int = 25, at: float = 20
) -> Card:
    """Return the card of a session that ANN opened, in its last phase; BEN sits too."""
    sat = await sit(services, room, ANN, minutes)
    await take_seat(services, sat.card, BEN)
    await pass_time(services, clock, at)
    card = await find_card(services, sat.card.session.session_id)
    assert card is not None
    return card


async def test_a_session_of_the_same_length_opens_at_the_close_for_those_who_sit_again(
    services: Services, room: Room, clock: ManualClock, path: Path
) -> None:
    card = await in_last_phase(services, clock, room)
    assert (await choose(services, card, BEN)).seat.sits_again
    await pass_time(services, clock, 5)
    assert query(path, SEATS) == [(BEN, "counted")]
    assert query(path, SESSIONS) == [(NOON + 25 * 60, 25, 1, NOON + 50 * 60, None)]
    assert query(path, "SELECT sits_again FROM seat") == [(0,)]


async def test_the_end_of_the_session_does_not_move(
    services: Services, room: Room, clock: ManualClock
) -> None:
    card = await in_last_phase(services, clock, room)
    result = await choose(services, card, ANN)
    assert result.card.session.closes_at == card.session.closes_at == MONDAY_NOON + timedelta(minutes=25)


async def test_without_a_tap_no_session_follows(
    services: Services, room: Room, clock: ManualClock, path: Path
) -> None:
    await in_last_phase(services, clock, room)
    await pass_time(services, clock, 5)
    assert query(path, SESSIONS) == query(path, SEATS) == []


@pytest.mark.parametrize("visibility", Visibility)
async def test_a_seat_that_was_carried_over_shows_as_before(
    services: Services, room: Room, clock: ManualClock, path: Path, visibility: Visibility
) -> None:
    await agree(services, ANN, HERE, Purpose.SHOW_NAME)
    await sit(services, room, ANN, 25, visibility)
    card = await in_last_phase(services, clock, room)
    await choose(services, card, ANN)
    await pass_time(services, clock, 5)
    assert query(path, SEATS) == [(ANN, visibility)]


async def test_hiding_after_the_tap_hides_the_seat_that_follows_too(
    services: Services, room: Room, clock: ManualClock, path: Path
) -> None:
    card = await in_last_phase(services, clock, room)
    await choose(services, card, BEN)
    await take_seat(services, card, BEN, Visibility.HIDDEN)
    await pass_time(services, clock, 5)
    assert query(path, SEATS) == [(BEN, "hidden")]


async def test_tapping_sit_again_twice_takes_it_back(
    services: Services, room: Room, clock: ManualClock, path: Path
) -> None:
    card = await in_last_phase(services, clock, room)
    assert [(await choose(services, card, BEN)).seat.sits_again for _ in range(3)] == [True, False, True]
    assert not (await choose(services, card, BEN, sits_again=False)).seat.sits_again
    await pass_time(services, clock, 5)
    assert query(path, SESSIONS) == []


async def test_slipping_out_cancels_sitting_again(
    services: Services, room: Room, clock: ManualClock, path: Path
) -> None:
    card = await in_last_phase(services, clock, room)
    await choose(services, card, BEN)
    await leave(services, card, BEN)
    await take_seat(services, card, BEN)
    await pass_time(services, clock, 5)
    assert query(path, SESSIONS) == []


async def test_a_leave_time_before_the_close_cancels_sitting_again_and_a_tap_removes_the_leave_time(
    services: Services, room: Room, clock: ManualClock
) -> None:
    card = await in_last_phase(services, clock, room, minutes=50, at=40)
    session_id = card.session.session_id
    await choose(services, card, BEN)
    left_later = await services.ends.leave_later(HERE, session_id, BEN, 5)
    assert not left_later.seat.sits_again
    again = await choose(services, card, BEN)
    assert (again.seat.sits_again, again.seat.leaves_at) == (True, None)


async def test_a_session_with_rounds_is_followed_by_one_with_rounds(
    services: Services, room: Room, clock: ManualClock, path: Path
) -> None:
    await services.sessions.sit(HERE, ANN, lambda _: {room.room_id}, 10, rounds=2)
    card = await in_last_phase(services, clock, room, at=23)
    await choose(services, card, ANN)
    await pass_time(services, clock, 2)
    assert query(path, SESSIONS) == [(NOON + 25 * 60, 10, 2, NOON + 50 * 60, None)]


async def test_sitting_again_needs_a_seat_and_the_last_phase(
    services: Services, room: Room, clock: ManualClock
) -> None:
    sat = await sit(services, room, ANN, 25)
    await refused("refusals.again_early", choose(services, sat.card, ANN))
    await pass_time(services, clock, 20)
    await refused("refusals.again_from_seat", choose(services, sat.card, BEN))
    await refused(
        "refusals.again_closed", services.sitting_again.choose(THERE, sat.card.session.session_id, ANN)
    )


async def test_five_taps_in_the_closing_second_are_all_taken(
    services: Services, clock: ManualClock, path: Path
) -> None:
    room = await services.rooms.add(HERE, 71, "Hall", 9)
    sat = await sit(services, room, 1, 25)
    for member_id in range(2, 6):
        await take_seat(services, sat.card, member_id)
    await pass_time(services, clock, 24)
    clock.move(seconds=59.9)
    for member_id in (1, 2):
        await choose(services, sat.card, member_id)
    clock.move(seconds=0.2)  # the session is over, and the worker has not closed it yet
    for member_id in (3, 4, 5):
        await choose(services, sat.card, member_id)
    await pass_time(services, clock, 0)
    assert [row[0] for row in query(path, SEATS)] == [1, 2, 3, 4, 5]
    await refused("refusals.again_closed", choose(services, sat.card, 1))


async def test_a_session_that_is_closed_early_is_followed_by_none(
    services: Services, room: Room, clock: ManualClock, path: Path
) -> None:
    card = await in_last_phase(services, clock, room)
    await choose(services, card, BEN)
    await services.ends.close_early(HERE, card.session.session_id, 3, is_moderator=True)
    await refused("refusals.session_closing", choose(services, card, ANN))
    await pass_time(services, clock, 0)
    assert query(path, SESSIONS) == []


async def test_nothing_follows_a_session_that_ended_more_than_ten_minutes_ago(
    services: Services, room: Room, clock: ManualClock, path: Path
) -> None:
    card = await in_last_phase(services, clock, room)
    await choose(services, card, BEN)
    clock.move(minutes=15, seconds=1)
    await pass_time(services, clock, 0)
    assert query(path, SESSIONS) == query(path, SEATS) == []


async def test_a_restart_within_ten_minutes_loses_no_seat_and_no_minute(
    services: Services, room: Room, clock: ManualClock, path: Path
) -> None:
    card = await in_last_phase(services, clock, room)
    await choose(services, card, BEN)
    clock.move(minutes=14)
    await pass_time(services, clock, 0)
    assert query(path, SESSIONS) == [(NOON + 25 * 60, 25, 1, NOON + 50 * 60, None)]


@pytest.mark.parametrize("which", [0, -1], ids=["the schedule first", "the close first"])
async def test_a_schedule_that_opens_the_room_at_the_close_carries_them_over(
    services: Services, room: Room, clock: ManualClock, path: Path, which: int
) -> None:
    schedule = await services.schedules.add(HERE, room.room_id, EVERY_DAY, 12 * 60 + 25, "UTC", 50)
    card = await in_last_phase(services, clock, room)
    result = await choose(services, card, BEN)
    assert result.card.following is not None
    assert result.card.following.schedule_id == schedule.schedule_id
    await pass_time(services, clock, 5, lambda dues: dues[which])
    assert query(path, SEATS) == [(BEN, "counted")]
    assert query(path, SESSIONS) == [(NOON + 25 * 60, 50, 1, NOON + 75 * 60, schedule.schedule_id)]
    assert query(path, "SELECT opened_session FROM seat") == [(0,)]


async def test_the_following_session_is_cut_to_the_time_before_the_next_scheduled_one(
    services: Services, room: Room, clock: ManualClock, path: Path
) -> None:
    await services.schedules.add(HERE, room.room_id, EVERY_DAY, 12 * 60 + 37, "UTC", 50)
    card = await in_last_phase(services, clock, room)
    await choose(services, card, BEN)
    await pass_time(services, clock, 5)
    assert query(path, SESSIONS) == [(NOON + 25 * 60, 12, 1, NOON + 37 * 60, None)]


async def test_sit_again_is_not_offered_where_the_next_scheduled_session_begins_too_soon(
    services: Services, room: Room, clock: ManualClock
) -> None:
    await services.schedules.add(HERE, room.room_id, EVERY_DAY, 12 * 60 + 29, "UTC", 50)
    card = await in_last_phase(services, clock, room)
    assert card.following is None
    await refused("refusals.again_soon", choose(services, card, BEN))


async def test_where_members_may_not_open_only_a_schedule_follows(
    services: Services, room: Room, clock: ManualClock
) -> None:
    card = await in_last_phase(services, clock, room)
    await services.rooms.let_members_open(HERE, room.room_id, allowed=False)
    await refused("refusals.opened_by_moderators", choose(services, card, BEN))
    await services.schedules.add(HERE, room.room_id, EVERY_DAY, 12 * 60 + 40, "UTC", 50)
    await refused("refusals.opens_next", choose(services, card, BEN))
    await services.schedules.add(HERE, room.room_id, EVERY_DAY, 12 * 60 + 25, "UTC", 10)
    assert (await choose(services, card, BEN)).seat.sits_again


async def test_a_seat_that_was_carried_over_is_one_more_sit(
    services: Services, room: Room, clock: ManualClock, path: Path
) -> None:
    await agree(services, BEN, HERE, Purpose.WEEKLY_COUNTS)
    card = await in_last_phase(services, clock, room)
    await choose(services, card, BEN)
    await pass_time(services, clock, 5)
    assert query(path, "SELECT member_id, sits FROM weekly_count") == [(BEN, 2)]


async def test_nothing_follows_while_moderators_pause_the_server(
    services: Services, room: Room, clock: ManualClock, path: Path
) -> None:
    card = await in_last_phase(services, clock, room)
    await choose(services, card, BEN)
    await services.pauses.pause(HERE, None)
    await refused("refusals.paused", choose(services, card, ANN))
    await pass_time(services, clock, 5)
    assert query(path, SESSIONS) == query(path, SEATS) == []
