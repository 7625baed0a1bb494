"""The life of a server as Discord tells it: removed, invited again, both while nobody listened."""

import discord
from discord.ext import commands

from bot.gateway.client import Client
from bot.servers.removal import Removals


class ServerLife(commands.Cog):
    """Hears of removals and invitations. An outage (`guild_unavailable`) is neither and changes nothing."""

    def __init__(self, bot: Client, removals: Removals) -> None:
        self._bot = bot
        self._removals = removals

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Compare the servers that Discord lists, unavailable ones too, with those that are kept."""
        await self._removals.compare({guild.id for guild in self._bot.guilds})

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Begin the seven days."""
        await self._removals.note_removed(guild.id)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """End the seven days."""
        await self._removals.note_present(guild.id)

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """End the seven days: an invitation may be told in this way too."""
        await self._removals.note_present(guild.id)
