"""When sessions begin: the next one of a room, and the one that follows when the open one closes."""

from dataclasses import dataclass
from datetime import datetime

from bot.errors import RefusalError
from bot.rooms.card_due import show_session
from bot.rooms.model import Room
from bot.rooms.notice_queue import announce
from bot.rooms.rules import Fit, fit
from bot.rooms.schedules.model import Schedule
from bot.rooms.schedules.plans import next_opening
from bot.rooms.sessions.model import Following, Phase, Session
from bot.rooms.sessions.rules import begins_at
from bot.scheduling import due_queue
from bot.scheduling.due_queue import DueKind
from bot.servers.pause import is_paused_at
from bot.storage.database import Statements


@dataclass(frozen=True, slots=True)
class _ScheduleId:
    schedule_id: int


async def open_session(
    statements: Statements,
    room: Room,
    now: datetime,
    opened_at: datetime,
    length: Fit,
    schedule_id: int | None = None,
    *,
    in_place: bool = False,
) -> Session:
    """Open a session in a room, and make its card due. Raises RefusalError if the room has one.

    `in_place`: the card stays on the message that shows the room now; else a new one at the bottom of the
    channel replaces it.
    """
    session = await statements.one(
        Session,
        "open_session",
        room_id=room.room_id,
        guild_id=room.guild_id,
        channel_id=room.channel_id,
        opened_at=opened_at,
        minutes=length.minutes,
        rounds=length.rounds,
        closes_at=length.closes_at,
        schedule_id=schedule_id,
    )
    if session is None:
        raise RefusalError("refusals.room_gone")
    await show_session(statements, room, now, in_place=in_place)
    await await_end(statements, session)
    if schedule_id is not None:
        await announce(statements, room.guild_id, room.room_id, session.session_id, now)
    return session


async def await_end(statements: Statements, session: Session) -> None:
    """Make a session due to be closed at its end."""
    closes = begins_at(session, Phase.CLOSED)
    guild_id, session_id = session.guild_id, session.session_id
    await due_queue.set(statements, DueKind.CLOSE_SESSION, session_id, guild_id, closes)


async def next_begin(statements: Statements, room_id: int, now: datetime) -> datetime | None:
    """Return when a schedule opens the room next, later than `now`, or None.

    A scheduled session whose time comes while another session is open begins when that one closes.
    """
    at = await next_opening(statements, room_id, now)
    session = await statements.one(Session, "session_of_room", room_id=room_id)
    if session is None:
        return at
    closes = begins_at(session, Phase.CLOSED)
    is_waiting = session.following_schedule_id is not None or (at is not None and at < closes)
    return closes if is_waiting and closes > now else at


async def find_following(statements: Statements, session: Session, room: Room) -> Following | None:
    """Return the session that opens when `session` closes, if a member sits again, or None.

    If a schedule's time has come by then, it is that schedule's session. Otherwise it is as long as
    `session`, or as long as there is time before the next scheduled one. None follows in a server that is
    paused.
    """
    closes = begins_at(session, Phase.CLOSED)
    if await is_paused_at(statements, room.guild_id, closes):
        return None
    schedule = await _find_due_schedule(statements, session, room, closes)
    until = await next_opening(statements, room.room_id, closes)
    if schedule is not None:
        length = fit(closes, schedule.minutes, schedule.rounds, until)
        return Following(closes, length, schedule.schedule_id)
    length = fit(closes, session.minutes, session.rounds, until)
    is_offered = room.members_may_open and length.is_useful and session.closed_at is None
    return Following(closes, length) if is_offered else None


async def _find_due_schedule(
    statements: Statements, session: Session, room: Room, until: datetime
) -> Schedule | None:
    """Return the schedule that opens a room at `until`, because its time has come by then, or None."""
    waiting = session.following_schedule_id
    if waiting is not None:
        found = await statements.one(Schedule, "get_schedule", schedule_id=waiting)
        if found is not None:
            return found
    due = await statements.all(_ScheduleId, "openings_due", room_id=room.room_id, until=until)
    if not due:
        return None
    return await statements.one(Schedule, "get_schedule", schedule_id=due[0].schedule_id)
