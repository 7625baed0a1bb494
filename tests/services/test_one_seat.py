"""One seat at a time in a server: a member who wants another one is asked, and has to agree."""

import asyncio
import sqlite3
from collections.abc import Awaitable
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import RefusalError
from bot.rooms.model import Room
from bot.rooms.sessions.model import SeatResult, Visibility
from bot.rooms.sessions.questions import SeatedElsewhereError, SeveralRoomsError
from bot.services import Services
from tests.rooms import sit, take_seat
from tests.storage.manual_clock import ManualClock
from tests.storage.members import ANN, BEN, HERE, THERE
from tests.storage.scratch import query

SEATS = "SELECT member_id, session_id, visibility FROM seat ORDER BY member_id, session_id"


@pytest.fixture
async def rooms(services: Services) -> tuple[Room, Room]:
    """Return two rooms of one channel."""
    library = await services.rooms.add(HERE, 71, "Library", 2)
    return library, await services.rooms.add(HERE, 71, "Loft", 2)


async def asked(action: Awaitable[SeatResult]) -> SeatedElsewhereError:
    with pytest.raises(SeatedElsewhereError) as caught:
        await action
    return caught.value


async def test_a_second_seat_is_a_question_and_changes_nothing(
    services: Services, rooms: tuple[Room, Room], path: Path
) -> None:
    library, loft = rooms
    here = await sit(services, library, ANN, 25, Visibility.HIDDEN)
    there = await sit(services, loft, BEN, 25)
    before = query(path, SEATS)
    for action in (take_seat(services, there.card, ANN), sit(services, loft, ANN, 5)):
        question = await asked(action)
        assert (question.other, question.room) == (library, loft)
        assert question.other_session_id == here.card.session.session_id
        assert question.session_id == there.card.session.session_id
    assert query(path, SEATS) == before


async def test_no_session_is_opened_before_the_question_is_answered(
    services: Services, rooms: tuple[Room, Room], path: Path
) -> None:
    library, loft = rooms
    await sit(services, library, ANN, 25)
    assert (await asked(sit(services, loft, ANN, 25))).session_id is None
    assert query(path, "SELECT room_id FROM session") == [(library.room_id,)]
    for _ in range(5):  # asking uses up nothing of what a member may open
        await asked(sit(services, loft, ANN, 25))
    question = await asked(sit(services, loft, ANN, 25))
    moved = await sit(services, loft, ANN, 25, leaves=question.other.room_id)
    assert moved.seat.opened_session


async def test_the_answer_moves_the_seat_in_one_step(
    services: Services, rooms: tuple[Room, Room], path: Path
) -> None:
    library, loft = rooms
    here = (await sit(services, library, ANN, 25)).card
    there = (await sit(services, loft, BEN, 25)).card
    left = here.session.session_id
    moved = await services.seats.take(
        HERE, there.session.session_id, ANN, lambda _: True, leaves=library.room_id
    )
    assert (moved.card.counted, moved.was_seated) == (2, False)
    card = await services.seats.look(HERE, left)
    assert card.counted == 0
    assert card.message.revision > here.message.revision  # so the card that was left is edited too
    assert [row[:2] for row in query(path, SEATS)] == [
        (ANN, there.session.session_id),
        (BEN, there.session.session_id),
    ]


async def test_an_answer_about_another_seat_is_asked_again(
    services: Services, rooms: tuple[Room, Room]
) -> None:
    library, loft = rooms
    attic = await services.rooms.add(HERE, 72, "Attic", 2)
    await sit(services, library, ANN, 25)
    await sit(services, loft, ANN, 25, leaves=library.room_id)
    question = await asked(sit(services, attic, ANN, 25, leaves=library.room_id))
    assert question.other == loft


async def test_a_full_room_takes_no_seat_away(
    services: Services, rooms: tuple[Room, Room], path: Path
) -> None:
    library, loft = rooms
    here = (await sit(services, library, ANN, 25)).card.session.session_id
    there = (await sit(services, loft, BEN, 25)).card
    await take_seat(services, there, BEN + 1)
    with pytest.raises(RefusalError) as caught:
        await services.seats.take(
            HERE, there.session.session_id, ANN, lambda _: True, leaves=library.room_id
        )
    assert caught.value.key == "refusals.room_full"
    assert query(path, SEATS)[0][:2] == (ANN, here)


async def test_taps_in_two_rooms_at_once_take_one_seat(
    services: Services, rooms: tuple[Room, Room], path: Path
) -> None:
    cards = [(await sit(services, room, BEN + number, 25)).card for number, room in enumerate(rooms)]
    taps = [take_seat(services, card, ANN) for card in cards * 10]
    answers = await asyncio.gather(*taps, return_exceptions=True)
    assert {type(each) for each in answers} == {SeatResult, SeatedElsewhereError}
    assert [row[0] for row in query(path, SEATS)].count(ANN) == 1


async def test_the_database_holds_one_seat_of_a_member_in_a_server(
    services: Services, rooms: tuple[Room, Room], path: Path
) -> None:
    await sit(services, rooms[0], ANN, 25)
    await sit(services, rooms[1], BEN, 25)
    with closing(sqlite3.connect(path)) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute("UPDATE seat SET member_id = ?", (ANN,))


async def test_a_seat_in_another_server_is_no_question(
    services: Services, rooms: tuple[Room, Room]
) -> None:
    away = await services.rooms.add(THERE, 81, "Elsewhere", 2)
    await sit(services, rooms[0], ANN, 25)
    assert not (await sit(services, away, ANN, 25)).was_seated


async def test_a_seat_of_a_session_that_is_over_is_no_question(
    services: Services, rooms: tuple[Room, Room], clock: ManualClock, path: Path
) -> None:
    await sit(services, rooms[0], ANN, 25)
    clock.move(minutes=25)  # and the worker has not closed it yet
    sat = await sit(services, rooms[1], ANN, 25)
    assert query(path, SEATS) == [(ANN, sat.card.session.session_id, "counted")]


async def test_a_seat_of_an_unreadable_session_is_no_question(
    services: Services, rooms: tuple[Room, Room], path: Path
) -> None:
    await sit(services, rooms[0], ANN, 25)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE session SET minutes = -1")
    assert not (await sit(services, rooms[1], ANN, 25)).was_seated


async def test_a_channel_with_several_rooms_asks_which_one_unless_the_member_sits_there(
    services: Services, rooms: tuple[Room, Room]
) -> None:
    every = {room.room_id for room in rooms} | {(await services.rooms.add(HERE, 72, "Attic", 2)).room_id}
    with pytest.raises(SeveralRoomsError) as caught:
        await services.sessions.sit(HERE, ANN, lambda _: every, 25, channel_id=71)
    assert (caught.value.key, caught.value.rooms) == ("refusals.several_rooms", list(rooms))
    attic = await services.sessions.sit(HERE, ANN, lambda _: every, 25, channel_id=72)
    assert attic.card.room.name == "Attic"  # the only room of that channel
    again = await services.sessions.sit(HERE, ANN, lambda _: every, None, channel_id=99)
    assert (again.card.room.name, again.was_seated) == ("Attic", True)
    await sit(services, rooms[1], BEN, 25)
    same = await services.sessions.sit(HERE, BEN, lambda _: every, None, channel_id=71)
    assert (same.card.room.name, same.was_seated) == ("Loft", True)
