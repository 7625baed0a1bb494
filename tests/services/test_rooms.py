"""Rooms on a real file: seats, sessions, schedules."""

import asyncio
from pathlib import Path

import pytest

from bot.errors import RefusalError
from bot.privacy.consent.model import Purpose
from bot.rooms.model import Room
from bot.rooms.rules import MOST_ROOMS
from bot.rooms.schedules.rules import MOST_SCHEDULES
from bot.rooms.sessions.model import Phase, SeatResult, Visibility
from bot.rooms.sessions.openings import SessionOpening
from bot.rooms.sessions.rules import begins_at
from bot.rooms.sessions.service import choose_room
from bot.scheduling.due_queue import Due, DueKind
from bot.services import Services
from bot.storage.database import Statements
from tests.rooms import answer, due_at, find_card, here, leave, named, nod, sit, take_seat
from tests.services.refusals import refused
from tests.storage.manual_clock import MONDAY_NOON, ManualClock
from tests.storage.members import ANN, BEN, HERE, THERE, agree
from tests.storage.scratch import query

_MONDAY_14 = 14 * 60

_MAY_OPEN = SessionOpening(is_moderator=False, is_within_limit=True)


@pytest.fixture
async def room(services: Services) -> Room:
    return await services.rooms.add(HERE, 71, " The  quiet room ", 3)


async def here_now(services: Services, sat: SeatResult) -> int:
    card = await find_card(services, sat.card.session.session_id)
    assert card is not None
    return here(card)


async def choose(
    services: Services, among: tuple[int, ...], member_id: int, visibility: Visibility | None = None
) -> Room:
    """Return the room that /sit chooses among those that the member can use."""
    now = services.clock.now()

    async def work(statements: Statements) -> Room:
        rooms = await statements.all(Room, "rooms_of_guild", guild_id=HERE)
        usable = [each for each in rooms if each.room_id in among]
        return await choose_room(statements, [usable], member_id, visibility, now, _MAY_OPEN)

    return await services.database.read(work)


async def test_no_more_members_sit_down_at_once_than_there_are_seats(
    services: Services, room: Room
) -> None:
    outcomes = await asyncio.gather(
        *(sit(services, room, number, 5) for number in range(1, 21)), return_exceptions=True
    )
    seated = [each for each in outcomes if isinstance(each, SeatResult)]
    refusals = [each for each in outcomes if isinstance(each, RefusalError)]
    assert len(seated) == 3
    assert [each.key for each in refusals] == ["refusals.room_full"] * 17
    assert len({each.card.session.session_id for each in seated}) == 1
    assert [each.seat.opened_session for each in seated].count(True) == 1
    assert await here_now(services, seated[0]) == 3


async def test_a_seat_given_up_is_free_for_the_next(services: Services, room: Room) -> None:
    sat = await sit(services, room, 1, 5)
    for number in (2, 3):
        await sit(services, room, number, 5)
    assert await leave(services, sat.card, 2)
    assert not await leave(services, sat.card, 2)
    await take_seat(services, sat.card, 4)
    assert await here_now(services, sat) == 3


async def test_sitting_twice_keeps_one_seat_even_in_a_full_room(services: Services, room: Room) -> None:
    for number in (1, 2, 3):
        await sit(services, room, number, 5)
    again = await sit(services, room, 2, 50, Visibility.HIDDEN)
    assert again.was_seated
    assert again.card.session.minutes == 5
    assert await here_now(services, again) == 2
    assert (await sit(services, room, 2, None)).seat.visibility is Visibility.HIDDEN


async def test_a_seat_is_counted_without_a_consent_and_listed_with_one(
    services: Services, room: Room
) -> None:
    await agree(services, ANN, HERE, Purpose.SHOW_NAME)
    listed = await sit(services, room, ANN, 5)
    counted = await sit(services, room, BEN, None)
    assert (listed.seat.visibility, counted.seat.visibility) == (Visibility.NAMED, Visibility.COUNTED)
    card = await find_card(services, listed.card.session.session_id)
    assert card is not None
    assert (here(card), named(card)) == (2, (ANN,))


