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
    """Return a room's name with its blanks in order, or None if it is empty, too long or unprintable."""
    name = " ".join(typed.split())
    return name if 0 < len(name) <= LONGEST_NAME and name.isprintable() else None


def meant(rooms: Iterable[Room], typed: str) -> Room | None:
    """Return the room chosen by its id, or else typed by its name, which may be a number too."""
    known, wanted = list(rooms), typed.strip()
    chosen = (room for room in known if str(room.room_id) == wanted)
    return next(chosen, None) or named(known, wanted)


def named(rooms: Iterable[Room], name: str) -> Room | None:
    """Return the room of a name, in small or capital letters alike."""
    return next((room for room in rooms if room.name.casefold() == name.casefold()), None)
