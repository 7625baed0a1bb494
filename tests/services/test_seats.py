"""Seats on a real file: who may take one, and what a tap's unit of work returns."""

from pathlib import Path

import pytest

from bot.errors import RefusalError
from bot.privacy.consent.model import Purpose
from bot.rooms.model import Room
from bot.rooms.sessions.model import Card, CardMessage, IdleCard, Visibility
from bot.services import Services
from bot.shards import ShardLayout
from tests.rooms import answer, find_card, leave, named, nod, sit, take_seat
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

    for action in (
        services.seats.take(HERE, session_id, BEN, can_see),
        services.seats.answer(HERE, session_id, BEN, can_see),
        services.seats.look(HERE, session_id, can_see),
    ):
        with pytest.raises(RefusalError) as caught:
            await action
        assert caught.value.key == "refusals.session_closed"  # the same as for one that is closed
    assert set(seen) == {71}
    assert query(path, SEATS) == [(ANN,)]
    assert query(path, "SELECT * FROM arrival") == []


async def test_a_session_is_not_reached_from_another_server(
    services: Services, card: Card, path: Path
) -> None:
    session_id, before = card.session.session_id, query(path, "SELECT * FROM session")
    for action in (
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
            await action
        assert caught.value.key == "refusals.session_closed"
    assert query(path, SEATS) == [(ANN,)]
    assert query(path, "SELECT * FROM session") == before


async def test_a_tap_returns_the_card_as_it_shows_then(services: Services, card: Card) -> None:
    result = await take_seat(services, card, BEN)
    session_id = card.session.session_id
    for changed in (result.card, await nod(services, card, ANN), await answer(services, card, BEN)):
        assert changed.message.revision > card.message.revision
    assert await answer(services, card, BEN) == await find_card(services, session_id)
    left, was_seated = await services.seats.leave(HERE, session_id, BEN)
    assert was_seated
    assert left.counted == 1
    assert left == await find_card(services, session_id)


async def test_the_first_seat_of_a_member_who_agreed_to_nothing_is_explained_once(
    services: Services, card: Card
) -> None:
    assert (await take_seat(services, card, BEN)).is_first
    assert not (await take_seat(services, card, BEN)).is_first
    await agree(services, BEN, HERE, Purpose.SHOW_NAME)
    await leave(services, card, BEN)
    again = await take_seat(services, card, BEN)
    assert (again.is_first, named(again.card)) == (False, (BEN,))


async def test_between_sessions_the_card_says_when_the_room_opens_next(
    services: Services, room: Room, card: Card
) -> None:
    await services.schedules.add(HERE, room.room_id, 0b1111111, 600, "UTC", 5)
    assert isinstance(await services.cards.find(room.room_id), Card)
    await services.sessions.close(card.session.session_id)
    idle = await services.cards.find(room.room_id)
    assert isinstance(idle, IdleCard)
    assert idle.next_at is not None


async def test_a_card_speaks_the_language_that_the_server_chose(services: Services, card: Card) -> None:
    assert card.locale is None
    await services.server_settings.set_locale(HERE, "en")
    assert (await nod(services, card, ANN)).locale == "en"


async def test_what_a_tap_was_seen_to_show_is_saved_with_the_next_write(
    services: Services, card: Card
) -> None:
    room_id = card.room.room_id

    async def message() -> CardMessage:
        found = await services.cards.find(room_id)
        assert found is not None
        return found.message

    services.cards.note_shown(await message(), 5, 99)
    assert (await message()).message_id is None  # not yet
    await take_seat(services, card, BEN)
    shown = await message()
    assert (shown.message_id, shown.shown, shown.is_outdated) == (5, 99, True)  # of the seat that was taken
    services.cards.note_shown(shown, 6, 98)  # another message changes nothing
    await nod(services, card, ANN)
    assert ((await message()).message_id, (await message()).shown) == (5, 99)


async def test_after_a_start_the_worker_looks_at_cards_that_lack_a_change(
    services: Services, card: Card, path: Path
) -> None:
    quiet = await services.rooms.add(HERE, 74, "Hall", 9)
    query(path, "DELETE FROM due WHERE kind = 'card'")
    elsewhere = next(each for each in map(ShardLayout(2, 1).range, (0, 1)) if not each.covers(HERE))
    await services.cards.ask_outdated(elsewhere)
    assert query(path, "SELECT subject_id FROM due WHERE kind = 'card'") == []
    await services.cards.ask_outdated(services.shards)
    assert query(path, "SELECT subject_id FROM due WHERE kind = 'card'") == [(card.room.room_id,)]
    await services.cards.record_edit(card.room.room_id, 99, card.message.revision)
    query(path, "DELETE FROM due WHERE kind = 'card'")
    await services.cards.ask_outdated(services.shards)
    assert query(path, "SELECT subject_id FROM due WHERE kind = 'card'") == []
    await services.rooms.set_voice(HERE, card.room.room_id, 75, made=True)
    await services.rooms.set_voice(HERE, quiet.room_id, 76, made=True)
    query(path, "DELETE FROM due WHERE kind = 'card'")
    await services.cards.ask_outdated(services.shards)  # people may have come to its voice channel, or gone
    assert query(path, "SELECT subject_id FROM due WHERE kind = 'card'") == [(card.room.room_id,)]


async def test_a_card_names_thirty_and_counts_all_but_hidden_seats(services: Services) -> None:
    sat = await sit(services, await services.rooms.add(HERE, 73, "Hall", 99), ANN, 25)
    session_id = sat.card.session.session_id
    for member_id in range(5000, 5040):
        await agree(services, member_id, HERE, Purpose.SHOW_NAME)
        await take_seat(services, sat.card, member_id)
    await take_seat(services, sat.card, BEN, Visibility.HIDDEN)
    card = await find_card(services, session_id)
    assert card is not None
    assert card.counted == 41
    assert card.named == tuple(range(5000, 5030))
