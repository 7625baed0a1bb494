"""Sends personal check-ins, each once, to direct messages or a thread, and deletes the one before."""

import asyncio
import logging
from datetime import datetime
from enum import Enum, auto

import discord

from bot.checkins.personal.cadence import Cadence, may_come_until
from bot.checkins.personal.outbox import CheckinToSend
from bot.checkins.personal.service import Checkins
from bot.delivery.outcome import Outcome, Problem
from bot.errors import RefusalError
from bot.gateway.answers import FAILED, answer_of, outcome_of
from bot.gateway.client import Client
from bot.gateway.sender import Later, Recorded, Refused, Result, Sent, Unknown
from bot.scheduling.due_queue import Due
from bot.scheduling.locks import KeyedLocks
from bot.scheduling.rate_limit import RateLimiter
from cogs.checkins.panels import answer_id, prompt
from cogs.checkins.reachability import Obstacle, find_obstacle, has_left_thread
from cogs.ui.answers import Answer
from cogs.ui.direct_messages import CANNOT_REACH, DirectMessageOpener

log = logging.getLogger(__name__)

_ARCHIVED = 50083
_TRIES_FOR_A_TAP = 3


class DeliveryResult(Enum):
    """The result of sending a check-in."""

    SENT = auto()
    UNREACHABLE = auto()  # Discord cannot deliver any check-in to the member
    NOT_SENT = auto()  # this one was not sent; check-ins continue
    TURNED_OFF = auto()  # the member turned check-ins off while it was being sent


