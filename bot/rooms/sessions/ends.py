"""The ends of sessions and seats: close a session early, leave it at a chosen time.

The methods that are given `guild_id` raise RefusalError if the session is closed or of another server.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import RefusalError
from bot.rooms.model import Room
from bot.rooms.sessions.cards import get_card
from bot.rooms.sessions.model import Phase, Seat, SeatResult, Session
from bot.rooms.sessions.rules import begins_at, count_counted, leave_choices, phase_at
from bot.rooms.sessions.seats import get_open
from bot.scheduling import due_queue
from bot.scheduling.clock import Clock
from bot.scheduling.due_queue import Due, DueKind
from bot.storage.database import Database, Statements
from bot.storage.record import SqlValue


@dataclass(frozen=True, slots=True)
class _FirstLeaveTime:
    leaves_at: datetime | None


@dataclass(frozen=True, slots=True)
class LeaveChoices:
    """After how many minutes a member may choose to leave, and the time they chose (None: at the close)."""

    minutes: list[int]
    leaves_at: datetime | None


class Ends:
    """Changes when sessions close and when members leave them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def check_close(
        self, guild_id: int, session_id: int, member_id: int, *, is_moderator: bool
    ) -> Session:
        """Return a session that the member may close early.

        Moderators may, and the member who opened it, while they have their seat and no other seat is on the
        card. Raises RefusalError for everyone else.
        """
        now = self._clock.now()

        async def work(statements: Statements) -> Session:
            session, _ = await _get_running(statements, guild_id, session_id, now)
            await _check_close(statements, session_id, member_id, is_moderator=is_moderator)
            return session

        return await self._database.read(work)

    async def close_early(
        self, guild_id: int, session_id: int, member_id: int, *, is_moderator: bool
    ) -> None:
        """Close a session now. Raises RefusalError as `check_close` does."""
        now = self._clock.now()

        async def work(statements: Statements) -> None:
            await _get_running(statements, guild_id, session_id, now)
            await _check_close(statements, session_id, member_id, is_moderator=is_moderator)
            await statements.run("close_session", session_id=session_id, closed_at=now)
            await due_queue.set(statements, DueKind.CLOSE_SESSION, session_id, guild_id, now)

        await self._database.write(work)

    async def leave_choices(self, guild_id: int, session_id: int, member_id: int) -> LeaveChoices:
        """Return when the member may choose to leave. Raises RefusalError if they have no seat."""
        now = self._clock.now()

        async def work(statements: Statements) -> LeaveChoices:
            session, _ = await get_open(statements, guild_id, session_id)
            seat = await _get_seat(statements, session_id, member_id)
            return LeaveChoices(leave_choices(session, now), seat.leaves_at)

        return await self._database.read(work)

    async def leave_later(self, guild_id: int, session_id: int, member_id: int, minutes: int) -> SeatResult:
        """End the member's seat after some minutes, or (0) when the session closes; return the seat.

        Raises RefusalError if they have no seat, or if the session closes earlier.
        """
        now = self._clock.now()

        async def work(statements: Statements) -> SeatResult:
            session, room = await _get_running(statements, guild_id, session_id, now)
            if minutes and minutes not in leave_choices(session, now):
                raise RefusalError("refusals.own_end")
            leaves_at = now + timedelta(minutes=minutes) if minutes else None
            await set_leave_time(statements, session, member_id, leaves_at)
            seat = await _get_seat(statements, session_id, member_id)
            return SeatResult(await get_card(statements, session_id, room, now), seat, was_seated=True)

        return await self._database.write(work)

    async def remove_leaving(self, due: Due) -> int | None:
        """Remove the seats whose leave time has come; return the room if there were any, or None."""
        now = self._clock.now()

        async def work(statements: Statements) -> int | None:
            left = await statements.run("remove_expired_seats", session_id=due.subject_id, now=now)
            session = await statements.one(Session, "get_session", session_id=due.subject_id)
            if session is None:
                return None
            await _await_next(statements, session)
            return session.room_id if left else None

        return await self._database.write(work)


async def set_leave_time(
    statements: Statements, session: Session, member_id: int, leaves_at: datetime | None
) -> None:
    """Set when a member's seat ends (None: with the session), if they have one.

    Who leaves before the session closes does not sit again.
    """
    who: dict[str, SqlValue] = {"session_id": session.session_id, "member_id": member_id}
    await statements.run("set_leaves_at", **who, leaves_at=leaves_at)
    if leaves_at is not None and leaves_at < begins_at(session, Phase.CLOSED):
        await statements.run("set_sits_again", **who, sits_again=False)
    await _await_next(statements, session)


async def _await_next(statements: Statements, session: Session) -> None:
    """Make the session due at the earliest leave time that a member chose."""
    session_id = session.session_id
    first = await statements.one(_FirstLeaveTime, "next_leaves_at", session_id=session_id)
    at = first.leaves_at if first else None
    await due_queue.set(statements, DueKind.LEAVE_TIME, session_id, session.guild_id, at)


async def _get_seat(statements: Statements, session_id: int, member_id: int) -> Seat:
    seat = await statements.one(Seat, "get_seat", session_id=session_id, member_id=member_id)
    if seat is None:
        raise RefusalError("refusals.no_seat")
    return seat


async def _get_running(
    statements: Statements, guild_id: int, session_id: int, now: datetime
) -> tuple[Session, Room]:
    """Return a session that is not closing, with its room. Raises RefusalError otherwise."""
    session, room = await get_open(statements, guild_id, session_id)
    if phase_at(session, now) is Phase.CLOSED:
        raise RefusalError("refusals.session_closing")
    return session, room


async def _check_close(
    statements: Statements, session_id: int, member_id: int, *, is_moderator: bool
) -> None:
    """Raise RefusalError unless a member may close a session.

    Hidden seats of others do not count: if they did, a refusal would reveal them.
    """
    if is_moderator:
        return
    seat = await statements.one(Seat, "get_seat", session_id=session_id, member_id=member_id)
    if seat is None or not seat.opened_session:
        raise RefusalError("refusals.close_early")
    seats = await statements.all(Seat, "seats_of_session", session_id=session_id)
    if count_counted(each for each in seats if each.member_id != member_id):
        raise RefusalError("refusals.close_alone")
