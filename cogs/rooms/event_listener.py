"""Gateway events about native events, and about the permissions that they need."""

import discord
from discord.ext import commands

from bot.gateway.client import Client
from bot.rooms.events.model import EventProblem
from bot.rooms.events.service import Events
from cogs.rooms.event_fields import channel_exists


class EventsCog(commands.Cog):
    """Records deleted events, and retries blocked ones when what blocked them may have changed."""

    def __init__(self, client: Client, events: Events) -> None:
        self._client = client
        self._events = events

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Reconcile the events of every server: they may have changed while the bot was disconnected."""
        available = {guild.id for guild in self._client.guilds if not guild.unavailable}
        await self._events.reconcile_guilds(available)

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Reconcile the events of a server that is back from an outage."""
        await self._events.reconcile_guild(guild.id)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Reconcile the events of a server that invited the bot again."""
        await self._events.reconcile_guild(guild.id)

    @commands.Cog.listener()
    async def on_scheduled_event_delete(self, event: discord.ScheduledEvent) -> None:
        """Record a deleted event. If the server was at its limit, retry the events that were waiting."""
        await self._note_deleted(event)
        await self._events.retry_blocked(event.guild_id, EventProblem.LIMIT)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Make the events again that Discord deleted along with a voice channel."""
        if isinstance(channel, discord.VoiceChannel):
            await self._events.note_channel_deleted(channel.guild.id, channel.id)

    @commands.Cog.listener()
    async def on_scheduled_event_update(
        self, _: discord.ScheduledEvent, event: discord.ScheduledEvent
    ) -> None:
        """Record an event that someone cancelled; see `on_scheduled_event_delete`."""
        if event.status is discord.EventStatus.cancelled:
            await self._note_deleted(event)
        if event.status in {discord.EventStatus.cancelled, discord.EventStatus.completed}:
            await self._events.retry_blocked(event.guild_id, EventProblem.LIMIT)

    @commands.Cog.listener()
    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        """Retry when permissions of a role change; whether they suffice is checked without a request."""
        if before.permissions != after.permissions:
            await self._events.retry_blocked(after.guild.id, EventProblem.PERMISSION)

    @commands.Cog.listener()
    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        """Retry when the bot's own roles change, or someone ends its timeout.

        Discord sends the bot no other member's update.
        """
        if after.id != after.guild.me.id:
            return
        if before.timed_out_until != after.timed_out_until:
            await self._events.reconcile_guild(after.guild.id)
        elif before.roles != after.roles:
            await self._events.retry_blocked(after.guild.id, EventProblem.PERMISSION)

    @commands.Cog.listener()
    async def on_guild_channel_update(
        self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel
    ) -> None:
        """Retry when the permissions of a voice channel change."""
        if isinstance(after, discord.VoiceChannel) and before.overwrites != after.overwrites:
            await self._events.retry_blocked(after.guild.id, EventProblem.PERMISSION)

    async def _note_deleted(self, event: discord.ScheduledEvent) -> None:
        exists = channel_exists(self._client.get_guild(event.guild_id), event.channel_id)
        await self._events.note_deleted(event.guild_id, event.id, channel_exists=exists)
