"""Opening the direct messages of members who wait for their first check-in.

While a member waits for a slot (`bot/scheduling/dm_slots.py`), their cadence has no channel, and a due
row says when the slot is.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.checkins.personal.cadence import Cadence, comes_at_once, is_resting
from bot.checkins.personal.outbox import (
    CheckinToSend,
    begin_sending,
    find_cadence,
    purposes_of,
    save,
    set_dm_opening,
)
from bot.privacy.consent.model import Purpose
from bot.scheduling import due_queue
from bot.scheduling.clock import Clock
from bot.scheduling.dm_slots import DmSlots, is_missed, save_channel
from bot.scheduling.due_queue import Due, DueKind
from bot.scheduling.quiet_times import is_paused
from bot.storage.database import Database, Statements


class CheckinDmOpenings:
    """Says whose direct messages the bot should open now for check-ins, and records the outcome."""

    def __init__(self, database: Database, clock: Clock, slots: DmSlots, library: Sequence[str]) -> None:
        self._database = database
        self._clock = clock
        self._slots = slots
        self._library = library

    async def find_waiting(self, due: Due) -> Cadence | None:
        """Return the cadence of a slot that is due, or None if its direct messages need not be opened now.

        The cadence has a channel already if it was opened meanwhile for another server. A missed slot is
        replaced by a later one.
        """
        now = self._clock.now()

        async def work(statements: Statements) -> Cadence | None:
            cadence = await find_cadence(statements, due.subject_id)
            if cadence is None or not await _is_wanted(statements, cadence, now):
                await due_queue.cancel(statements, DueKind.OPEN_DM, due.subject_id)
                return None
            if not cadence.dm_channel_id and is_missed(due.occurs_at, now):
                await self._set_slot(statements, cadence, now)
                return None
            return cadence

        return await self._database.write(work)

    async def postpone(self, cadence: Cadence) -> None:
        """Reserve another slot: Discord did not open the direct messages now."""
        now = self._clock.now()

        async def work(statements: Statements) -> None:
            await self._set_slot(statements, cadence, now)

        await self._database.write(work)

    async def note_refused(self, cadence: Cadence) -> None:
        """Stop the check-ins, until the member resumes them: Discord did not open the direct messages."""

        async def work(statements: Statements) -> None:
            for kind in (DueKind.OPEN_DM, DueKind.CHECKIN):
                await due_queue.cancel(statements, kind, cadence.cadence_id)
            current = await find_cadence(statements, cadence.cadence_id)
            if current is not None:
                await save(statements, replace(current, dms_closed=True))

        await self._database.write(work)

    async def note_opened(self, cadence: Cadence, dm_channel_id: int) -> CheckinToSend | None:
        """Save the channel, and begin to send the first check-in if it comes at once."""
        now = self._clock.now()

        async def work(statements: Statements) -> CheckinToSend | None:
            await due_queue.cancel(statements, DueKind.OPEN_DM, cadence.cadence_id)
            await save_channel(statements, cadence.member_id, dm_channel_id)
            opened = await find_cadence(statements, cadence.cadence_id)
            if opened is None or not comes_at_once(opened, now):
                return None
            return await begin_sending(statements, opened, now, self._library)

        return await self._database.write(work)

    async def _set_slot(self, statements: Statements, cadence: Cadence, now: datetime) -> None:
        at = await self._slots.reserve_in(statements, now)
        await set_dm_opening(statements, cadence, at)


async def _is_wanted(statements: Statements, cadence: Cadence, now: datetime) -> bool:
    """Return whether check-ins are sent now, and by direct message."""
    is_held = cadence.thread_id is not None or cadence.dms_closed or is_resting(cadence)
    is_held = is_held or is_paused(cadence.paused_until, now)
    return not is_held and Purpose.CHECKINS in await purposes_of(statements, cadence)
