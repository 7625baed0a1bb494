"""What Discord tells of its events, and of what they need."""

import discord
from discord.ext import commands

from bot.gateway.client import Client
from bot.rooms.events.model import Trouble
from bot.rooms.events.service import Events


class EventsCog(commands.Cog):
    """Hears of deleted events, and of causes that go away."""

    def __init__(self, client: Client, events: Events) -> None:
        self._client = client
        self._events = events

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Look after events that were deleted while nobody listened. Costs a request for those alone."""
        for each in await self._events.standing():
            guild = self._client.get_guild(each.guild_id)
            if guild is None or guild.unavailable or guild.get_scheduled_event(each.event_id or 0):
                continue
            if each.occurs_at > self._events.now():
                await self._events.look_after(each.schedule_id)

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Look after the events of a server that is back from an outage."""
        await self._events.look_after_guild(guild.id)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Look after the events of a server that invited the bot again."""
        await self._events.look_after_guild(guild.id)

    @commands.Cog.listener()
    async def on_scheduled_event_delete(self, event: discord.ScheduledEvent) -> None:
        """Note a deleted event; where the server had too many, there is room for one now."""
        await self._events.note_deleted(event.guild_id, event.id)
        await self._events.mend(event.guild_id, Trouble.LIMIT)

    @commands.Cog.listener()
    async def on_scheduled_event_update(
        self, _: discord.ScheduledEvent, event: discord.ScheduledEvent
    ) -> None:
        """Note an event that somebody cancelled; see `on_scheduled_event_delete`."""
        if event.status is discord.EventStatus.cancelled:
            await self._events.note_deleted(event.guild_id, event.id)
        if event.status in {discord.EventStatus.cancelled, discord.EventStatus.completed}:
            await self._events.mend(event.guild_id, Trouble.LIMIT)

    @commands.Cog.listener()
    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        """Try again when permissions change; whether they suffice is looked up, not asked."""
        if before.permissions != after.permissions:
            await self._events.mend(after.guild.id, Trouble.PERMISSION)

    @commands.Cog.listener()
    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        """Try again when the bot itself is given other roles: of others, Discord does not tell it."""
        if after.id == after.guild.me.id and before.roles != after.roles:
            await self._events.mend(after.guild.id, Trouble.PERMISSION)

    @commands.Cog.listener()
    async def on_guild_channel_update(
        self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel
    ) -> None:
        """Try again when a voice channel's permissions change."""
        if isinstance(after, discord.VoiceChannel) and before.overwrites != after.overwrites:
            await self._events.mend(after.guild.id, Trouble.PERMISSION)
