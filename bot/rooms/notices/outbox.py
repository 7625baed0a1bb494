"""Sending and deleting room notices: find what a due one needs, record the intent, record the outcome."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from bot.delivery import outbox
from bot.delivery.outbox import Intent
from bot.rooms.model import Room
from bot.rooms.notices.model import NoticeSettings, RoomNotice
from bot.rooms.notices.records import (
    find_notice,
    find_settings,
    intent_key,
    is_agreed,
    save_notice,
    save_settings,
)
from bot.rooms.notices.rules import (
    after_leaving_out,
    after_sending,
    comes_until,
    in_view,
    is_left_out,
    may_come,
    out_of_view,
)
from bot.rooms.sessions.model import Phase, Session
from bot.rooms.sessions.rules import begins_at
from bot.scheduling import due_queue
from bot.scheduling.clock import Clock
from bot.scheduling.due_queue import Due, DueKind
from bot.servers.service import find_guild
from bot.storage.database import Database, Statements


@dataclass(frozen=True, slots=True)
class NoticeToSend:
    """A notice to send, with the data for its message. The intent to send it is already recorded.

    It is too late to send it at `until`. `locale` is the member's language, or else the
    one that moderators chose.
    """

    notice: RoomNotice
    settings: NoticeSettings
    intent: Intent
    session_id: int
    room: Room
    closes_at: datetime
    until: datetime
    locale: str | None


@dataclass(frozen=True, slots=True)
class NoticeToSettle:
    """A notice in view whose session is over, which is deleted; or one that may have been sent.

    `intent` is open if it is not known whether it was sent. `channel_id` is where it is.
    """

    notice: RoomNotice
    channel_id: int
    intent: Intent | None


class NoticeOutbox:
    """Decides what a due notice needs, and records the outcomes. Every method may be repeated."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def prepare(self, due: Due) -> NoticeToSend | NoticeToSettle | None:
        """Return what is to be done for a notice that is due; None: nothing, or nothing more.

        A notice is skipped without a word if it is late, if the member paused, has quiet hours, sits
        already, or ignored the last ones, or if moderators paused the server.
        """
        now = self._clock.now()

        async def work(statements: Statements) -> NoticeToSend | NoticeToSettle | None:
            notice = await find_notice(statements, due.subject_id)
            if notice is None:
                await due_queue.cancel(statements, DueKind.ROOM_NOTICE, due.subject_id)
                return None
            if not await due_queue.is_current(statements, due):
                return None
            settings = await find_settings(statements, notice.member_id, notice.guild_id)
            intent = await outbox.find(statements, intent_key(notice.room_notice_id))
            settling = NoticeToSettle(notice, settings.dm_channel_id if settings else 0, intent)
            if notice.session_id is not None and not await _is_open(statements, notice.session_id):
                return settling
            sending = None
            if settings is not None and due.paused_at is None:
                sending = await _begin_sending(statements, notice, settings, now)
            if sending is None and notice.message_id is None and intent is not None:
                return settling
            if sending is None:
                await _end(statements, notice)
            return sending

        return await self._database.write(work)

    async def note_sent(self, due: Due, session_id: int, message_id: int) -> bool:
        """Record that a notice was sent; return whether the member still wants it."""

        async def work(statements: Statements) -> bool:
            notice = await find_notice(statements, due.subject_id)
            if notice is None:
                return False
            await record_sent(statements, notice, session_id, message_id)
            await due_queue.reschedule_claimed(statements, due, None)
            return True

        return await self._database.write(work)

    async def note_found(self, notice: RoomNotice, message_id: int) -> None:
        """Record that an earlier attempt had sent a notice; it is deleted when its session is over."""

        async def work(statements: Statements) -> None:
            current = await find_notice(statements, notice.room_notice_id)
            if current is not None and notice.session_id is not None:
                await record_sent(statements, current, notice.session_id, message_id)

        await self._database.write(work)

    async def note_gone(self, notice: RoomNotice) -> None:
        """Record that a notice is out of view, or was never sent; delete it if its room was removed."""

        async def work(statements: Statements) -> None:
            await outbox.finish(statements, intent_key(notice.room_notice_id))
            current = await find_notice(statements, notice.room_notice_id)
            if current is not None and current.session_id == notice.session_id:
                await save_notice(statements, out_of_view(current))

        await self._database.write(work)

    async def note_unreachable(self, due: Due) -> None:
        """Stop sending: Discord cannot deliver to the member. /me says so; only the member can resume."""

        async def work(statements: Statements) -> None:
            notice = await find_notice(statements, due.subject_id)
            if notice is None:
                return
            settings = await find_settings(statements, notice.member_id, notice.guild_id)
            if settings is not None:
                await save_settings(statements, replace(settings, dms_closed=True))
            await _end(statements, out_of_view(notice))
            await outbox.finish(statements, intent_key(notice.room_notice_id))

        await self._database.write(work)

    async def note_skipped(self, due: Due) -> None:
        """Record that Discord refused this notice, but not the member's others."""

        async def work(statements: Statements) -> None:
            notice = await find_notice(statements, due.subject_id)
            if notice is not None:
                await _end(statements, out_of_view(notice))
                await outbox.finish(statements, intent_key(notice.room_notice_id))

        await self._database.write(work)

    async def drop(self, intent: Intent) -> None:
        """Delete an intent whose message was never sent; the notice is tried again."""
        await self._database.write(partial(outbox.drop, intent=intent))


