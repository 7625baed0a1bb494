"""Before something is deleted, the bot asks, and says what is deleted and what stays."""

import pytest

from tests.world import Shown, World

pytestmark = pytest.mark.both_engines


async def room_panel(world: World) -> Shown:
    """Open the panel of the one room."""
    setup = await world.moderator.uses("quiet setup")
    (room,) = await world.client.services.rooms.of_guild(world.guild.id)
    return (await world.moderator.chooses(setup.panel, "Change a room", str(room.room_id))).panel


async def voice_room(world: World) -> int:
    """Give the room a voice channel that the bot makes; return the channel's id."""
    await world.moderator.uses("quiet room voice", room="Library", silent=1)
    (room,) = await world.client.services.rooms.of_guild(world.guild.id)
    assert room.voice_channel_id is not None
    return room.voice_channel_id


async def test_a_room_is_removed_in_its_panel_after_a_question_that_says_what_goes(world: World) -> None:
    for day in ("Monday", "Thursday"):
        await world.moderator.uses("quiet schedule add", room="Library", days=day, time="10:00", minutes=5)
    await world.moderator.uses("quiet room events", room="Library", announced=1)
    before = await world.dump()
    asked = await world.moderator.taps(await room_panel(world), "Remove room")
    assert "Remove Library?\nThis can't be undone." in asked.text
    assert "Its 2 schedules are deleted. No more sessions open there." in asked.text
    assert "Its events disappear from this server's event list." in asked.text
    assert f"The channel {world.library.mention} and its messages stay." in asked.text
    kept = await world.moderator.taps(asked.panel, "Keep it")
    assert "Hello buttons: off." in kept.text
    assert await world.dump() == before
    again = await world.moderator.taps(kept.panel, "Remove room")
    removed = await world.moderator.taps(again.panel, "Remove it")
    assert "Done: Library is removed." in removed.text
    assert "No room yet." in removed.text
    assert await world.client.services.rooms.of_guild(world.guild.id) == []


async def test_the_command_asks_as_the_panel_does(world: World) -> None:
    asked = await world.moderator.uses("quiet room remove", room="Library")
    assert "Remove Library?" in asked.text
    assert asked.buttons == ["Remove it", "Keep it"]
    assert len(await world.client.services.rooms.of_guild(world.guild.id)) == 1


@pytest.mark.parametrize(
    ("label", "is_left"), [("Remove it", True), ("Remove it and the voice channel", False)]
)
async def test_a_removed_rooms_voice_channel_goes_only_if_that_was_chosen(
    world: World, label: str, is_left: bool
) -> None:
    voice_channel_id = await voice_room(world)
    asked = await world.moderator.uses("quiet room remove", room="Library")
    assert f"You can delete the voice channel <#{voice_channel_id}> too. Otherwise it stays." in asked.text
    await world.moderator.taps(asked.panel, label)
    assert (voice_channel_id in world.env.backend.channels) is is_left


async def test_a_voice_channel_is_deleted_after_a_question_that_says_what_goes(world: World) -> None:
    voice_channel_id = await voice_room(world)
    asked = await world.moderator.taps(await room_panel(world), "Delete voice channel")
    assert "Delete the voice channel of Library?" in asked.text
    assert f"<#{voice_channel_id}> is deleted for good, with its text chat" in asked.text
    kept = await world.moderator.taps(asked.panel, "Keep it")
    assert f"Silent voice channel: <#{voice_channel_id}>" in kept.text
    by_command = await world.moderator.uses("quiet room voice", room="Library", silent=0, delete=True)
    assert voice_channel_id in world.env.backend.channels
    deleted = await world.moderator.taps(by_command.panel, "Delete it")
    assert "Its voice channel is deleted." in deleted.text
    assert voice_channel_id not in world.env.backend.channels


async def test_a_room_that_changed_after_the_question_is_not_removed(world: World) -> None:
    asked = await world.moderator.uses("quiet room remove", room="Library")
    await world.moderator.uses("quiet schedule add", room="Library", days="Monday", time="10:00", minutes=5)
    answer = await world.moderator.taps(asked.panel, "Remove it")
    assert "Someone changed this room after this panel was opened" in answer.text
    assert len(await world.client.services.rooms.of_guild(world.guild.id)) == 1
