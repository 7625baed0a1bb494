"""A server with several rooms: which one /sit takes, and what /rooms lists."""

from tests.world import World


async def test_rooms_lists_what_is_open_and_what_comes_next(empty_world: World) -> None:
    world = empty_world
    await world.add_room(name="Free")
    await world.add_room(name="Open")
    await world.add_room(name="Weekly")
    await world.moderator.uses("quiet schedule add", room="Weekly", days="Monday", time="19:30", minutes=25)
    await world.ada.opens(room="Open", minutes=10)
    listed = await world.ben.uses("rooms")
    evening = int(world.now.replace(hour=19, minute=30).timestamp())
    closes = int(world.now.timestamp()) + 600
    assert f"**Open** in {world.library.mention}: open now, closes <t:{closes}:R>." in listed.text
    assert f"**Weekly** in {world.library.mention}: next session <t:{evening}:F>" in listed.text
    assert f"**Free** in {world.library.mention}: open it with /sit whenever you like." in listed.text


async def test_rooms_explains_the_first_step_when_there_is_none(empty_world: World) -> None:
    for command in ("rooms", "sit"):
        answer = await empty_world.ada.uses(command)
        assert "There's no quiet room here yet." in answer.text


async def test_rooms_are_offered_by_name(empty_world: World) -> None:
    world = empty_world
    await world.add_room(name="Attic")
    await world.add_room(name="Garden")
    assert list(await world.ada.types("sit", "room", "gar")) == ["Garden"]
    assert list(await world.ada.types("sit", "room", "")) == ["Attic", "Garden"]
    chosen = await world.ada.types("sit", "room", "garden")
    answer = await world.ada.opens(room=chosen["Garden"])
    assert "You have a seat in Garden." in answer.text


async def test_without_a_room_named_sit_takes_the_one_that_is_open(empty_world: World) -> None:
    world = empty_world
    await world.add_room(name="Attic")
    await world.add_room(name="Garden")
    await world.ada.opens(room="Garden")
    world.library = world.guild.create_text_channel("lobby")  # /sit is used where no room is
    assert "You have a seat in Garden." in (await world.ben.opens()).text


async def test_without_a_room_named_sit_takes_one_with_a_free_seat(empty_world: World) -> None:
    world = empty_world
    await world.add_room(name="Attic", seats=1)
    await world.add_room(name="Garden")
    await world.ada.opens(room="Attic")
    world.library = world.guild.create_text_channel("lobby")  # /sit is used where no room is
    assert "You have a seat in Garden." in (await world.ben.opens()).text


async def test_only_the_room_of_a_deleted_channel_becomes_unavailable(world: World) -> None:
    garden = world.guild.create_text_channel("garden")
    await world.moderator.uses("quiet room add", channel=garden, name="Garden")
    await world.delete_library()
    world.library = garden
    listed = (await world.ada.uses("rooms")).text
    assert "**Library** isn't available: its channel is gone." in listed
    assert f"**Garden** in {garden.mention}: open it with /sit" in listed
    assert "You have a seat in Garden." in (await world.ada.opens()).text
    assert (await world.ada.opens(room="Library")).text.startswith(
        "Library isn't working: its channel is gone."
    )


async def test_only_the_room_of_a_closed_channel_becomes_unavailable(world: World) -> None:
    garden = world.guild.create_text_channel("garden")
    await world.moderator.uses("quiet room add", channel=garden, name="Garden")
    world.take_from_bot(send_messages=False)
    listed = (await world.ada.uses("rooms")).text
    assert f"**Library** in {world.library.mention} isn't available: I can't post there." in listed
    assert "You have a seat in Garden." in (await world.ada.opens()).text


async def test_members_cannot_find_a_room_in_a_channel_that_they_cannot_see(world: World) -> None:
    await world.moderator.uses("quiet room add", channel=world.hidden_channel(), name="Attic")
    await world.moderator.opens(room="Attic")
    assert "Attic" not in (await world.ada.uses("rooms")).text
    assert await world.ada.types("sit", "room", "att") == {}
    assert (await world.ada.opens(room="Attic")).text.startswith("That room isn't here any more.")
    assert "You have a seat in Library." in (await world.ada.opens()).text


async def test_two_rooms_have_separate_sessions(empty_world: World) -> None:
    world = empty_world
    await world.add_room(name="Attic")
    await world.add_room(name="Garden")
    await world.ada.opens(room="Attic")
    await world.moderator.opens(room="Garden")
    await world.ben.opens(room="Garden")
    attic, garden = world.cards()
    await world.ada.taps(attic, "Slip out")
    await world.cleo.taps(garden, "Sit")
    assert "There are 8 seats." in attic.text
    assert "3 of 8 seats are taken." in garden.text