async def record_sent(
    statements: Statements, notice: RoomNotice, session_id: int, message_id: int
) -> NoticeSettings | None:
    """Save that a notice is in view, unless it is saved already; return the settings after it."""
    settings = await find_settings(statements, notice.member_id, notice.guild_id)
    if notice.session_id == session_id and notice.message_id is None:
        await outbox.finish(statements, intent_key(notice.room_notice_id))
        await save_notice(statements, in_view(notice, session_id, message_id))
        if settings is not None:
            settings = after_sending(settings)
            await save_settings(statements, settings)
    return settings


async def _begin_sending(
    statements: Statements, notice: RoomNotice, settings: NoticeSettings, now: datetime
) -> NoticeToSend | None:
    """Record that a notice is being sent, if one is to be sent now."""
    is_resumed = notice.session_id is not None
    session_id = notice.session_id if is_resumed else notice.next_session_id
    if session_id is None or notice.message_id is not None:
        return None
    if not await is_agreed(statements, notice.member_id, notice.guild_id):
        return None
    session = await statements.one(Session, "get_session", session_id=session_id)
    room = await statements.one(Room, "get_room", room_id=notice.room_id)
    if session is None or room is None or not may_come(settings, session, now):
        return None
    if await statements.run("get_seat", session_id=session_id, member_id=notice.member_id):
        return None
    if not is_resumed and is_left_out(settings):
        await save_settings(statements, after_leaving_out(settings))
        return None
    begun = replace(notice, session_id=session_id, next_session_id=None)
    await save_notice(statements, begun)
    key = intent_key(notice.room_notice_id)
    intent = await outbox.begin(statements, key, notice.guild_id, settings.dm_channel_id, now)
    guild = await find_guild(statements, notice.guild_id)
    return NoticeToSend(
        begun,
        settings,
        intent,
        session_id,
        room,
        closes_at=begins_at(session, Phase.CLOSED),
        until=comes_until(session),
        locale=settings.locale or (guild.locale if guild else None),
    )


async def _is_open(statements: Statements, session_id: int) -> bool:
    return bool(await statements.run("get_session", session_id=session_id))


async def _end(statements: Statements, notice: RoomNotice) -> None:
    """Save that nothing more is due for a notice; delete it if its room was removed."""
    await due_queue.cancel(statements, DueKind.ROOM_NOTICE, notice.room_notice_id)
    if notice.message_id is None and not await statements.run("get_room", room_id=notice.room_id):
        await statements.run("remove_room_notice", room_notice_id=notice.room_notice_id)
        return
    is_being_sent = notice.message_id is None and notice.session_id is not None
    await save_notice(
        statements, replace(out_of_view(notice) if is_being_sent else notice, next_session_id=None)
    )
