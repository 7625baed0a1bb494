"""Makes room notices due, inside the units of work that open and close sessions and remove rooms.

Each function is one or two statements, however many members chose the room.
"""

from datetime import datetime

from bot.scheduling import due_queue
from bot.storage.database import Statements


async def announce(
    statements: Statements, guild_id: int, room_id: int, session_id: int, now: datetime
) -> None:
    """Make the notices of a scheduled session due as it opens."""
    where = {"guild_id": guild_id, "room_id": room_id}
    await statements.run("set_next_session", **where, next_session_id=session_id)
    await due_queue.set_notices_of_room(statements, guild_id, room_id, now)


async def take_back(statements: Statements, session_id: int, now: datetime) -> None:
    """Schedule the deletion of a session's notices as it closes."""
    await due_queue.set_notices_of_session(statements, session_id, now)


async def end_notices_of_room(statements: Statements, guild_id: int, room_id: int, now: datetime) -> None:
    """Schedule the end of a room's notices as the room is removed."""
    await due_queue.set_notices_of_room(statements, guild_id, room_id, now)


async def note_seat_taken(statements: Statements, guild_id: int, member_id: int) -> None:
    """Set a member's count of ignored notices to zero, since they took a seat: every notice comes again."""
    await statements.run("note_seat_taken", guild_id=guild_id, member_id=member_id)