async def test_a_consent_in_another_server_shows_no_name_here(services: Services, room: Room) -> None:
    await agree(services, ANN, THERE, Purpose.SHOW_NAME)
    assert (await sit(services, room, ANN, 5)).seat.visibility is Visibility.COUNTED


async def test_only_seated_members_can_nod(services: Services, room: Room) -> None:
    sat = await sit(services, room, ANN, 5)
    await refused("refusals.nod_from_seat", nod(services, sat.card, BEN))
    await nod(services, sat.card, ANN)
    card = await find_card(services, sat.card.session.session_id)
    assert card is not None
    assert card.session.nodded_at == MONDAY_NOON


async def test_members_cannot_sit_down_in_a_session_whose_time_is_over(
    services: Services, room: Room, clock: ManualClock
) -> None:
    sat = await sit(services, room, ANN, 5)
    clock.move(minutes=5)
    await refused("refusals.session_closing", sit(services, room, BEN, 5))
    await services.sessions.close(sat.card.session.session_id)
    assert (await sit(services, room, BEN, 5)).seat.opened_session


async def test_a_closed_session_is_gone_with_its_seats(services: Services, room: Room, path: Path) -> None:
    sat = await sit(services, room, ANN, 5)
    await services.sessions.close(sat.card.session.session_id)
    for table in ("session", "seat"):
        assert query(path, f"SELECT * FROM {table}") == []  # noqa: S608 - our own names
    assert query(path, "SELECT kind FROM due") == [("card",)]
    assert await find_card(services, sat.card.session.session_id) is None
    for action in (take_seat, leave, nod, answer):
        await refused("refusals.session_closed", action(services, sat.card, ANN))


async def test_a_session_number_is_never_used_twice(services: Services, room: Room) -> None:
    """An old card's buttons name it, and must not reach a newer session."""
    numbers = []
    for _ in range(3):
        sat = await sit(services, room, ANN, 5)
        numbers.append(sat.card.session.session_id)
        await services.sessions.close(sat.card.session.session_id)
    assert len(set(numbers)) == 3


async def test_a_session_is_due_at_its_end_and_closes_then(
    services: Services, room: Room, clock: ManualClock
) -> None:
    session = (await sit(services, room, ANN, 25)).card.session
    closes = begins_at(session, Phase.CLOSED)
    assert await due_at(services, DueKind.CLOSE_SESSION, session.session_id) == closes
    due = Due(DueKind.CLOSE_SESSION, session.session_id, closes)
    clock.move(minutes=24)
    await services.sessions.close_due(due)  # too early: it stays open
    assert await find_card(services, session.session_id) is not None
    clock.move(minutes=1)
    await services.sessions.close_due(due)
    assert await find_card(services, session.session_id) is None
    assert await due_at(services, DueKind.CLOSE_SESSION, session.session_id) is None
    assert await due_at(services, DueKind.CARD, room.room_id) == clock.now()  # its card follows


async def test_a_removed_room_is_deleted_with_its_schedules_once_it_is_empty(
    services: Services, room: Room, path: Path
) -> None:
    await services.schedules.add(HERE, room.room_id, 1, _MONDAY_14, "UTC", 25)
    sat = await sit(services, room, ANN, 5)
    await refused("refusals.room_in_use", services.rooms.remove(HERE, room.room_id))
    await services.sessions.close(sat.card.session.session_id)
    await services.rooms.remove(HERE, room.room_id)
    for table in ("room", "schedule", "due"):
        assert query(path, f"SELECT * FROM {table}") == []  # noqa: S608 - our own names
    await refused("refusals.no_rooms", sit(services, room, ANN, 5))


async def test_adding_a_time_to_a_room_that_was_just_removed_is_refused(
    services: Services, room: Room
) -> None:
    removed, added = await asyncio.gather(
        services.rooms.remove(HERE, room.room_id),
        services.schedules.add(HERE, room.room_id, 1, _MONDAY_14, "UTC", 25),
        return_exceptions=True,
    )
    assert removed == room
    assert isinstance(added, RefusalError)
    assert added.key == "refusals.room_gone"


