"""The rules of rooms, pure."""

from collections.abc import Iterable

from bot.rooms.model import Room

DEFAULT_CAPACITY = 8
MOST_SEATS = 99
MOST_IN_VOICE = 99  # Discord's own limit of a voice channel
MOST_ROOMS = 25  # as many as a select can offer
LONGEST_NAME = 40
LENGTHS = (5, 10, 15, 25, 50)  # minutes of a session, short ones first


def tidy_name(typed: str) -> str | None:
    """Return a room's name with single spaces, or None if it is empty, too long or unprintable."""
    name = " ".join(typed.split())
    return name if 0 < len(name) <= LONGEST_NAME and name.isprintable() else None


def find_typed(rooms: Iterable[Room], typed: str) -> Room | None:
    """Return the room with the id `typed`, or else with that name, which may be a number as well."""
    known, wanted = list(rooms), typed.strip()
    chosen = (room for room in known if str(room.room_id) == wanted)
    return next(chosen, None) or find_named(known, wanted)


def find_named(rooms: Iterable[Room], name: str) -> Room | None:
    """Return the room with a name, whatever its case."""
    return next((room for room in rooms if room.name.casefold() == name.casefold()), None)
