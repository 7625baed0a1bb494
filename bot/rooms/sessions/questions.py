"""What a member is asked before they take a seat: to leave another one, or in which room to sit.

A member has at most one seat in a server, and is never moved without being asked. If a question is
needed, the unit of work raises one of these errors, and changes nothing. After the member's answer, the
request is repeated with what they chose.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from bot.errors import RefusalError
from bot.rooms.model import Room
from bot.rooms.sessions.model import Phase, Seat, Session
from bot.rooms.sessions.rules import phase_at
from bot.storage.database import Statements
from bot.storage.record import UnreadableRowError


class SeatedElsewhereError(RefusalError):
    """The member has a seat in an open session of another room: `other`, `other_session_id`.

    They asked for one in `room`: in the session `session_id`, or (None) in one that is not open yet.
    """

    def __init__(self, other: Room, other_session_id: int, room: Room, session_id: int | None) -> None:
        super().__init__("refusals.seated_elsewhere", room=other.name)
        self.other = other
        self.other_session_id = other_session_id
        self.room = room
        self.session_id = session_id


class SeveralRoomsError(RefusalError):
    """The channel in which the member asked for a seat has several rooms, and they named none."""

    def __init__(self, rooms: Sequence[Room]) -> None:
        super().__init__("refusals.several_rooms")
        self.rooms = rooms


async def leave_other_seat(
    statements: Statements,
    room: Room,
    session: Session | None,
    seat: Seat | None,
    leaves: int | None,
    now: datetime,
) -> None:
    """Give up the `seat` that a member has in the server, if it is elsewhere, before they sit in `session`.

    That requires that they agreed to leave the room with the id `leaves`, or that the other session is
    over or cannot be read. Otherwise raises SeatedElsewhereError. `session`: None if it is not open yet.
    """
    if seat is None or (session is not None and seat.session_id == session.session_id):
        return
    other_room = await find_open_room(statements, seat, now)
    if other_room is not None and other_room.room_id != leaves:
        session_id = session.session_id if session else None
        raise SeatedElsewhereError(other_room, seat.session_id, room, session_id)
    await statements.run("leave_seat", session_id=seat.session_id, member_id=seat.member_id)


async def rooms_meant(
    statements: Statements, rooms: Sequence[Room], guild_id: int, member_id: int, channel_id: int | None
) -> list[Sequence[Room]]:
    """Return the rooms that a member may mean who asked for a seat in a channel, the likeliest first.

    It is the room where they have a seat; else the one of that channel, and then any. Raises
    SeveralRoomsError if the channel has several. `channel_id`: None if they named a room.
    """
    if channel_id is None:
        return [rooms]
    seat, own = await find_seat(statements, guild_id, member_id), None
    if seat is not None:
        own = await statements.one(Room, "room_of_session", session_id=seat.session_id)
    here = [each for each in rooms if each.channel_id == channel_id]
    meant = [each for each in here or rooms if own is not None and each.room_id == own.room_id]
    if meant:
        return [meant]
    if len(here) > 1:
        raise SeveralRoomsError(here)
    return [here, rooms]


async def find_seat(statements: Statements, guild_id: int, member_id: int) -> Seat | None:
    """Return the seat that a member has in a server, or None."""
    return await statements.one(Seat, "seat_in_guild", guild_id=guild_id, member_id=member_id)


async def find_open_room(statements: Statements, seat: Seat, now: datetime) -> Room | None:
    """Return the room of a seat, or None if its session is over or cannot be read."""
    with suppress(UnreadableRowError):
        session = await statements.one(Session, "get_session", session_id=seat.session_id)
        if session is not None and phase_at(session, now) is not Phase.CLOSED:
            return await statements.one(Room, "room_of_session", session_id=seat.session_id)
    return None
