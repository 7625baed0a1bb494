"""Names of rooms: any letters and emoji, two spellings are one name, and a channel's name always works."""

import discord
import pytest

from tests.world import World

CODER = "\U0001f469\u200d\U0001f4bb"


async def names(world: World) -> list[str]:
    return [each.name for each in await world.client.services.rooms.of_guild(world.guild.id)]


@pytest.mark.parametrize(
    "name",
    [f"{CODER} Focus", "\U0001f1e9\U0001f1ea Ruhe", "静かな部屋", "Pokój do nauki", "Ruheraum \u2615"],
)
async def test_a_room_has_the_name_that_was_typed(world: World, name: str) -> None:
    answer = await world.moderator.uses("quiet room add", channel=world.library, name=name)
    assert name in answer.text
    assert (await names(world))[-1] == name
    assert name in await world.ada.types("sit", "room", name[-4:])


async def test_two_spellings_of_a_name_are_one_name(world: World) -> None:
    await world.moderator.uses("quiet room add", channel=world.library, name="Café")
    again = await world.moderator.uses("quiet room add", channel=world.library, name="CAFE\u0301")
    assert again.text.startswith("There's already a room called Café.")
    assert (await names(world)).count("Café") == 1
    await world.moderator.removes_room("cafe\u0301")
    assert "Café" not in await names(world)


async def test_a_name_taken_from_a_channel_is_never_refused(world: World) -> None:
    panel = await world.moderator.uses("quiet setup")
    for _ in range(2):
        panel = await world.moderator.chooses(panel.panel, "Add a room: choose its channel", world.library)
        assert "Done:" in panel.text
    assert await names(world) == ["Library", "Library 2", "Library 3"]


async def test_a_channel_whose_name_nobody_can_see_gives_a_room_a_plain_name(world: World) -> None:
    shown = world.client.get_channel(world.library.id)
    assert isinstance(shown, discord.TextChannel)
    shown.name = "\u2800\u3164"
    await world.moderator.uses("quiet room add", channel=world.library)
    assert (await names(world))[-1] == "Quiet room"
