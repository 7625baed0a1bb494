"""Brings check-ins to direct messages or a thread: silent, one in view at a time, each sent once."""

import asyncio
import logging
from enum import Enum, auto

import discord

from bot.checkins.personal.model import Cadence
from bot.checkins.personal.rules import may_come_until
from bot.checkins.personal.service import Checkins
from bot.checkins.prompts.service import Prompts
from bot.delivery.outbox import Intent
from bot.delivery.outcome import Outcome, Problem
from bot.errors import RefusalError
from bot.gateway.answers import FAILED, answer_of, outcome_of
from bot.gateway.client import Client
from bot.gateway.sender import Later, Recorded, Refused, Result, Sent, Unknown
from bot.scheduling.due_queue import Due
from bot.scheduling.locks import KeyedLocks
from bot.scheduling.rate_limit import RateLimiter
from bot.texts.catalogue import Say
from cogs.checkins.panels import answer_id, prompt
from cogs.checkins.prompt_text import Words, next_of
from cogs.ui.answers import Answer

log = logging.getLogger(__name__)

# Closed or blocked direct messages, no server in common, a channel or an account that is gone; of threads,
# one that is locked, or not to be written in.
_CANNOT_REACH = {50007, 50278, 10003, 10013, 50001, 50013, 50083, 160005}
_ARCHIVED = 50083
_OPENING_TOO_FAST = 40003
_TRIES_FOR_A_TAP = 3


class Arrival(Enum):
    """What became of a check-in that was to be sent."""

    CAME = auto()
    CLOSED = auto()  # Discord cannot deliver any to the member
    NOT_YET = auto()  # this one did not come; check-ins go on
    ENDED = auto()  # the member stopped them while it was on its way


