"""Tells moderators' channels, once and silently, what stopped working and what works again."""

import logging
from collections.abc import Mapping
from datetime import timedelta

import discord
from discord import ui
from discord.ext import commands

from bot.checkins.channel.model import ChannelCheckin
from bot.checkins.channel.service import ChannelCheckins
from bot.delivery.outcome import Problem, is_retry_due
from bot.gateway.client import Client
from bot.gateway.sender import Later, Recorded, Refused, Sent, Unknown
from bot.rooms.model import Room
from bot.rooms.schedules.service import Schedules
from bot.rooms.service import Rooms
from bot.scheduling.due_queue import Due
from bot.scheduling.rate_limit import RateLimiter
from bot.servers.outages.service import ModeratorsMessage, Outages
from bot.texts.catalogue import Markup, Say
from cogs.checkins.channel_setup import when
from cogs.servers import problems, routes
from cogs.ui.bot_permissions import may_post, timed_out_until
from cogs.ui.panels import Lines, button, panel

log = logging.getLogger(__name__)

_AFTER_TIMEOUT = timedelta(seconds=1)  # moments are saved without fractions of a second


class OutageMessages:
    """Looks at servers. Each run starts from the saved state, so it may be repeated."""

    def __init__(
        self,
        client: Client,
        outages: Outages,
        rooms: Rooms,
        schedules: Schedules,
        channel_checkins: ChannelCheckins,
        send_limiter: RateLimiter,
    ) -> None:
        self._client = client
        self._outages = outages
        self._rooms = rooms
        self._schedules = schedules
        self._channel_checkins = channel_checkins
        self._send_limiter = send_limiter

    async def act(self, due: Due) -> None:
        """Look which rooms and channel check-ins work, and tell moderators of what changed."""
        if not is_retry_due(due.claims):
            return
        guild = self._client.get_guild(due.subject_id)
        if guild is None or guild.unavailable:
            await self._outages.wait(due, None)
            return
        until = timed_out_until(guild, self._client.services.clock.now())
        if until is not None:  # then nothing works, and nobody can be told
            await self._outages.wait(due, until + _AFTER_TIMEOUT)
            return
        say = await self._client.say_to_server(guild.id)
        subjects = await self._subjects(guild, say)
        works = {subject: not reason for subject, (_, reason) in subjects.items()}
        channel_id = (await self._client.services.server_settings.get(guild.id)).moderators_channel_id or 0
        message = await self._outages.prepare(
            due, works, can_send=may_post(self._client, guild.id, channel_id)
        )
        if message is not None:
            await self._send(due, message, subjects, say)

    async def _subjects(self, guild: discord.Guild, say: Say) -> dict[str, tuple[str, str]]:
        """Return the name of each room and channel check-in, and why it does not work (empty: it works)."""
        found: dict[str, tuple[str, str]] = {}
        for room in await self._rooms.of_guild(guild.id):
            times = len(await self._schedules.of_room(room.room_id))
            name = _room_name(room, say)
            found[f"room:{room.room_id}"] = name, problems.why_closed(guild, room, times, say)
        for one in await self._channel_checkins.of_guild(guild.id):
            name = _checkin_name(one, say)
            found[f"channel_checkin:{one.channel_checkin_id}"] = name, problems.why_stopped(guild, one, say)
        return found

    async def _send(
        self, due: Due, message: ModeratorsMessage, subjects: Mapping[str, tuple[str, str]], say: Say
    ) -> None:
        await self._send_limiter.acquire()
        intent = message.intent
        channel = self._client.get_partial_messageable(intent.channel_id, guild_id=message.guild_id)
        marker = routes.SHOW_CHECK(message.number)
        sent = await self._client.sender.send(intent, channel, view(message, subjects, say), marker=marker)
        match sent:
            case Sent() | Recorded():
                await self._outages.note_sent(due, message)
            case Refused(problem=Problem.HISTORY):
                await self._outages.note_sent(due, message, Problem.HISTORY)
            case Refused(problem, status, code):
                log.info("a message to moderators was refused (%s, code %s)", status, code)
                await self._outages.note_not_sent(due, message, problem, is_refused=True)
            case Later():
                await self._outages.note_not_sent(due, message, Problem.LATER, is_refused=False)
            case Unknown():  # the intent stays open: the next claim finds out
                pass


class OutageListener(commands.Cog):
    """Looks at a server again when something that rooms need may have changed there."""

    def __init__(self, client: Client, outages: Outages) -> None:
        self._client = client
        self._outages = outages

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Look at every server: its permissions may have changed while the bot was disconnected."""
        await self._outages.look_everywhere({guild.id for guild in self._client.guilds})

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Look at a server that is back from an outage of Discord; at a start, `on_ready` looks at all."""
        if self._client.is_ready():
            await self._outages.look(guild.id)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Look at a server that invited the bot again."""
        await self._outages.look(guild.id)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Look at a server that deleted a channel."""
        await self._outages.look(channel.guild.id)

    @commands.Cog.listener()
    async def on_guild_channel_update(
        self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel
    ) -> None:
        """Look at a server that changed a channel's permissions."""
        if before.overwrites != after.overwrites:
            await self._outages.look(after.guild.id)

    @commands.Cog.listener()
    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        """Look at a server that changed a role's permissions."""
        if before.permissions != after.permissions:
            await self._outages.look(after.guild.id)

    @commands.Cog.listener()
    async def on_guild_role_delete(self, role: discord.Role) -> None:
        """Look at a server that deleted a role: it may have given the bot its permissions."""
        await self._outages.look(role.guild.id)

    @commands.Cog.listener()
    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        """Look at a server that changed the bot's roles or its timeout.

        Discord sends the bot no other member's update.
        """
        if before.roles != after.roles or before.timed_out_until != after.timed_out_until:
            await self._outages.look(after.guild.id)


def view(message: ModeratorsMessage, subjects: Mapping[str, tuple[str, str]], say: Say) -> ui.LayoutView:
    """Return the message: a line for each thing that stopped and that works again."""
    stopped = [_stopped(*subjects[each], say) for each in message.stopped if each in subjects]
    resumed = [_resumed(subjects[each][0], say) for each in message.resumed if each in subjects]
    lines = [*stopped, *resumed]
    hint = say("outages.hint_stopped" if stopped else "outages.hint_resumed")
    check = button(say("setup.button.check"), routes.SHOW_CHECK(message.number))
    return panel([Lines(lines, say("check.rest")), hint], [[check]], framed=True)


def _stopped(name: str, reason: str, say: Say) -> str:
    return reason or say("outages.stopped", what=Markup(name))


def _resumed(name: str, say: Say) -> str:
    return say("outages.resumed", what=Markup(name))


def _room_name(room: Room, say: Say) -> str:
    return say("outages.room", room=room.name, where=Markup(f"<#{room.channel_id}>"))


def _checkin_name(one: ChannelCheckin, say: Say) -> str:
    return say("outages.checkin", where=Markup(f"<#{one.channel_id}>"), when=when(one, say))
