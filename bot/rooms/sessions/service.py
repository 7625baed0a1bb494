"""Sessions: members and schedules open them, and they close when their time is over."""

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain

from bot.errors import RefusalError
from bot.rooms.lengths import check_length, fit_for_member
from bot.rooms.model import Room
from bot.rooms.rules import LENGTHS, fit, whole_minutes
from bot.rooms.schedules.model import Schedule
from bot.rooms.schedules.plans import find_plan, next_opening, set_next
from bot.rooms.sessions.beginnings import await_end, next_begin, open_session
from bot.rooms.sessions.ends import set_leave_time
from bot.rooms.sessions.following import end_session
from bot.rooms.sessions.model import Listing, Phase, Seat, SeatResult, Session, Visibility
from bot.rooms.sessions.openings import SessionOpening, SessionOpenings
from bot.rooms.sessions.questions import find_seat, leave_other_seat, rooms_meant
from bot.rooms.sessions.rules import begins_at, can_sit, phase_at
from bot.rooms.sessions.seats import take_seat
from bot.scheduling import due_queue
from bot.scheduling.clock import Clock
from bot.scheduling.due_queue import Due, DueKind
from bot.scheduling.wall_time import is_late
from bot.servers.pause import check_not_paused
from bot.storage.database import Database, Statements
from bot.storage.record import UnreadableRowError

ChooseRooms = Callable[[Sequence[Room]], Collection[int]]
"""Returns the ids of the rooms in which a member may sit; raises RefusalError if there is none.

Units call it, on the thread of the database.
"""


