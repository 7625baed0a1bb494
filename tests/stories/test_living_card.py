"""One card for each room: it stays between sessions, and is right soon after every change."""

from tests.world import World

POST = "POST /channels/*/messages"
EDIT = "PATCH /channels/*/messages/*"
DELETE = "DELETE /channels/*/messages/*"


async def test_a_new_room_has_a_card_that_offers_to_open_a_session(world: World) -> None:
    (card,) = world.cards()
    assert card.is_silent
    assert "Open a session whenever you like." in card.text
    assert card.buttons == ["Open a session", "How this works"]


async def test_a_tap_on_the_card_opens_a_session_in_place_and_costs_one_request(world: World) -> None:
    before = world.card().id
    answer = await world.ada.taps(world.card(), "Open a session")
    assert "You have a seat in Library." in answer.text
    assert "One of 8 seats is taken." in world.card_text()
    assert world.spent() == []
    await world.pass_time(minutes=30)
    assert [card.id for card in world.cards()] == [before]
    assert "Open a session whenever you like." in world.card_text()
    assert world.spent() == [EDIT]  # the close: by then the tap is too old to carry it


async def test_a_session_by_command_comes_at_the_bottom_and_the_card_before_goes(world: World) -> None:
    before = world.card().id
    await world.ada.opens(minutes=10)
    (card,) = world.cards()
    assert card.id > before
    assert card.is_silent
    await world.pass_time(minutes=10)
    assert [each.id for each in world.cards()] == [card.id]
    assert "Open a session" in world.card().buttons
    assert world.spent() == [POST, DELETE, EDIT, EDIT, EDIT]


async def test_a_seat_taken_by_command_is_on_the_card_within_twenty_seconds(world: World) -> None:
    await world.ada.opens(minutes=50)
    await world.pass_time(minutes=20)
    world.spent()
    await world.ben.opens()
    assert "2 of 8 seats are taken." in world.card_text()
    await world.cleo.opens()
    await world.invite("dora").opens()
    assert "2 of 8 seats are taken." in world.card_text()
    await world.pass_time(seconds=19)
    assert "4 of 8 seats are taken." in world.card_text()
    assert world.spent() == [EDIT, EDIT]


async def test_nothing_is_edited_where_nothing_has_changed(world: World) -> None:
    await world.ada.opens(minutes=50)
    await world.pass_time(minutes=20)
    world.spent()
    await world.ben.opens(hidden=True)
    await world.pass_time(minutes=1)
    assert world.spent() == []


async def test_a_room_that_moves_takes_its_card_along(world: World) -> None:
    attic = world.guild.create_text_channel("attic")
    rooms = world.client.services.rooms
    (room,) = await rooms.of_guild(world.guild.id)
    await rooms.move(world.guild.id, room.room_id, attic.id)
    await world.settle()
    assert world.cards() == []
    assert len(world.cards(attic)) == 1


async def test_a_room_that_is_removed_takes_its_card_along(world: World) -> None:
    await world.moderator.removes_room("Library")
    assert world.cards() == []
    assert (await world.row_counts())["old_card"] == 0


async def test_a_card_between_sessions_is_turned_off_and_on(world: World) -> None:
    rooms = world.client.services.rooms
    (room,) = await rooms.of_guild(world.guild.id)
    await rooms.show_next(world.guild.id, room.room_id, shown=False)
    await world.settle()
    assert world.cards() == []
    await world.ada.opens(minutes=5)
    assert len(world.cards()) == 1
    await world.pass_time(minutes=6)
    assert world.cards() == []
    await rooms.show_next(world.guild.id, room.room_id, shown=True)
    await world.settle()
    assert "Open a session whenever you like." in world.card_text()


async def test_a_card_whose_message_was_forgotten_is_the_card_again_once_somebody_taps_it(
    world: World,
) -> None:
    await world.ada.opens(minutes=50)
    (room,) = await world.client.services.rooms.of_guild(world.guild.id)
    card = await world.client.services.cards.find(room.room_id)
    assert card is not None
    await world.client.services.cards.record_loss(card.message)
    await world.ben.sits()
    await world.pass_time(minutes=1)
    assert len(world.cards()) == 1
    assert "2 of 8 seats are taken." in world.card_text()
