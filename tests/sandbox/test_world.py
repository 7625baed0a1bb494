"""The default world, and how permissions follow from roles and overwrites."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import discord
import pytest

from sandbox.state import permissions
from sandbox.state.models import Overwrite
from sandbox.state.permissions import Permission
from sandbox.state.seed import BOT_PERMISSIONS, default_world
from tests.sandbox.conftest import Bot, Starter

if TYPE_CHECKING:
    from sandbox.state.world import World

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture
def world() -> World:
    """Return the default world."""
    return default_world()


def test_ids_look_like_discords_and_are_the_same_in_every_default_world(world: World) -> None:
    again = default_world()
    assert list(world.users) == list(again.users)
    assert list(world.guild_of) == list(again.guild_of)
    everything = [*world.users, *world.guilds, *world.guild_of]
    assert len(set(everything)) == len(everything)
    assert all(len(str(one)) in {18, 19} for one in everything)


def test_the_default_world_has_seven_people_and_two_servers(world: World) -> None:
    names = [person.name for person in world.people()]
    assert names == ["ada", "bo", "cleo", "dev", "emi", "mika", "noor"]
    assert [p.name for p in world.people() if not p.dms_open] == ["noor"]
    assert world.people()[4].display == "Emi *she/her*"
    assert [g.name for g in world.guilds.values()] == ["Juniper House", "Harbour Books"]
    assert len(world.bot_guilds()) == 2


def test_permission_bits_equal_those_of_discord_py() -> None:
    renamed = {"USE_VAD": "use_voice_activation"}
    for one in Permission:
        name = renamed.get(str(one.name), str(one.name).lower())
        assert discord.Permissions.VALID_FLAGS[name] == one


def test_the_bot_has_exactly_the_permissions_of_the_invite_link_in_the_readme(world: World) -> None:
    guild = next(iter(world.guilds.values()))
    [role] = [r for r in guild.roles.values() if r.managed]
    assert role.permissions == BOT_PERMISSIONS
    links = re.findall(r"oauth2/authorize\S+permissions=(\d+)", README.read_text())
    assert links == [str(BOT_PERMISSIONS)]


ROLE, MEMBER = "role", "member"
CASES: list[tuple[dict[str, tuple[int, int]], Permission, bool]] = [
    ({}, Permission.SEND_MESSAGES, True),
    ({"everyone": (0, int(Permission.SEND_MESSAGES))}, Permission.SEND_MESSAGES, False),
    (
        {
            "everyone": (0, int(Permission.SEND_MESSAGES)),
            ROLE: (int(Permission.SEND_MESSAGES), 0),
        },
        Permission.SEND_MESSAGES,
        True,
    ),
    (
        {
            ROLE: (int(Permission.SEND_MESSAGES), 0),
            MEMBER: (0, int(Permission.SEND_MESSAGES)),
        },
        Permission.SEND_MESSAGES,
        False,
    ),
    ({"everyone": (0, int(Permission.VIEW_CHANNEL))}, Permission.SEND_MESSAGES, False),
    ({"everyone": (0, int(Permission.SEND_MESSAGES))}, Permission.EMBED_LINKS, False),
    ({MEMBER: (int(Permission.MENTION_EVERYONE), 0)}, Permission.MENTION_EVERYONE, True),
]


@pytest.mark.parametrize(("overwrites", "wanted", "held"), CASES)
def test_overwrites_apply_in_discords_order(
    world: World, overwrites: dict[str, tuple[int, int]], wanted: Permission, held: bool
) -> None:
    mika = world.find_user("mika")
    assert mika is not None
    guild = next(iter(world.guilds.values()))
    channel = next(c for c in guild.channels.values() if c.name == "general")
    moderators = guild.members[mika.id].roles[0]
    targets = {"everyone": (guild.id, 0), ROLE: (moderators, 0), MEMBER: (mika.id, 1)}
    for name, (allow, deny) in overwrites.items():
        target, kind = targets[name]
        channel.overwrites[target] = Overwrite(target, kind, allow, deny)
    assert bool(permissions.of_user(world, mika.id, channel) & wanted) is held


def test_without_connect_a_voice_channel_can_only_be_viewed(world: World) -> None:
    ada = world.find_user("ada")
    assert ada is not None
    guild = next(iter(world.guilds.values()))
    room = next(c for c in guild.channels.values() if c.name == "Tea room")
    room.overwrites[guild.id] = Overwrite(guild.id, 0, deny=int(Permission.CONNECT))
    assert permissions.of_user(world, ada.id, room) == int(Permission.VIEW_CHANNEL)


async def test_interactions_contain_the_permissions_in_their_channel(box: Any, start: Starter) -> None:
    bot = Bot()
    seen: list[tuple[bool, bool]] = []

    @bot.tree.command(description="look")
    async def look(interaction: discord.Interaction) -> None:
        own, mine = interaction.permissions, interaction.app_permissions
        seen.append((own.send_messages, mine.send_messages))
        await interaction.response.send_message("seen", ephemeral=True)

    await start(bot)
    await bot.tree.sync()
    ada = box.person("Ada")
    channel = ada.channel("general")
    await ada.run("look", channel=channel)
    everyone, bot_id = channel.guild_id, box.world.app.user.id
    deny = int(Permission.SEND_MESSAGES)
    channel.overwrites[everyone] = Overwrite(everyone, 0, deny=deny)
    channel.overwrites[bot_id] = Overwrite(bot_id, 1, allow=deny)
    await ada.run("look", channel=channel)
    assert seen == [(True, True), (False, True)]
