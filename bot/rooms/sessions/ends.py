"""When a session ends, and a seat in it: extended, closed early, or left at a time of one's own."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.errors import RefusalError
from bot.rooms.sessions.model import Phase, Seat, Session
from bot.rooms.sessions.rules import added_minutes, next_change, own_ends, phase_at
from bot.scheduling import due_queue
from bot.scheduling.clock import Clock
from bot.scheduling.due_queue import Due, DueKind
from bot.storage.database import Database, Statements


@dataclass(frozen=True, slots=True)
class _Leaving:
    leaves_at: datetime | None


class Ends:
    """Moves ends."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def extend(self, session_id: int, member_id: int) -> Session:
        """Add the session's own length, at most 25 minutes, once. Returns it as it is then.

        The phase that the clock says then is noted as shown: the tap paints it, and the edits that are
        left go to the phases to come. Raises RefusalError without a seat, or where it was done before.
        """
        now = self._clock.now()
        async with self._database.legacy_write() as tx:
            session = await _open_session(tx, session_id, now)
            if not await tx.run("get_seat", session_id=session_id, member_id=member_id):
                raise RefusalError("refusals.extend_from_seat")
            added = added_minutes(session)
            if not added:
                raise RefusalError("refusals.extended_already")
            longer = replace(session, extra_minutes=added)
            phase = phase_at(longer, now)
            shown = phase if session.shown_phase is Phase.TIME_TO_TALK else session.shown_phase
            await tx.run("extend_session", session_id=session_id, extra_minutes=added, shown_phase=shown)
            at = next_change(longer, phase) if session.shown_phase else now
            await due_queue.set(tx, DueKind.SESSION_PHASE, session_id, session.guild_id, at)
        return longer

    async def check_close(self, session_id: int, member_id: int, *, moderates: bool) -> Session:
        """Return the session. Raises RefusalError for who neither opened it, and sits, nor moderates."""
        session = await _open_session(self._database.legacy_read, session_id, self._clock.now())
        await _check_close(self._database.legacy_read, session_id, member_id, moderates=moderates)
        return session

    async def close_early(self, session_id: int, member_id: int, *, moderates: bool) -> None:
        """Let the session close now. Raises RefusalError as `check_close` does."""
        now = self._clock.now()
        async with self._database.legacy_write() as tx:
            session = await _open_session(tx, session_id, now)
            await _check_close(tx, session_id, member_id, moderates=moderates)
            await tx.run("close_session", session_id=session_id, closed_at=now)
            await due_queue.set(tx, DueKind.SESSION_PHASE, session_id, session.guild_id, now)

    async def choose(self, session_id: int, member_id: int, minutes: int) -> None:
        """Let the member's seat go by itself in so many minutes, or (0) when the session closes.

        Raises RefusalError without a seat, or where the session closes before.
        """
        now = self._clock.now()
        async with self._database.legacy_write() as tx:
            session = await _open_session(tx, session_id, now)
            if minutes and minutes not in own_ends(session, now):
                raise RefusalError("refusals.own_end")
            leaves_at = now + timedelta(minutes=minutes) if minutes else None
            if not await note_leaving(tx, session_id, member_id, leaves_at):
                raise RefusalError("refusals.no_seat")

    async def leave(self, due: Due) -> bool:
        """Give up the seats whose own end has come; nobody is told. Returns whether there were any."""
        async with self._database.legacy_write() as tx:
            left = await tx.run("remove_leaving_seats", session_id=due.subject_id, now=self._clock.now())
            await _await_next(tx, due.subject_id)
        return bool(left)


async def note_leaving(tx: Statements, session_id: int, member_id: int, leaves_at: datetime | None) -> bool:
    """Keep a member's own end and when the worker has to look. Returns whether they sit."""
    changed = await tx.run("set_leaves_at", session_id=session_id, member_id=member_id, leaves_at=leaves_at)
    await _await_next(tx, session_id)
    return bool(changed)


async def _await_next(tx: Statements, session_id: int) -> None:
    session = await tx.one(Session, "get_session", session_id=session_id)
    first = await tx.one(_Leaving, "next_leaves_at", session_id=session_id)
    if session is not None:
        at = first.leaves_at if first else None
        await due_queue.set(tx, DueKind.LEAVE_TIME, session_id, session.guild_id, at)


async def _open_session(read: Statements, session_id: int, now: datetime) -> Session:
    session = await read.one(Session, "get_session", session_id=session_id)
    if session is None:
        raise RefusalError("refusals.session_closed")
    if phase_at(session, now) is Phase.CLOSED:
        raise RefusalError("refusals.session_closing")
    return session


async def _check_close(read: Statements, session_id: int, member_id: int, *, moderates: bool) -> None:
    seat = await read.one(Seat, "get_seat", session_id=session_id, member_id=member_id)
    if not moderates and not (seat and seat.opened_session):
        raise RefusalError("refusals.close_early")