async def test_a_server_reaches_only_its_own_rooms(services: Services, room: Room) -> None:
    schedule = await services.schedules.add(HERE, room.room_id, 1, _MONDAY_14, "UTC", 25)
    await refused("refusals.room_gone", services.rooms.get(THERE, room.room_id))
    await refused("refusals.room_gone", services.rooms.remove(THERE, room.room_id))
    await refused("refusals.room_gone", services.schedules.remove(THERE, schedule.schedule_id))
    adding = services.schedules.add(THERE, room.room_id, 1, _MONDAY_14, "UTC", 25)
    await refused("refusals.room_gone", adding)
    assert await services.sessions.listing(THERE) == []


async def test_invalid_input_is_refused_and_changes_nothing(
    services: Services, room: Room, path: Path
) -> None:
    rooms = services.rooms
    before = query(path, "SELECT * FROM room")
    await refused("unreadable.name_empty", rooms.add(HERE, 1, "  ", 3))
    await refused("refusals.capacity", rooms.add(HERE, 1, "a", 0))
    await refused("refusals.capacity", rooms.add(HERE, 1, "a", 100))
    await refused("refusals.room_exists", rooms.add(HERE, 1, "The quiet room", 3))
    await refused("refusals.room_exists", rooms.add(HERE, 1, "the Quiet Room", 3))
    await refused("refusals.minutes", sit(services, room, ANN, 7))
    await refused("unreadable.zone", services.schedules.add(HERE, room.room_id, 1, 0, "Mars", 5))
    await refused("refusals.minutes", services.schedules.add(HERE, room.room_id, 1, 0, "UTC", 6))
    await refused("refusals.no_rooms", choose(services, (), ANN))
    assert query(path, "SELECT * FROM room") == before
    for table in ("session", "seat", "schedule"):
        assert query(path, f"SELECT * FROM {table}") == []  # noqa: S608 - our own names
    assert query(path, "SELECT kind FROM due") == [("card",)]


async def test_a_server_can_have_a_limited_number_of_rooms_and_times(
    services: Services, room: Room
) -> None:
    for number in range(MOST_ROOMS - 1):
        await services.rooms.add(HERE, 1, f"room {number}", 1)
    await refused("refusals.rooms_full", services.rooms.add(HERE, 1, "one more", 1))
    for number in range(MOST_SCHEDULES):
        await services.schedules.add(HERE, room.room_id, 1, 5 * number, "UTC", 5)
    await refused("refusals.schedules_full", services.schedules.add(HERE, room.room_id, 1, 99, "UTC", 5))


async def test_an_open_room_is_chosen_before_the_first_one(services: Services, room: Room) -> None:
    second = await services.rooms.add(HERE, 72, "Second", 3)
    both = (room.room_id, second.room_id)
    assert await choose(services, both, ANN) == room
    await sit(services, second, ANN, 5)
    assert await choose(services, both, BEN) == second
    assert await choose(services, (room.room_id,), BEN) == room


async def test_a_room_with_a_free_seat_for_the_member_is_chosen(
    services: Services, clock: ManualClock
) -> None:
    small, wide = [await services.rooms.add(HERE, 50 + seats, f"Of {seats}", seats) for seats in (1, 2)]
    ids = (small.room_id, wide.room_id)
    await sit(services, small, ANN, 5)
    assert await choose(services, ids, ANN) == small  # where she sits already
    assert await choose(services, ids, BEN, Visibility.HIDDEN) == small  # a hidden seat uses no capacity
    assert await choose(services, ids, BEN) == wide  # which has no open session yet
    await sit(services, wide, BEN, 10)
    assert await choose(services, ids, 3) == wide
    await sit(services, wide, 3, None)
    assert await choose(services, ids, 4) == small  # all are full, and the first says so
    clock.move(minutes=5)
    assert await choose(services, ids, BEN) == wide  # the small one is just closing


async def test_hidden_seats_use_no_capacity_and_so_reveal_nothing(services: Services) -> None:
    room = await services.rooms.add(HERE, 50, "Nook", 1)
    sat = await sit(services, room, ANN, 5, Visibility.HIDDEN)
    assert (await take_seat(services, sat.card, BEN)).seat.visibility is Visibility.COUNTED
    await refused("refusals.stays_hidden", take_seat(services, sat.card, ANN, Visibility.COUNTED))
    assert (await take_seat(services, sat.card, ANN)).seat.visibility is Visibility.HIDDEN
