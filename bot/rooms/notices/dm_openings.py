"""Opening the direct messages of members who wait for it since they agreed to room notices.

Notices that are due before are skipped.
"""

from dataclasses import replace
from datetime import datetime

from bot.delivery.easing import is_stopped
from bot.rooms.notices.model import NoticeSettings
from bot.rooms.notices.records import is_agreed, save_settings
from bot.scheduling.dm_openings import DmOpenings
from bot.scheduling.due_queue import DueKind
from bot.scheduling.quiet_times import is_paused
from bot.storage.database import Statements


class NoticeDmOpenings(DmOpenings[NoticeSettings, None]):
    """Says whose direct messages the bot should open now for room notices, and records the outcome."""

    kind = DueKind.OPEN_NOTICE_DM

    async def await_opening(self, statements: Statements, settings: NoticeSettings, now: datetime) -> None:
        """Reserve a slot in a unit of work, if the member's direct messages are not open."""
        if not settings.dm_channel_id and await self._is_wanted(statements, settings, now):
            subject_id, guild_id = settings.notice_settings_id, settings.guild_id
            await self._slots.await_opening(statements, self.kind, subject_id, guild_id, now)

    async def _find(self, statements: Statements, subject_id: int) -> NoticeSettings | None:
        return await statements.one(NoticeSettings, "get_notice_settings", notice_settings_id=subject_id)

    async def _is_wanted(self, statements: Statements, waiting: NoticeSettings, now: datetime) -> bool:
        is_held = waiting.dms_closed or is_stopped(waiting.unanswered)
        if is_held or is_paused(waiting.paused_until, now):
            return False
        return await is_agreed(statements, waiting.member_id, waiting.guild_id)

    async def _stop(self, statements: Statements, waiting: NoticeSettings) -> None:
        await save_settings(statements, replace(waiting, dms_closed=True))
