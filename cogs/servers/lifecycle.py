"""Records from Discord's events that the bot was removed from a server or invited again."""

import discord
from discord.ext import commands

from bot.gateway.client import Client
from bot.servers.removal import Removals


class ServerLifecycle(commands.Cog):
    """Listens to removals and invitations. An outage (`guild_unavailable`) is neither."""

    def __init__(self, bot: Client, removals: Removals) -> None:
        self._bot = bot
        self._removals = removals

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Compare the servers that Discord lists, unavailable ones too, with those in the database."""
        await self._removals.compare({guild.id for guild in self._bot.guilds})

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Start the seven days after which the server's data is deleted."""
        await self._removals.note_removed(guild.id)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Stop the seven days."""
        await self._removals.note_present(guild.id)

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Stop the seven days: Discord may announce an invitation in this way, too.

        At a start, `on_ready` compares all servers.
        """
        if self._bot.is_ready():
            await self._removals.note_present(guild.id)
