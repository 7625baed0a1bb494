"""The bare bot: discord.py with the intents and caches of the product, one command, and nothing else."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

READY_AFTER_SECONDS = 0.5  # as in the product; discord.py's default of 2 would flatter the comparison


class BareBot(discord.Client):
    """A client with a command tree."""

    def __init__(self) -> None:
        flags = discord.MemberCacheFlags.none()
        flags.voice = True
        super().__init__(
            intents=discord.Intents(guilds=True, voice_states=True, guild_scheduled_events=True),
            member_cache_flags=flags,
            chunk_guilds_at_startup=False,
            max_messages=None,
            guild_ready_timeout=READY_AFTER_SECONDS,
        )
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        """Add the command and register it."""

        @self.tree.command(description="Say hello")
        async def hello(interaction: discord.Interaction[Any]) -> None:
            await interaction.response.send_message("Hello", ephemeral=True)

        await self.tree.sync()


def main(api_url: str, gateway_url: str) -> None:
    """Run until SIGINT."""
    Route.BASE = api_url
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)

    async def run() -> None:
        async with BareBot() as client:
            await client.start("a-token")

    asyncio.run(run())
