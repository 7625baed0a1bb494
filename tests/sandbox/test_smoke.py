"""A bot connects and a person uses its command: the shortest test of all parts together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from tests.sandbox.conftest import Bot, Starter

if TYPE_CHECKING:
    from sandbox import Sandbox


async def test_a_bot_gets_ready_and_sees_both_servers(box: Sandbox, bot: Bot) -> None:
    assert box.bot_connected
    assert {guild.name for guild in bot.guilds} == {"Juniper House", "Harbour Books"}
    assert not box.refusals


async def test_an_ephemeral_response_is_seen_only_by_the_user_of_the_command(
    box: Sandbox, start: Starter
) -> None:
    bot = Bot()

    @bot.tree.command(description="say hello")
    @app_commands.describe(name="whose name", times="how often")
    async def hello(interaction: discord.Interaction, name: str, times: int = 1) -> None:
        await interaction.response.send_message(f"hello {name} x{times}", ephemeral=True)

    await start(bot)
    await bot.tree.sync()
    ada, bo = box.person("Ada"), box.person("Bo")
    reply = await ada.run("hello", channel="general", name="you", times=3)
    assert (reply.kind, reply.text) == ("message", "hello you x3")
    assert reply.messages == ada.sees("general")
    assert bo.sees("general") == []
    assert not box.refusals
