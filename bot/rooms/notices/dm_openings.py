"""Opening the direct messages of members who wait for it since they agreed to room notices.

While a member waits for a slot (`bot/scheduling/dm_slots.py`), their settings have no channel, and a due
row says when the slot is. Notices that are due before the slot are skipped.
"""

from dataclasses import replace
from datetime import datetime

from bot.delivery.easing import is_stopped
from bot.rooms.notices.model import NoticeSettings
from bot.rooms.notices.records import is_agreed, save_settings
from bot.scheduling import due_queue
from bot.scheduling.clock import Clock
from bot.scheduling.dm_slots import DmSlots, is_missed, save_channel
from bot.scheduling.due_queue import Due, DueKind
from bot.scheduling.quiet_times import is_paused
from bot.storage.database import Database, Statements


class NoticeDmOpenings:
    """Says whose direct messages the bot should open now for room notices, and records the outcome."""

    def __init__(self, database: Database, clock: Clock, slots: DmSlots) -> None:
        self._database = database
        self._clock = clock
        self._slots = slots

    async def find_waiting(self, due: Due) -> NoticeSettings | None:
        """Return the settings of a slot that is due, or None if nothing needs to be opened now.

        The settings have a channel already if it was opened meanwhile for another server. A missed slot is
        replaced by a later one.
        """
        now = self._clock.now()

        async def work(statements: Statements) -> NoticeSettings | None:
            settings = await _find(statements, due.subject_id)
            if settings is None or not await _is_wanted(statements, settings, now):
                await due_queue.cancel(statements, DueKind.OPEN_NOTICE_DM, due.subject_id)
                return None
            if not settings.dm_channel_id and is_missed(due.occurs_at, now):
                await self._set_slot(statements, settings, now)
                return None
            return settings

        return await self._database.write(work)

    async def await_opening(self, statements: Statements, settings: NoticeSettings, now: datetime) -> None:
        """Reserve a slot in a unit of work, if the member's direct messages are not open."""
        if settings.dm_channel_id or not await _is_wanted(statements, settings, now):
            return
        settings_id = settings.notice_settings_id
        if await due_queue.find(statements, DueKind.OPEN_NOTICE_DM, settings_id) is None:
            await self._set_slot(statements, settings, now)

    async def postpone(self, waiting: NoticeSettings) -> None:
        """Reserve another slot: Discord did not open the direct messages now."""
        now = self._clock.now()

        async def work(statements: Statements) -> None:
            await self._set_slot(statements, waiting, now)

        await self._database.write(work)

    async def note_refused(self, waiting: NoticeSettings) -> None:
        """Stop the notices, until the member resumes them: Discord did not open the direct messages."""

        async def work(statements: Statements) -> None:
            await due_queue.cancel(statements, DueKind.OPEN_NOTICE_DM, waiting.notice_settings_id)
            current = await _find(statements, waiting.notice_settings_id)
            if current is not None:
                await save_settings(statements, replace(current, dms_closed=True))

        await self._database.write(work)

    async def note_opened(self, waiting: NoticeSettings, dm_channel_id: int) -> None:
        """Save the channel; the next notice comes there."""

        async def work(statements: Statements) -> None:
            await due_queue.cancel(statements, DueKind.OPEN_NOTICE_DM, waiting.notice_settings_id)
            await save_channel(statements, waiting.member_id, dm_channel_id)

        await self._database.write(work)

    async def _set_slot(self, statements: Statements, settings: NoticeSettings, now: datetime) -> None:
        await set_opening(statements, settings, await self._slots.reserve_in(statements, now))


async def set_opening(statements: Statements, settings: NoticeSettings, at: datetime) -> None:
    """Make the opening of the member's direct messages due at `at`, a slot that was reserved."""
    settings_id, guild_id = settings.notice_settings_id, settings.guild_id
    await due_queue.set(statements, DueKind.OPEN_NOTICE_DM, settings_id, guild_id, at)


async def _find(statements: Statements, settings_id: int) -> NoticeSettings | None:
    return await statements.one(NoticeSettings, "get_notice_settings", notice_settings_id=settings_id)


async def _is_wanted(statements: Statements, settings: NoticeSettings, now: datetime) -> bool:
    """Return whether notices come now."""
    is_held = settings.dms_closed or is_stopped(settings.unanswered)
    if is_held or is_paused(settings.paused_until, now):
        return False
    return await is_agreed(statements, settings.member_id, settings.guild_id)
