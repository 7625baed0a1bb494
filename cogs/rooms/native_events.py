"""Reconciles native events with the schedules that they announce, in as few requests as possible.

Each run starts from what is stored and from the gateway's data about the server, so it can be repeated
after a crash: an event that was created but not recorded is found and recorded.
"""

import logging
from datetime import timedelta
from typing import Any

import discord

from bot.delivery.outcome import Outcome, classify
from bot.gateway.answers import FAILED, answer_of
from bot.gateway.client import Client
from bot.rooms.events.model import EventPlan, EventProblem, NativeEvent, Step
from bot.rooms.events.rules import is_given_up
from bot.rooms.events.service import Events
from bot.scheduling.due_queue import Due
from bot.scheduling.recurrence import Occurrence
from cogs.rooms.event_fields import channel_exists, differs, event_fields, is_open, may_create_events
from cogs.ui.bot_permissions import timed_out_until

log = logging.getLogger(__name__)

_AFTER_TIMEOUT = timedelta(seconds=1)  # moments are saved without fractions of a second
_MOST_OPEN = 100  # of one server
_LIMIT_REACHED = 30038
_FINISHED = 180000
_FORBIDDEN = 403
_NOT_FOUND = 404
_TRIES_EACH_MINUTE = 5  # tries, a minute apart; then twice as long each time


class _TryLaterError(Exception):
    """Discord did not carry out a step now, and may later."""


