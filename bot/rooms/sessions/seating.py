"""Sessions inside a write: found, opened, and a seat taken in them."""

from dataclasses import replace
from datetime import datetime

from bot.errors import RefusalError
from bot.privacy.consent.model import Consent, Purpose
from bot.privacy.consent.rules import standing
from bot.rooms.model import Room
from bot.rooms.sessions.model import Phase, Sat, Seat, Session, Visibility
from bot.rooms.sessions.rules import phase_at
from bot.scheduling import due_queue
from bot.scheduling.due_queue import DueKind
from bot.scheduling.wall_time import iso_week
from bot.servers.model import Guild
from bot.servers.service import DEFAULT_ZONE
from bot.storage.database import Statements


async def get_open(tx: Statements, session_id: int) -> tuple[Session, Room]:
    """Return a session and its room. Raises RefusalError once it closed."""
    session = await tx.one(Session, "get_session", session_id=session_id)
    room = await tx.one(Room, "room_of_session", session_id=session_id)
    if session is None or room is None:
        raise RefusalError("refusals.session_closed")
    return session, room


async def open_one(
    tx: Statements,
    room: Room,
    now: datetime,
    opened_at: datetime,
    minutes: int,
    schedule_id: int | None = None,
) -> Session:
    """Open a session, whose card is due now. Raises RefusalError for a room that was removed meanwhile."""
    if not await tx.run("get_room", room_id=room.room_id):
        raise RefusalError("refusals.room_gone")
    session = await tx.one(
        Session,
        "open_session",
        room_id=room.room_id,
        guild_id=room.guild_id,
        channel_id=room.channel_id,
        opened_at=opened_at,
        minutes=minutes,
        schedule_id=schedule_id,
    )
    if session is None:
        raise RefusalError("refusals.room_gone")
    await due_queue.set(tx, DueKind.SESSION_PHASE, session.session_id, room.guild_id, now)
    return session


async def seat(
    tx: Statements,
    room: Room,
    session: Session,
    member_id: int,
    visibility: Visibility | None,
    now: datetime,
    *,
    opened: bool,
) -> Sat:
    """Take a seat, or change the visibility of the one they have; count it where the member keeps weeks.

    `opened`: they opened the session. Raises RefusalError where the room is full or the session closing.
    """
    if phase_at(session, now) is Phase.CLOSED:
        raise RefusalError("refusals.session_closing")
    where = {"session_id": session.session_id, "member_id": member_id}
    consents = await tx.all(Consent, "consents_of_member", member_id=member_id, guild_id=room.guild_id)
    purposes = standing(consents)
    kept = await tx.one(Seat, "get_seat", **where)
    if kept is not None:
        shows = visibility or kept.visibility
        if not await tx.run("set_visibility", **where, visibility=shows, capacity=room.capacity):
            raise RefusalError("refusals.room_full", room=room.name)
        return Sat(room, session, replace(kept, visibility=shows), opened, kept=True)
    usual = Visibility.NAMED if Purpose.SHOW_NAME in purposes else Visibility.COUNTED
    shows = visibility or usual
    if not await tx.run(
        "take_seat",
        **where,
        guild_id=room.guild_id,
        visibility=shows,
        opened_session=opened,
        capacity=room.capacity,
    ):
        raise RefusalError("refusals.room_full", room=room.name)
    if Purpose.WEEKLY_COUNTS in purposes:
        guild = await tx.one(Guild, "get_guild", guild_id=room.guild_id)
        week = iso_week(now, guild.zone if guild else DEFAULT_ZONE)
        await tx.run("count_sit", member_id=member_id, guild_id=room.guild_id, week=week)
    taken = Seat(session.session_id, member_id, shows, opened_session=opened)
    return Sat(room, session, taken, opened, kept=False)
