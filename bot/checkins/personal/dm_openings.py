"""Opening members' direct-message channels, at a pace for the whole deployment.

Discord treats a bot that opens many direct messages in a short time as a spammer. So each opening needs a
slot. While a member waits for one, their cadence has no channel, and a due row has the time of the slot.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

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
from bot.scheduling.due_queue import Due, DueKind
from bot.scheduling.shared_limit import SharedLimit, hold_slots, reserve_slot
from bot.storage.database import Database, Statements

DM_OPENINGS = SharedLimit("dm_openings", per_minute=5)
_MISSED_AFTER = timedelta(minutes=1)  # a slot that passed while the bot was down is not used
_HELD_FOR = timedelta(minutes=10)  # after Discord said that the bot opens direct messages too fast


class DmOpenings:
    """Says when the bot may open direct messages, and whose it should open now."""

    def __init__(
        self, database: Database, clock: Clock, limit: SharedLimit, library: Sequence[str]
    ) -> None:
        self._database = database
        self._clock = clock
        self._limit = limit
        self._library = library

    async def find_channel(self, member_id: int) -> int:
        """Return the channel of the member's direct messages if it is saved for any server, else 0."""

        async def work(statements: Statements) -> int:
            return int(await statements.value("dm_channel_of_member", member_id=member_id) or 0)

        return await self._database.read(work)

    async def reserve(self) -> datetime | None:
        """Reserve a slot; return None if it is now, else when it is."""
        now = self._clock.now()

        async def work(statements: Statements) -> datetime:
            return await reserve_slot(statements, self._limit, now)

        at = await self._database.write(work)
        return at if at > now else None

    async def hold(self) -> None:
        """Open no direct messages for ten minutes: Discord answered that the bot opens too many."""
        until = self._clock.now() + _HELD_FOR

        async def work(statements: Statements) -> None:
            await hold_slots(statements, self._limit, until)

        await self._database.write(work)

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
            if not cadence.dm_channel_id and now - due.occurs_at > _MISSED_AFTER:
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
            await statements.run("set_dm_channel", member_id=cadence.member_id, dm_channel_id=dm_channel_id)
            opened = await find_cadence(statements, cadence.cadence_id)
            if opened is None or not comes_at_once(opened, now):
                return None
            return await begin_sending(statements, opened, now, self._library)

        return await self._database.write(work)

    async def _set_slot(self, statements: Statements, cadence: Cadence, now: datetime) -> None:
        at = await reserve_slot(statements, self._limit, now)
        await set_dm_opening(statements, cadence, at)


async def _is_wanted(statements: Statements, cadence: Cadence, now: datetime) -> bool:
    """Return whether check-ins are sent now, and by direct message."""
    is_held = cadence.thread_id is not None or cadence.dms_closed or is_resting(cadence)
    is_paused = cadence.paused_until is not None and cadence.paused_until > now
    return not (is_held or is_paused) and Purpose.CHECKINS in await purposes_of(statements, cadence)