class CheckinDelivery:
    """Sends check-ins that are due.

    Each run starts from the saved state, so it may be repeated at any point.
    """

    def __init__(
        self, client: Client, checkins: Checkins, opener: DirectMessageOpener, send_limiter: RateLimiter
    ) -> None:
        self._client = client
        self._outbox = checkins.outbox
        self._dm_openings = checkins.dm_openings
        self._opener = opener
        self._send_limiter = send_limiter
        self._locks = KeyedLocks()  # by cadence: a tap and the worker may send the same check-in

    async def act(self, due: Due) -> None:
        """Send a check-in that is due, unless it is late, paused or turned off."""
        await self._send_limiter.acquire()
        async with self._locks.of(due.subject_id):
            checkin = await self._outbox.prepare(due)
            if checkin is None:
                await self._settle(due.subject_id)
                return
            now = self._client.services.clock.now()
            if not checkin.intent.is_repeated and await self._is_held_up(checkin.cadence, now):
                return
            left = may_come_until(checkin.cadence, due.occurs_at, now) - now
            limit = asyncio.timeout(left.total_seconds())
            try:
                async with limit:
                    await self._replace_prompt(checkin)
            except TimeoutError:
                if not limit.expired():
                    raise
                # The next claim finds out whether it was sent.
                log.warning("Discord took too long to answer a check-in; it is skipped unless it was sent")

    async def open(self, due: Due) -> None:
        """Open the direct messages of a member whose slot is due, and send the first check-in."""
        first = await self._opener.open_waiting(self._dm_openings, due)
        if first is not None:
            await self.send_first(first)

    async def _is_held_up(self, cadence: Cadence, now: datetime) -> bool:
        """Return whether a check-in cannot be delivered now, and record why.

        Makes no request, unless the bot seems to be alone in the member's private thread.
        """
        obstacle = find_obstacle(self._client, cadence, now)
        if obstacle is None and await has_left_thread(self._client, cadence):
            obstacle = Obstacle.GONE
        match obstacle:
            case Obstacle.BOT:
                await self._outbox.note_skipped(cadence.cadence_id)
            case Obstacle.GONE:
                await self._outbox.note_unreachable(cadence.cadence_id)
            case None:
                return False
        return True

    async def send_first(self, checkin: CheckinToSend) -> DeliveryResult:
        """Send a member's first check-in; the member is waiting for it."""
        async with self._locks.of(checkin.cadence.cadence_id):
            return await self._send(checkin, tries=_TRIES_FOR_A_TAP)

    async def finish_sending(self, member_id: int) -> None:
        """Wait until no check-in of a member is being sent: none may arrive after a pause is confirmed."""
        for cadence in await self._client.services.checkins.of_member(member_id):
            async with self._locks.of(cadence.cadence_id):
                pass

    async def clear(self, cadence: Cadence) -> None:
        """Delete the check-in in view, in whichever channel it is, even if it was never recorded.

        Raises RefusalError if Discord cannot delete it now.
        """
        async with self._locks.of(cadence.cadence_id):
            await self._settle(cadence.cadence_id)
            current = await self._outbox.find(cadence.cadence_id)
            if current is None or current.prompt_message_id is None:
                return
            if not await self._delete_prompt(current, current.prompt_message_id):
                raise RefusalError("refusals.discord_later")
            await self._outbox.forget_prompt(current.cadence_id, current.prompt_message_id)

    async def _replace_prompt(self, checkin: CheckinToSend) -> None:
        """Replace the check-in in view with the next one. If that fails, the next claim retries it."""
        cadence, in_view = checkin.cadence, checkin.cadence.prompt_message_id
        if in_view is not None:
            if not await self._delete_prompt(cadence, in_view):
                if not checkin.intent.is_repeated:
                    await self._outbox.drop(checkin.intent)
                return
            await self._send_limiter.acquire()
        result = await self._send(checkin)
        if in_view is not None and result is not DeliveryResult.SENT:
            await self._outbox.forget_prompt(cadence.cadence_id, in_view)

    async def _send(self, checkin: CheckinToSend, tries: int = 1) -> DeliveryResult:
        cadence, intent = checkin.cadence, checkin.intent
        guild = await self._client.shared_servers.find(cadence.guild_id)
        texts = self._client.services.texts
        say = texts.to(checkin.locale or (guild.preferred_locale.value if guild else None))
        view = prompt(cadence, checkin.text, guild.name if guild else say("checkins.some_server"), say)
        result = await self._client.sender.send(
            intent,
            self._channel(cadence, intent.channel_id),
            view,
            marker=_marker(cadence),
            silent=not cadence.sound,
            tries=tries,
        )
        return await self._record(checkin, result)

    async def _record(self, checkin: CheckinToSend, result: Result) -> DeliveryResult:
        """Record the result of sending. A check-in that was not sent is tried again at the next claim."""
        cadence, intent = checkin.cadence, checkin.intent
        match result:
            case Sent(message_id):
                texts_sent = checkin.text.texts_sent
                if await self._outbox.note_sent(cadence.cadence_id, message_id, cadence.number, texts_sent):
                    return DeliveryResult.SENT
                channel = self._channel(cadence, intent.channel_id)
                await self._delete(channel.get_partial_message(message_id), cadence)
                return DeliveryResult.TURNED_OFF
            case Recorded():
                return DeliveryResult.SENT
            case Refused() as refused:
                return await self._record_refusal(cadence, refused)
            case Later():
                await self._outbox.drop(intent)
            case Unknown():
                pass  # the intent stays open
        return DeliveryResult.NOT_SENT

    async def _record_refusal(self, cadence: Cadence, refused: Refused) -> DeliveryResult:
        if refused.problem is not Problem.HISTORY and refused.code not in CANNOT_REACH:
            # The bot is at fault, not the member. Trying again would make it worse.
            log.warning("Discord refused a check-in (code %s); it is skipped", refused.code)
            await self._outbox.note_skipped(cadence.cadence_id)
            return DeliveryResult.NOT_SENT
        await self._outbox.note_unreachable(cadence.cadence_id)
        return DeliveryResult.UNREACHABLE

    async def _settle(self, cadence_id: int) -> None:
        """Find out whether an earlier attempt sent its message, when no check-in is to be sent now."""
        unsettled = await self._outbox.find_unsettled(cadence_id)
        if unsettled is None:
            return
        cadence, intent = unsettled
        channel = self._channel(cadence, intent.channel_id)
        found = await self._client.sender.find(intent, channel, _marker(cadence))
        if isinstance(found, Sent):
            await self._outbox.note_sent(cadence_id, found.message_id, cadence.number)
        elif found is None or (isinstance(found, Refused) and not found.may_be_out):
            await self._outbox.drop(intent)

    async def _delete_prompt(self, cadence: Cadence, message_id: int) -> bool:
        channel = self._channel(cadence, cadence.channel_id)
        return await self._delete(channel.get_partial_message(message_id), cadence)

    async def _delete(self, message: discord.PartialMessage, cadence: Cadence) -> bool:
        """Delete a check-in, even in an archived thread; return whether it is deleted or never can be."""
        try:
            await message.delete()
        except FAILED as error:
            if answer_of(error)[1] == _ARCHIVED:
                return await self._delete_from_archive(message, cadence)
            return outcome_of(error) is Outcome.REFUSED
        return True

    async def _delete_from_archive(self, message: discord.PartialMessage, cadence: Cadence) -> bool:
        try:
            thread = await self._client.fetch_channel(cadence.thread_id or 0)
            if isinstance(thread, discord.Thread) and not thread.locked:
                await thread.edit(archived=False)
                await message.delete()
        except FAILED as error:
            return outcome_of(error) is Outcome.REFUSED
        return True

    def _channel(self, cadence: Cadence, channel_id: int) -> discord.PartialMessageable:
        """Return the channel of a check-in: the member's direct messages, or a private thread."""
        if channel_id == cadence.dm_channel_id:
            return self._client.get_partial_messageable(channel_id, type=discord.ChannelType.private)
        return self._client.get_partial_messageable(
            channel_id, guild_id=cadence.guild_id, type=discord.ChannelType.private_thread
        )


def _marker(cadence: Cadence) -> str:
    """Return the custom id of one of the next check-in's buttons, to find its message by."""
    return answer_id(cadence, Answer.HERE)