class Delivery:
    """Acts on due check-ins. Each run works from what is stored, so it may be repeated at any point."""

    def __init__(
        self, client: Client, checkins: Checkins, prompts: Prompts, send_limiter: RateLimiter
    ) -> None:
        self._client = client
        self._checkins = checkins
        self._prompts = prompts
        self._send_limiter = send_limiter
        self._locks = KeyedLocks()  # by check-ins' number: a tap and the worker may send the same one

    async def open_channel(self, user: discord.User | discord.Member) -> int:
        """Open a member's direct messages, once, and return the channel.

        Raises RefusalError where Discord does not let the bot open any at the moment, or not these.
        """
        try:
            return (await user.create_dm()).id
        except FAILED as error:
            _, code = answer_of(error)
            if code == _OPENING_TOO_FAST:
                raise RefusalError("refusals.dms_later") from None
            if outcome_of(error) is not Outcome.REFUSED:  # asked twice, Discord opens the same one
                raise RefusalError("refusals.discord_later") from None
            if code in _CANNOT_REACH:
                raise RefusalError("refusals.dms_closed") from None
            raise

    async def act(self, due: Due) -> None:
        """Deliver a check-in that is due, unless it is late, paused or no longer wanted."""
        await self._send_limiter.acquire()
        async with self._locks.of(due.subject_id):
            cadence = await self._checkins.prepare(due)
            if cadence is None:
                await self._settle(due.subject_id)
                return
            now = self._client.services.clock.now()
            left = may_come_until(cadence, due.occurs_at, now) - now
            limit = asyncio.timeout(left.total_seconds())
            try:
                async with limit:
                    await self._deliver(cadence, is_paced=True)
            except TimeoutError:
                if not limit.expired():
                    raise
                # The next claim looks whether it came.
                log.warning("Discord let a check-in wait for too long; it is left out unless it came")

    async def clear(self, cadence: Cadence) -> None:
        """Take away the one in view, wherever it is, also one that nobody recorded.

        Raises RefusalError where Discord does not let it go now.
        """
        async with self._locks.of(cadence.cadence_id):
            await self._settle(cadence.cadence_id)
            current = await self._checkins.look_up(cadence.cadence_id)
            if current is not None and not await self._clear(current):
                raise RefusalError("refusals.discord_later")

    async def deliver(self, cadence: Cadence) -> Arrival:
        """Take the unanswered one away and send the next, for a member who waits for it."""
        async with self._locks.of(cadence.cadence_id):
            return await self._deliver(cadence, tries=_TRIES_FOR_A_TAP)

    async def note_come(self, cadence: Cadence, message_id: int) -> bool:
        """Record the next check-in as sent; return whether the member has check-ins still."""
        words = await self._words(cadence, await self._client.say_to_server(cadence.guild_id))
        return await self._checkins.note_sent(cadence.cadence_id, message_id, cadence.turn, words.used)

    def server(self, cadence: Cadence) -> str:
        """Return the name of the server that the check-ins were asked for in."""
        return self._client.server_name(cadence.guild_id, self._client.services.texts.to(None))

    async def _deliver(self, cadence: Cadence, *, is_paced: bool = False, tries: int = 1) -> Arrival:
        if not await self._clear(cadence):
            return Arrival.NOT_YET
        if is_paced and cadence.prompt_message_id is not None:
            await self._send_limiter.acquire()
        intent = await self._checkins.outbox.begin(cadence)
        if intent is None:
            is_there = await self._checkins.look_up(cadence.cadence_id) is not None
            return Arrival.CAME if is_there else Arrival.ENDED
        say = await self._client.say_to_server(cadence.guild_id)
        view = prompt(cadence, await self._words(cadence, say), self.server(cadence), say)
        channel = self._channel(cadence, intent.channel_id)
        marker, silent = _marker(cadence), not cadence.sound
        sender = self._client.sender
        result = await sender.send(intent, channel, view, marker=marker, silent=silent, tries=tries)
        return await self._record(cadence, intent, result)

    async def _record(self, cadence: Cadence, intent: Intent, result: Result) -> Arrival:
        """Record what became of a check-in. One that did not come is tried again at the next claim."""
        match result:
            case Sent(message_id):
                if await self.note_come(cadence, message_id):
                    return Arrival.CAME
                channel = self._channel(cadence, intent.channel_id)
                await self._take_away(channel.get_partial_message(message_id), cadence)
                return Arrival.ENDED
            case Recorded():
                return Arrival.CAME
            case Refused() as refused:
                return await self._note_refused(cadence, refused)
            case Later():
                await self._checkins.outbox.drop(intent)
            case Unknown():
                pass  # the intent stays open
        return Arrival.NOT_YET

    async def _note_refused(self, cadence: Cadence, refused: Refused) -> Arrival:
        if refused.problem is not Problem.HISTORY and refused.code not in _CANNOT_REACH:
            # It is about the bot, not the member: insisting makes it worse.
            log.warning("Discord refused a check-in (code %s); it is left out", refused.code)
            await self._checkins.note_skipped(cadence.cadence_id)
            return Arrival.NOT_YET
        await self._checkins.note_closed(cadence.cadence_id)
        return Arrival.CLOSED

    async def _settle(self, cadence_id: int) -> None:
        """Find out what became of an earlier attempt, whatever its age, where nothing is to be sent now."""
        intent = await self._checkins.outbox.find(cadence_id)
        cadence = await self._checkins.look_up(cadence_id) if intent else None
        if intent is None or cadence is None:
            return
        channel = self._channel(cadence, intent.channel_id)
        found = await self._client.sender.find(intent, channel, _marker(cadence))
        if isinstance(found, Sent):
            await self.note_come(cadence, found.message_id)
        elif found is None or (isinstance(found, Refused) and not found.may_be_out):
            await self._checkins.outbox.drop(intent)

    async def _clear(self, cadence: Cadence) -> bool:
        """Take away the one in view; return whether it is out of view."""
        if cadence.prompt_message_id is None:
            return True
        channel = self._channel(cadence, cadence.thread_id or cadence.dm_channel_id)
        message = channel.get_partial_message(cadence.prompt_message_id)
        if not await self._take_away(message, cadence):
            return False
        await self._checkins.forget_prompt(cadence.cadence_id, cadence.prompt_message_id)
        return True

    async def _take_away(self, message: discord.PartialMessage, cadence: Cadence) -> bool:
        """Delete a check-in, in an archived thread too; return whether it is gone, or cannot go."""
        try:
            await message.delete()
        except FAILED as error:
            if answer_of(error)[1] == _ARCHIVED:
                return await self._take_out_of_archive(message, cadence)
            return outcome_of(error) is Outcome.REFUSED
        return True

    async def _take_out_of_archive(self, message: discord.PartialMessage, cadence: Cadence) -> bool:
        try:
            thread = await self._client.fetch_channel(cadence.thread_id or 0)
            if isinstance(thread, discord.Thread) and not thread.locked:
                await thread.edit(archived=False)
                await message.delete()
        except FAILED as error:
            return outcome_of(error) is Outcome.REFUSED
        return True

    async def _words(self, cadence: Cadence, say: Say) -> Words:
        return next_of(cadence, await self._prompts.of_guild(cadence.guild_id), say)

    def _channel(self, cadence: Cadence, channel_id: int) -> discord.PartialMessageable:
        """Return the channel of a check-in: the member's direct messages, or a thread of theirs."""
        if channel_id == cadence.dm_channel_id:
            return self._client.get_partial_messageable(channel_id, type=discord.ChannelType.private)
        return self._client.get_partial_messageable(
            channel_id, guild_id=cadence.guild_id, type=discord.ChannelType.private_thread
        )


def _marker(cadence: Cadence) -> str:
    """Return the custom id of a button by which the next check-in is found."""
    return answer_id(cadence, Answer.HERE)
