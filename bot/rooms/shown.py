"""A room as its panel showed it to a moderator: if it changed since, what they do to it is refused."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import require_seen
from bot.fingerprint import fingerprint
from bot.rooms.lookup import get_room
from bot.rooms.model import Room
from bot.rooms.schedules.model import Schedule
from bot.storage.database import Statements


@dataclass(frozen=True, slots=True)
class ShownRoom:
    """A room with its weekly times, as its panel shows them."""

    room: Room
    schedules: Sequence[Schedule]

    @property
    def fingerprint(self) -> int:
        """A number that differs after a change by a moderator."""
        return fingerprint(self.room.chosen, *self.schedules)


async def get_shown(statements: Statements, guild_id: int, room_id: int) -> ShownRoom:
    """Return a room of the server with its weekly times. Raises RefusalError if there is no such room."""
    room = await get_room(statements, guild_id, room_id)
    return ShownRoom(room, await statements.all(Schedule, "schedules_of_room", room_id=room_id))


async def require_room_seen(statements: Statements, room: Room, seen: int | None) -> None:
    """Raise StaleError if the room is not as a moderator saw it: see `require_seen`."""
    if seen is not None:
        current = await get_shown(statements, room.guild_id, room.room_id)
        now = current.fingerprint
        require_seen(seen, now, "refusals.room_stale", room=room.name, count=room.capacity)
