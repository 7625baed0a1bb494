"""Opening the direct messages of members who wait for their first check-in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.checkins.personal.cadence import Cadence, comes_at_once, is_resting
from bot.checkins.personal.outbox import CheckinToSend, begin_sending, find_cadence, purposes_of, save
from bot.privacy.consent.model import Purpose
from bot.scheduling import due_queue
from bot.scheduling.clock import Clock
from bot.scheduling.dm_openings import DmOpenings
from bot.scheduling.dm_slots import DmSlots
from bot.scheduling.due_queue import DueKind
from bot.scheduling.quiet_times import is_paused
from bot.storage.database import Database, Statements


class CheckinDmOpenings(DmOpenings[Cadence, CheckinToSend]):
    """Says whose direct messages the bot should open now for check-ins, and records the outcome."""

    kind = DueKind.OPEN_DM

    def __init__(self, database: Database, clock: Clock, slots: DmSlots, library: Sequence[str]) -> None:
        super().__init__(database, clock, slots)
        self._library = library

    async def _find(self, statements: Statements, subject_id: int) -> Cadence | None:
        return await find_cadence(statements, subject_id)

    async def _is_wanted(self, statements: Statements, waiting: Cadence, now: datetime) -> bool:
        is_held = waiting.thread_id is not None or waiting.dms_closed or is_resting(waiting)
        is_held = is_held or is_paused(waiting.paused_until, now)
        return not is_held and Purpose.CHECKINS in await purposes_of(statements, waiting)

    async def _stop(self, statements: Statements, waiting: Cadence) -> None:
        await due_queue.cancel(statements, DueKind.CHECKIN, waiting.cadence_id)
        await save(statements, replace(waiting, dms_closed=True))

    async def _begin_first(
        self, statements: Statements, opened: Cadence, now: datetime
    ) -> CheckinToSend | None:
        if not comes_at_once(opened, now):
            return None
        return await begin_sending(statements, opened, now, self._library)
