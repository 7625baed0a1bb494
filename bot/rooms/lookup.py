"""Find a room of the server inside a unit of work."""

from bot.errors import RefusalError
from bot.rooms.model import Room
from bot.storage.database import Statements


async def get_room(statements: Statements, guild_id: int, room_id: int) -> Room:
    """Return a room of the server. Raises RefusalError if the server has no such room."""
    room = await statements.one(Room, "get_room", room_id=room_id)
    if room is None or room.guild_id != guild_id:
        raise RefusalError("refusals.room_gone")
    return room
