"""Seats on a real file: who may take one, and what a tap's unit of work returns."""

from pathlib import Path

import pytest

from bot.errors import RefusalError
from bot.privacy.consent.model import Purpose
from bot.rooms.model import Room
from bot.rooms.sessions.model import Card, Phase, Visibility
from bot.services import Services
from tests.rooms import answer, leave, named, nod, sit, take_seat
from tests.storage.manual_clock import ManualClock
from tests.storage.members import ANN, BEN, HERE, THERE, agree
from tests.storage.scratch import query

SEATS = "SELECT member_id FROM seat ORDER BY member_id"


@pytest.fixture
async def room(services: Services) -> Room:
    await services.rooms.add(THERE, 72, "Elsewhere", 3)
    room = await services.rooms.add(HERE, 71, "Library", 3)
    return await services.rooms.ask_arriving(HERE, room.room_id, asks=True)


@pytest.fixture
async def card(services: Services, room: Room) -> Card:
    """Return the card of a session that ANN opened."""
    return (await sit(services, room, ANN, 25)).card


async def test_a_member_who_cannot_see_the_channel_takes_no_seat_and_learns_nothing(
    services: Services, card: Card, path: Path
) -> None:
    session_id = card.session.session_id
    seen: list[int] = []

    def can_see(channel_id: int) -> bool:
        seen.append(channel_id)
        return False

    for doing in (
        services.seats.take(HERE, session_id, BEN, can_see),
        services.seats.answer(HERE, session_id, BEN, can_see),
        services.seats.look(HERE, session_id, can_see),
    ):
        with pytest.raises(RefusalError) as caught:
            await doing
        assert caught.value.key == "refusals.session_closed"  # the same as for one that is closed
    assert set(seen) == {71}
    assert query(path, SEATS) == [(ANN,)]
    assert query(path, "SELECT * FROM arrival") == []


async def test_a_session_is_not_reached_from_another_server(
    services: Services, card: Card, path: Path
) -> None:
    session_id, before = card.session.session_id, query(path, "SELECT * FROM session")
    for doing in (
        services.seats.take(THERE, session_id, BEN, lambda _: True),
        services.seats.leave(THERE, session_id, ANN),
        services.seats.nod(THERE, session_id, ANN),
        services.seats.answer(THERE, session_id, ANN, lambda _: True),
        services.seats.look(THERE, session_id),
        services.ends.check_close(THERE, session_id, ANN, is_moderator=True),
        services.ends.close_early(THERE, session_id, ANN, is_moderator=True),
        services.ends.leave_choices(THERE, session_id, ANN),
        services.ends.leave_later(THERE, session_id, ANN, 5),
    ):
        with pytest.raises(RefusalError) as caught:
            await doing
        assert caught.value.key == "refusals.session_closed"
    assert query(path, SEATS) == [(ANN,)]
    assert query(path, "SELECT * FROM session") == before


async def test_a_tap_returns_the_card_as_it_shows_then(services: Services, card: Card) -> None:
    result = await take_seat(services, card, BEN)
    session_id = card.session.session_id
    for changed in (result.card, await nod(services, card, ANN), await answer(services, card, BEN)):
        assert changed.message.revision > card.message.revision
    assert await answer(services, card, BEN) == await services.seats.find_card(session_id)
    left, was_seated = await services.seats.leave(HERE, session_id, BEN)
    assert was_seated
    assert left.counted == 1
    assert left == await services.seats.find_card(session_id)


async def test_the_first_seat_of_a_member_who_agreed_to_nothing_is_explained_once(
    services: Services, card: Card
) -> None:
    assert (await take_seat(services, card, BEN)).is_first
    assert not (await take_seat(services, card, BEN)).is_first
    await agree(services, BEN, HERE, Purpose.SHOW_NAME)
    await leave(services, card, BEN)
    again = await take_seat(services, card, BEN)
    assert (again.is_first, named(again.card)) == (False, (BEN,))


async def test_only_a_closed_card_says_when_the_room_opens_next(
    services: Services, room: Room, card: Card, clock: ManualClock
) -> None:
    await services.schedules.add(HERE, room.room_id, 0b1111111, 600, "UTC", 5)
    shown = await services.seats.find_card(card.session.session_id)
    assert shown is not None
    assert (shown.phase, shown.next_at) == (Phase.SETTLING_IN, None)
    clock.move(minutes=25)
    closed = await services.seats.find_card(card.session.session_id)
    assert closed is not None
    assert closed.phase is Phase.CLOSED
    assert closed.next_at is not None


async def test_a_card_speaks_the_language_that_the_server_chose(services: Services, card: Card) -> None:
    assert card.locale is None
    await services.server_settings.set_locale(HERE, "en")
    assert (await nod(services, card, ANN)).locale == "en"


async def test_what_a_card_was_seen_to_show_is_saved_with_the_next_write(
    services: Services, card: Card
) -> None:
    session_id, room_id = card.session.session_id, card.room.room_id
    await services.cards.record(room_id, 5, Phase.SETTLING_IN)
    assert await services.cards.outdated() == [session_id]
    services.seats.note_shown(card.message)
    assert await services.cards.outdated() == [session_id]  # the card is outdated without another commit
    await services.cards.record(room_id, 5, Phase.SETTLING_IN)
    assert await services.cards.outdated() == []
    await take_seat(services, card, BEN)
    assert await services.cards.outdated() == [session_id]


async def test_a_card_names_thirty_and_counts_all_but_hidden_seats(services: Services) -> None:
    sat = await sit(services, await services.rooms.add(HERE, 73, "Hall", 99), ANN, 25)
    session_id = sat.card.session.session_id
    for member_id in range(5000, 5040):
        await agree(services, member_id, HERE, Purpose.SHOW_NAME)
        await take_seat(services, sat.card, member_id)
    await take_seat(services, sat.card, BEN, Visibility.HIDDEN)
    card = await services.seats.find_card(session_id)
    assert card is not None
    assert card.counted == 41
    assert card.named == tuple(range(5000, 5030))
    assert card.seated == frozenset()  # nobody asks who sits in a room without a voice channel