class EventReconciler:
    """Acts on native events that are due."""

    def __init__(self, client: Client, events: Events) -> None:
        self._client = client
        self._events = events

    async def act(self, due: Due) -> None:
        """Do what a schedule's event needs, then make it due again.

        What Discord may accept later is retried when the worker claims the row again, after growing pauses.
        """
        if due.claims > _TRIES_EACH_MINUTE and due.claims.bit_count() != 1:
            return
        plan = await self._events.plan(due.subject_id)
        guild = self._client.get_guild(plan.guild_id)
        if guild is None or guild.unavailable:
            await self._events.give_up_claim(due.subject_id)
            return
        until = timed_out_until(guild, self._events.now())
        if until is not None:
            await self._events.wait_until(due.subject_id, until + _AFTER_TIMEOUT)
            return
        try:
            for step in plan.steps:
                if not await self._take(step, guild, plan):
                    break
        except _TryLaterError:
            return
        await self._events.release_claim(plan)

    async def _take(self, step: Step, guild: discord.Guild, plan: EventPlan) -> bool:
        """Take a step; return whether the next one may follow. Raises _TryLaterError if that may help."""
        saved = plan.saved
        try:
            match step:
                case Step.CREATE:
                    await self._create(guild, plan)
                case Step.EDIT if saved:
                    await self._edit(guild, plan, saved)
                case Step.START if saved:
                    await self._start(guild, saved)
                case Step.END if saved:
                    await self._end(guild, saved)
                case Step.CANCEL if saved:
                    await self._cancel(guild, saved)
                case Step.FORGET:
                    await self._events.forget(plan.schedule_id)
        except FAILED as error:
            status, code = answer_of(error)
            # Creating an event again finds the first one, so it does no harm if only the answer was lost.
            if classify(status, code) is not Outcome.REFUSED:
                log.info("a native event is tried again later (%s, code %s)", status, code)
                raise _TryLaterError from error
            return await self._note(guild, plan, step, _problem_of(status, code))
        return True

    async def _create(self, guild: discord.Guild, plan: EventPlan) -> None:
        room, following = plan.room, plan.following
        if room is None or following is None:
            return
        say = await self._client.say_to_server(guild.id)
        wanted = event_fields(guild, room, following.at, plan.minutes, say)
        found = await self._find_unrecorded(guild, wanted)
        if found is None:
            problem = _find_obstacle(guild, wanted)
            if problem is not None:
                await self._events.save(plan, guild.id, following, None, problem)
                return
            privacy = discord.PrivacyLevel.guild_only
            found = await guild.create_scheduled_event(privacy_level=privacy, **wanted)
        await self._events.save(plan, guild.id, following, found.id, None, _channel_id(wanted))

    async def _edit(self, guild: discord.Guild, plan: EventPlan, saved: NativeEvent) -> None:
        room, following = plan.room, plan.following
        event = await self._find(guild, saved)
        if room is None or following is None:
            return
        if event is None:
            await self._note_deleted(guild, saved)
            return
        say = await self._client.say_to_server(guild.id)
        wanted = event_fields(guild, room, following.at, plan.minutes, say)
        if differs(event, wanted):
            await event.edit(**wanted)
        await self._events.save(plan, guild.id, following, event.id, None, _channel_id(wanted))

    async def _start(self, guild: discord.Guild, saved: NativeEvent) -> None:
        """Start an event in a voice channel, or one that begins early. Discord starts the others."""
        event = guild.get_scheduled_event(saved.event_id or 0)
        if event is None or event.status is not discord.EventStatus.scheduled:
            return
        if event.entity_type is discord.EntityType.voice or event.start_time > self._events.now():
            await event.start()

    async def _end(self, guild: discord.Guild, saved: NativeEvent) -> None:
        """End an event in a voice channel, or one that ends early; Discord ends the others by the clock.

        An event that Discord did not let end for a day is left to Discord, so that the next one is made.
        """
        if is_given_up(saved, self._events.now()):
            return
        event = guild.get_scheduled_event(saved.event_id or 0)
        if event is None:
            return
        is_early = event.end_time is not None and event.end_time > self._events.now()
        if event.entity_type is discord.EntityType.voice or is_early:
            await _finish(event)

    async def _cancel(self, guild: discord.Guild, saved: NativeEvent) -> None:
        if saved.event_id is not None and not is_given_up(saved, self._events.now()):
            event = await self._find(guild, saved)
            if event is not None:
                await _finish(event)

    async def _find(self, guild: discord.Guild, saved: NativeEvent) -> discord.ScheduledEvent | None:
        """Return an event that has not ended; request it if the gateway has not sent it yet."""
        event = guild.get_scheduled_event(saved.event_id or 0)
        if event is None and saved.event_id is not None:
            try:
                event = await guild.fetch_scheduled_event(saved.event_id, with_counts=False)
            except discord.NotFound:
                return None
        return event if event is not None and is_open(event) else None

    async def _find_unrecorded(
        self, guild: discord.Guild, wanted: dict[str, Any]
    ) -> discord.ScheduledEvent | None:
        """Return an event that this bot created and did not record."""
        known = await self._events.ids_in_guild(guild.id)
        for event in guild.scheduled_events:
            ours = event.creator_id == guild.me.id and event.id not in known
            if ours and event.status is discord.EventStatus.scheduled and not differs(event, wanted):
                return event
        return None

    async def _note(self, guild: discord.Guild, plan: EventPlan, step: Step, problem: EventProblem) -> bool:
        """Record what Discord refused; return whether the next step may follow nevertheless."""
        if problem is EventProblem.DELETED and step in {Step.CANCEL, Step.END, Step.START}:
            return True  # there is nothing left to end
        saved = plan.saved
        log.info("a native event could not be reconciled: %s, %s", step, problem)
        if step is Step.CREATE and plan.following is not None:
            await self._events.save(plan, guild.id, plan.following, None, problem)
        elif saved is not None and problem is EventProblem.DELETED:
            await self._note_deleted(guild, saved)
        elif saved is not None:
            stands = Occurrence(saved.occurs_at, saved.local_date)
            voice = saved.voice_channel_id
            await self._events.save(plan, guild.id, stands, saved.event_id, problem, voice)
        return step in {Step.END, Step.START}

    async def _note_deleted(self, guild: discord.Guild, saved: NativeEvent) -> None:
        exists = channel_exists(guild, saved.voice_channel_id)
        await self._events.note_deleted(guild.id, saved.event_id or 0, channel_exists=exists)


def _channel_id(wanted: dict[str, Any]) -> int | None:
    channel = wanted.get("channel")
    return channel.id if channel else None


def _problem_of(status: int | None, code: int) -> EventProblem:
    """Return the problem behind a refusal of Discord."""
    if status == _FORBIDDEN:
        return EventProblem.PERMISSION
    if code == _LIMIT_REACHED:
        return EventProblem.LIMIT
    if status == _NOT_FOUND or code == _FINISHED:
        return EventProblem.DELETED
    return EventProblem.REFUSED


def _find_obstacle(guild: discord.Guild, wanted: dict[str, Any]) -> EventProblem | None:
    """Return why Discord would refuse an event, without a request."""
    if not may_create_events(guild, wanted.get("channel")):
        return EventProblem.PERMISSION
    if sum(is_open(event) for event in guild.scheduled_events) >= _MOST_OPEN:
        return EventProblem.LIMIT
    return None


async def _finish(event: discord.ScheduledEvent) -> None:
    """End an event that runs, or cancel one that has not begun."""
    if event.status is discord.EventStatus.active:
        await event.end()
    elif event.status is discord.EventStatus.scheduled:
        await event.cancel()
