"""Brings native events to what the schedules say, with as few requests as there are things to say.

Each run works from what is stored and from what Discord told of the server, so it may be repeated at any
point: an event whose creation was not noted, because the process died, is found and kept.
"""

import logging
from typing import Any

import discord

from bot.delivery.outcome import Outcome, classify
from bot.gateway.answers import FAILED, answer_of
from bot.gateway.client import Client
from bot.rooms.events.model import NativeEvent, Outlook, Step, Trouble
from bot.rooms.events.rules import is_given_up
from bot.rooms.events.service import Events
from bot.scheduling.due_queue import Due
from bot.scheduling.recurrence import Occurrence
from cogs.rooms.event_fields import differs, is_open, may_announce, shape

log = logging.getLogger(__name__)

_MOST_OPEN = 100  # of one server
_LIMIT_REACHED = 30038
_FINISHED = 180000
_FORBIDDEN = 403
_NOT_FOUND = 404
_RARER_AFTER = 5  # tries, a minute apart; then twice as long each time


class _TryLaterError(Exception):
    """Discord did not carry out a step, and may later."""


class Calendar:
    """Acts on events that are to be looked after."""

    def __init__(self, client: Client, events: Events) -> None:
        self._client = client
        self._events = events

    async def act(self, due: Due) -> None:
        """Do what is to be done about the event of a schedule, then let the worker come back for it.

        What Discord may take later is tried again at the next claims, more and more rarely.
        """
        if due.claims > _RARER_AFTER and due.claims.bit_count() != 1:
            return
        outlook = await self._events.outlook(due.subject_id)
        guild_id = outlook.kept.guild_id if outlook.kept else outlook.room.guild_id if outlook.room else 0
        guild = self._client.get_guild(guild_id)
        if guild is None or guild.unavailable:
            await self._events.leave(due.subject_id)
            return
        try:
            for step in outlook.steps:
                if not await self._take(step, guild, outlook):
                    break
        except _TryLaterError:
            return
        await self._events.rest(outlook)

    async def _take(self, step: Step, guild: discord.Guild, outlook: Outlook) -> bool:
        """Take a step; return whether the next may follow. Raises _TryLaterError where that may help."""
        kept = outlook.kept
        try:
            match step:
                case Step.CREATE:
                    await self._create(guild, outlook)
                case Step.EDIT if kept:
                    await self._edit(guild, outlook, kept)
                case Step.START if kept:
                    await self._start(guild, kept)
                case Step.END if kept:
                    await self._end(guild, kept)
                case Step.CANCEL if kept:
                    await self._cancel(guild, kept)
                case Step.FORGET:
                    await self._events.forget(outlook.schedule_id)
        except FAILED as error:
            status, code = answer_of(error)
            # Making one a second time finds the one that is there, so nothing is lost with an answer.
            if classify(status, code) is not Outcome.REFUSED:
                log.info("a native event is tried again later (%s, code %s)", status, code)
                raise _TryLaterError from error
            return await self._note(guild, outlook, step, _trouble(status, code))
        return True

    async def _create(self, guild: discord.Guild, outlook: Outlook) -> None:
        room, following = outlook.room, outlook.following
        if room is None or following is None:
            return
        say = await self._client.say_to_server(guild.id)
        wanted = shape(guild, room, following.at, outlook.minutes, say)
        found = await self._find_ours(guild, wanted)
        if found is None:
            trouble = _foreseen(guild, wanted)
            if trouble is not None:
                await self._events.keep(outlook, guild.id, following, None, trouble)
                return
            privacy = discord.PrivacyLevel.guild_only
            found = await guild.create_scheduled_event(privacy_level=privacy, **wanted)
        await self._events.keep(outlook, guild.id, following, found.id, None)

    async def _edit(self, guild: discord.Guild, outlook: Outlook, kept: NativeEvent) -> None:
        room, following = outlook.room, outlook.following
        event = await self._find(guild, kept)
        if room is None or following is None:
            return
        if event is None:
            await self._events.note_deleted(guild.id, kept.event_id or 0)
            return
        say = await self._client.say_to_server(guild.id)
        wanted = shape(guild, room, following.at, outlook.minutes, say)
        if differs(event, wanted):
            await event.edit(**wanted)
        await self._events.keep(outlook, guild.id, following, event.id, None)

    async def _start(self, guild: discord.Guild, kept: NativeEvent) -> None:
        """Start an event in a voice channel; Discord starts the others by the clock."""
        event = guild.get_scheduled_event(kept.event_id or 0)
        in_voice = event is not None and event.entity_type is discord.EntityType.voice
        if event is not None and in_voice and event.status is discord.EventStatus.scheduled:
            await event.start()

    async def _end(self, guild: discord.Guild, kept: NativeEvent) -> None:
        """End an event in a voice channel; Discord ends the others by the clock."""
        event = guild.get_scheduled_event(kept.event_id or 0)
        if event is not None and event.entity_type is discord.EntityType.voice:
            await _finish(event)

    async def _cancel(self, guild: discord.Guild, kept: NativeEvent) -> None:
        if kept.event_id is not None and not is_given_up(kept, self._events.now()):
            event = await self._find(guild, kept)
            if event is not None:
                await _finish(event)

    async def _find(self, guild: discord.Guild, kept: NativeEvent) -> discord.ScheduledEvent | None:
        """Return an event that is still to come, asking Discord where it has not told of it (yet)."""
        event = guild.get_scheduled_event(kept.event_id or 0)
        if event is None and kept.event_id is not None:
            try:
                event = await guild.fetch_scheduled_event(kept.event_id, with_counts=False)
            except discord.NotFound:
                return None
        return event if event is not None and is_open(event) else None

    async def _find_ours(
        self, guild: discord.Guild, wanted: dict[str, Any]
    ) -> discord.ScheduledEvent | None:
        """Return an event that this bot made and did not note."""
        known = await self._events.event_ids(guild.id)
        for event in guild.scheduled_events:
            ours = event.creator_id == guild.me.id and event.id not in known
            if ours and event.status is discord.EventStatus.scheduled and not differs(event, wanted):
                return event
        return None

    async def _note(self, guild: discord.Guild, outlook: Outlook, step: Step, trouble: Trouble) -> bool:
        """Note what Discord refused; return whether the next step may follow all the same."""
        if trouble is Trouble.DELETED and step in {Step.CANCEL, Step.END, Step.START}:
            return True  # gone is as good
        kept = outlook.kept
        log.info("a native event could not be brought up to date: %s, %s", step, trouble)
        if step is Step.CREATE and outlook.following is not None:
            await self._events.keep(outlook, guild.id, outlook.following, None, trouble)
        elif kept is not None:
            stands = Occurrence(kept.occurs_at, kept.local_date)
            event_id = None if trouble is Trouble.DELETED else kept.event_id
            await self._events.keep(outlook, guild.id, stands, event_id, trouble)
        return step in {Step.END, Step.START}


def _trouble(status: int | None, code: int) -> Trouble:
    """Return what a refusal of Discord means."""
    if status == _FORBIDDEN:
        return Trouble.PERMISSION
    if code == _LIMIT_REACHED:
        return Trouble.LIMIT
    if status == _NOT_FOUND or code == _FINISHED:
        return Trouble.DELETED
    return Trouble.REFUSED


def _foreseen(guild: discord.Guild, wanted: dict[str, Any]) -> Trouble | None:
    """Return what Discord would refuse, without asking it."""
    if not may_announce(guild, wanted.get("channel")):
        return Trouble.PERMISSION
    if sum(is_open(event) for event in guild.scheduled_events) >= _MOST_OPEN:
        return Trouble.LIMIT
    return None


async def _finish(event: discord.ScheduledEvent) -> None:
    """End an event that runs, cancel one that does not."""
    if event.status is discord.EventStatus.active:
        await event.end()
    elif event.status is discord.EventStatus.scheduled:
        await event.cancel()