class Sessions:
    """Opens, lists and closes sessions."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._openings = SessionOpenings()

    async def listing(self, guild_id: int) -> list[Listing]:
        """Return every room of the server with its open session and its next opening.

        Rooms whose session cannot be read are left out.
        """
        now = self._clock.now()

        async def work(statements: Statements) -> list[Listing]:
            rooms = await statements.all(Room, "rooms_of_guild", guild_id=guild_id)
            return [
                Listing(room, session, await next_begin(statements, room.room_id, now))
                for room, session in await _with_sessions(statements, rooms)
            ]

        return await self._database.read(work)

    async def sit(  # noqa: PLR0913 - the options of /sit, and who uses it where
        self,
        guild_id: int,
        member_id: int,
        choose: ChooseRooms,
        minutes: int | None,
        visibility: Visibility | None = None,
        *,
        rounds: int | None = None,
        is_moderator: bool = False,
        in_place: bool = False,
        channel_id: int | None = None,
        leaves: int | None = None,
    ) -> SeatResult:
        """Take a seat in one of the server's rooms, and open a session if the room has none.

        The new session has `rounds` rounds of `minutes`, one of LENGTHS; in a session that is open, the
        member stays as long as these would take. A single round is cut to the time before the next
        scheduled session. `visibility` and `leaves` are as in `Seats.take`. `in_place`: a tap on the room's
        card opens it, which then shows it. `channel_id`: where they asked, if they named no room. Raises
        RefusalError if there is no room to sit in, the room is full, its session is closing, the member may
        not open one or opened too many, or there is too little time before the next scheduled one;
        SeveralRoomsError if the channel has several rooms; and SeatedElsewhereError.
        """
        length = minutes or LENGTHS[2]
        check_length(length, rounds or 1)
        now = self._clock.now()

        async def work(statements: Statements) -> SeatResult:
            rooms = await statements.all(Room, "rooms_of_guild", guild_id=guild_id)
            among = choose(rooms)
            visible = [room for room in rooms if room.room_id in among]
            groups = await rooms_meant(statements, visible, guild_id, member_id, channel_id)
            room = await choose_room(statements, groups, member_id, visibility, now, opening)
            session = await statements.one(Session, "session_of_room", room_id=room.room_id)
            if session is None:
                await check_not_paused(statements, guild_id)
                until = await next_opening(statements, room.room_id, now)
                opening.check(room, until)
                fitting = fit_for_member(room.name, now, length, rounds or 1, until)
                seat = await find_seat(statements, guild_id, member_id)
                await leave_other_seat(statements, room, None, seat, leaves, now)
                session = await open_session(statements, room, now, now, fitting, in_place=in_place)
                result = await take_seat(
                    statements, session, room, member_id, visibility, now, opens_session=True
                )
                return replace(result, is_cut=fitting.minutes < length)
            result = await take_seat(statements, session, room, member_id, visibility, now, leaves=leaves)
            if minutes is None:
                return result
            leaves_at = now + timedelta(minutes=whole_minutes(minutes, rounds or 1))
            await set_leave_time(statements, session, member_id, leaves_at)
            return replace(result, seat=replace(result.seat, leaves_at=leaves_at))

        with self._openings.attempt(guild_id, member_id, now, is_moderator=is_moderator) as opening:
            result = await self._database.write(work)
            opening.has_opened = result.seat.opened_session and not result.was_seated
            return result

    async def open_scheduled(self, due: Due) -> None:
        """Open a schedule's session that is due, unless it is too late.

        If a session is open in the room, the schedule's session begins when that one closes.
        """
        now = self._clock.now()

        async def work(statements: Statements) -> None:
            plan = await find_plan(statements, due.subject_id)
            room = await statements.one(Room, "room_of_schedule", schedule_id=due.subject_id)
            if plan is None or room is None:
                await due_queue.cancel(statements, DueKind.OPEN_SESSION, due.subject_id)
                return
            if not await due_queue.is_current(statements, due):
                return  # skipped, moved or opened since it was claimed
            await set_next(statements, plan, now)
            session = await statements.one(Session, "session_of_room", room_id=room.room_id)
            if session is None:
                await _open_scheduled(statements, room, plan.schedule, due.occurs_at, now)
            elif begins_at(session, Phase.CLOSED) < due.occurs_at:
                await end_session(statements, session.session_id, now, follows=False)
                await _open_scheduled(statements, room, plan.schedule, due.occurs_at, now)
            elif session.opened_at < due.occurs_at:
                await statements.run(
                    "set_following_schedule",
                    session_id=session.session_id,
                    following_schedule_id=plan.schedule.schedule_id,
                )

        await self._database.write(work)

    async def close_due(self, due: Due) -> None:
        """Close a session whose end has come; its card follows."""
        now = self._clock.now()

        async def work(statements: Statements) -> None:
            session = await statements.one(Session, "get_session", session_id=due.subject_id)
            if session is not None and phase_at(session, now) is not Phase.CLOSED:
                await await_end(statements, session)
                return
            await end_session(statements, due.subject_id, now)

        await self._database.write(work)
        await self._database.truncate_wal()

    async def close(self, session_id: int) -> None:
        """Delete a session and its seats, from the write-ahead log too; its card follows."""
        now = self._clock.now()

        async def work(statements: Statements) -> None:
            await end_session(statements, session_id, now)

        await self._database.write(work)
        await self._database.truncate_wal()


async def choose_room(
    statements: Statements,
    groups: Sequence[Sequence[Room]],
    member_id: int,
    visibility: Visibility | None,
    now: datetime,
    opening: SessionOpening,
) -> Room:
    """Choose a room of the first of `groups` in which a member can sit.

    It is the first room with an open session that has space for them, else the first in which they may open
    one, else the first of all. Raises RefusalError if there are none.
    """
    for rooms in groups:
        without_session = None
        for room, session in await _with_sessions(statements, rooms):
            if session is None:
                if opening.allows(room):
                    without_session = without_session or room
            elif phase_at(session, now) is not Phase.CLOSED:
                seats = await statements.all(Seat, "seats_of_session", session_id=session.session_id)
                if can_sit(seats, member_id, room.capacity, visibility):
                    return room
        if without_session is not None:
            return without_session
    for room in chain.from_iterable(groups):
        return room
    raise RefusalError("refusals.no_rooms")


async def _with_sessions(
    statements: Statements, rooms: Sequence[Room]
) -> list[tuple[Room, Session | None]]:
    """Return rooms with their open sessions, without those whose session cannot be read."""
    found = []
    for room in rooms:
        with suppress(UnreadableRowError):
            session = await statements.one(Session, "session_of_room", room_id=room.room_id)
            found.append((room, session))
    return found


async def _open_scheduled(
    statements: Statements, room: Room, schedule: Schedule, at: datetime, now: datetime
) -> None:
    """Open the session of a schedule that came due at `at`, unless that is too long ago."""
    length = fit(at, schedule.minutes, schedule.rounds, await next_opening(statements, room.room_id, at))
    if not is_late(at, now) and length.closes_at > now:
        await open_session(statements, room, now, at, length, schedule.schedule_id)
