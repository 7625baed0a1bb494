"""What Discord's client offers people and checks: commands, their options and autocomplete."""

from __future__ import annotations

import discord
import pytest
from discord import app_commands

from sandbox import ClientRefusal, Sandbox
from tests.sandbox.conftest import Bot, Starter


async def _with_commands(start: Starter, bot: Bot) -> Bot:
    await start(bot)
    await bot.tree.sync()
    return bot


async def test_typing_into_an_option_returns_autocomplete_choices(box: Sandbox, start: Starter) -> None:
    bot = Bot()

    @bot.tree.command(description="set a zone")
    async def zone(interaction: discord.Interaction, name: str) -> None:
        await interaction.response.send_message(name)

    @zone.autocomplete("name")
    async def complete(_: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        zones = ["Europe/Oslo", "Europe/Rome", "Asia/Tokyo"]
        return [app_commands.Choice(name=one, value=one) for one in zones if current in one]

    await _with_commands(start, bot)
    choices = await box.person("Ada").complete("zone", "name", "Eur", channel="general")
    assert [one["value"] for one in choices] == ["Europe/Oslo", "Europe/Rome"]


async def test_a_command_in_a_dm_has_a_user_and_no_member(box: Sandbox, start: Starter) -> None:
    bot = Bot()

    @bot.tree.command(description="anywhere")
    async def anywhere(interaction: discord.Interaction) -> None:
        text = f"{type(interaction.user).__name__} {interaction.locale} {interaction.guild_locale}"
        await interaction.response.send_message(text)

    @bot.tree.command(description="servers only")
    @app_commands.guild_only()
    async def inside(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("in")

    await _with_commands(start, bot)
    ada = box.person("Ada")
    ada.user.locale = "de"
    assert (await ada.run("anywhere")).text == "User de None"
    assert (await ada.run("anywhere", channel="general")).text == "Member de en-US"
    with pytest.raises(ClientRefusal, match="cannot be used here"):
        await ada.run("inside")
    assert len(ada.dm()) == 1


async def test_commands_for_moderators_are_not_offered_to_others(box: Sandbox, start: Starter) -> None:
    bot = Bot()

    @bot.tree.command(description="set up")
    @app_commands.default_permissions(manage_guild=True)
    async def setup(interaction: discord.Interaction) -> None:
        permissions = interaction.permissions.manage_guild
        await interaction.response.send_message(f"{permissions}")

    await _with_commands(start, bot)
    assert (await box.person("Mika").run("setup", channel="general")).text == "True"
    with pytest.raises(ClientRefusal, match="no permission"):
        await box.person("Ada").run("setup", channel="general")


async def test_the_client_checks_option_values(box: Sandbox, start: Starter) -> None:
    bot = Bot()
    group = app_commands.Group(name="quiet", description="quiet things")
    rooms = app_commands.Group(name="room", description="rooms", parent=group)

    @rooms.command(name="add", description="add a room")
    @app_commands.choices(size=[app_commands.Choice(name="Small", value=4)])
    async def add(
        interaction: discord.Interaction,
        name: app_commands.Range[str, 2, 10],
        place: discord.TextChannel,
        minutes: app_commands.Range[int, 5, 50] = 5,
        size: int = 4,
    ) -> None:
        await interaction.response.send_message(f"{name} {place.name} {minutes} {size}")

    bot.tree.add_command(group)
    await _with_commands(start, bot)
    ada = box.person("Ada")
    reply = await ada.run("quiet room add", channel="general", name="Nook", place="library", size="Small")
    assert reply.text == "Nook library 5 4"
    wrong: list[dict[str, object]] = [
        {"name": "Nook"},
        {"name": "N", "place": "library"},
        {"name": "Nook", "place": "Tea room"},
        {"name": "Nook", "place": "library", "minutes": 4},
        {"name": "Nook", "place": "library", "size": 5},
        {"name": "Nook", "place": "library", "other": 5},
    ]
    for options in wrong:
        with pytest.raises(ClientRefusal):
            await ada.run("quiet room add", channel="general", options=options)
    with pytest.raises(ClientRefusal, match="no command"):
        await ada.run("quiet room remove", channel="general")
    with pytest.raises(ClientRefusal, match="subcommand"):
        await ada.run("quiet room", channel="general")
