"""Sends room notices, each once, to direct messages, and deletes them when their sessions close."""

import asyncio
import logging
from collections.abc import Sequence

import discord

from bot.delivery.outcome import Outcome, Problem, is_retry_due
from bot.errors import report
from bot.gateway.answers import FAILED, outcome_of
from bot.gateway.client import Client
from bot.gateway.sender import Later, Recorded, Refused, Sent, Unknown
from bot.privacy.left_messages import LeftMessage
from bot.rooms.notices.outbox import NoticeToSend, NoticeToSettle
from bot.rooms.notices.service import RoomNotices
from bot.scheduling.due_queue import Due
from bot.scheduling.rate_limit import RateLimiter
from cogs.rooms import notice_panels, routes
from cogs.ui.direct_messages import CANNOT_REACH, DirectMessageOpener

log = logging.getLogger(__name__)


class NoticeDelivery:
    """Acts on due notices. Each run starts from the saved state, so it may be repeated at any point."""

    def __init__(
        self, client: Client, notices: RoomNotices, opener: DirectMessageOpener, limiter: RateLimiter
    ) -> None:
        self._client = client
        self._notices = notices
        self._outbox = notices.outbox
        self._opener = opener
        self._limiter = limiter
        self._tasks: set[asyncio.Task[None]] = set()

    async def act(self, due: Due) -> None:
        """Send the notice of a session that opened, or delete that of one that closed."""
        notice = await self._notices.find(due.subject_id)
        async with self._notices.sending.of(notice.member_id if notice else 0):
            while (step := await self._outbox.prepare(due)) is not None:
                if isinstance(step, NoticeToSend):
                    await self._send_in_time(due, step)
                    return
                if not is_retry_due(due.claims) or not await self._settle(step):
                    return  # until the next claim

    async def open(self, due: Due) -> None:
        """Open the direct messages of a member whose slot is due."""
        await self._opener.open_waiting(self._notices.dm_openings, due)

    def delete_left(self, messages: Sequence[LeftMessage]) -> None:
        """Begin to delete notices of members who turned them off."""
        task = asyncio.create_task(self._delete_left(messages))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _delete_left(self, messages: Sequence[LeftMessage]) -> None:
        for each in messages:
            try:
                await self._delete(each.channel_id, each.message_id)
            except Exception as error:  # noqa: BLE001 - nobody awaits the task, and other messages follow
                report("deleting a notice", error)

    async def _send_in_time(self, due: Due, notice: NoticeToSend) -> None:
        """Send a notice, unless its turn in the queue of messages that nobody waits for comes too late."""
        left = notice.until - self._client.services.clock.now()
        limit = asyncio.timeout(max(left.total_seconds(), 0))
        try:
            async with limit:
                await self._limiter.acquire()
                await self._send(due, notice)
        except TimeoutError:
            if not limit.expired():
                raise
            # The next claim finds out whether it was sent.
            log.info("a notice was not sent in time; it is skipped unless it was sent")

    async def _send(self, due: Due, notice: NoticeToSend) -> None:
        guild, texts = self._client.get_guild(notice.settings.guild_id), self._client.services.texts
        say = texts.to(notice.locale or (guild.preferred_locale.value if guild else None))
        server = await self._client.server_name(notice.settings.guild_id, say)
        result = await self._client.sender.send(
            notice.intent,
            self._channel(notice.intent.channel_id),
            notice_panels.message(notice, server, say),
            marker=notice_panels.marker(notice),
            silent=not notice.settings.sound,
        )
        match result:
            case Sent(message_id):
                if not await self._outbox.note_sent(due, notice.session_id, message_id):
                    await self._delete(notice.intent.channel_id, message_id)
            case Refused(problem=problem, code=code):
                if problem is Problem.HISTORY or code in CANNOT_REACH:
                    await self._outbox.note_unreachable(due)
                else:  # the bot is at fault, not the member
                    log.warning("Discord refused a notice (code %s); it is skipped", code)
                    await self._outbox.note_skipped(due)
            case Later():
                await self._outbox.drop(notice.intent)
            case Recorded() | Unknown():
                pass  # the next claim continues

    async def _settle(self, step: NoticeToSettle) -> bool:
        """Delete a notice whose session is over; first look for it if it may have been sent.

        Returns whether that succeeded.
        """
        notice = step.notice
        if notice.message_id is not None:
            await self._limiter.acquire()
            if not await self._delete(step.channel_id, notice.message_id):
                return False
        elif step.intent is not None and notice.session_id is not None:
            marker = routes.NOTICE_SIT(notice.room_notice_id, notice.session_id)
            channel = self._channel(step.intent.channel_id)
            match await self._client.sender.find(step.intent, channel, marker):
                case Sent(message_id):
                    await self._outbox.note_found(notice, message_id)
                    return True
                case Unknown():
                    return False
        await self._outbox.note_gone(notice)
        return True

    async def _delete(self, channel_id: int, message_id: int) -> bool:
        """Delete a message; return whether it is gone, or can never be deleted."""
        try:
            await self._channel(channel_id).get_partial_message(message_id).delete()
        except FAILED as error:
            return outcome_of(error) is Outcome.REFUSED
        return True

    def _channel(self, channel_id: int) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(channel_id, type=discord.ChannelType.private)
