"""The rules of rooms, pure."""

from collections.abc import Iterable
from itertools import chain, count
from typing import Annotated, TypeAlias

from bot.readers.names import name_of, same_name
from bot.rooms.model import Room
from bot.scheduling.ranges import between

DEFAULT_CAPACITY = 8
MOST_SEATS = 99
MOST_IN_VOICE = 99  # Discord's own limit of a voice channel
MOST_ROOMS = 25  # as many as a select can offer
LONGEST_NAME = 40
LENGTHS = (5, 10, 15, 25, 50)  # minutes of a round, short ones first
MOST_ROUNDS = 4
BREAK_MINUTES = 5  # between two rounds
MOST_MINUTES = 120  # of a session, breaks included

Rounds: TypeAlias = Annotated[int, between(1, MOST_ROUNDS)]
"""How many rounds a session has."""


def whole_minutes(minutes: int, rounds: int) -> int:
    """Return how long a session lasts, in minutes: rounds of `minutes`, and the breaks between them."""
    return rounds * minutes + (rounds - 1) * BREAK_MINUTES


def find_typed(rooms: Iterable[Room], typed: str) -> Room | None:
    """Return the room whose id is `typed`, or else the room with that name (a name can be a number too)."""
    known, wanted = list(rooms), typed.strip()
    chosen = (room for room in known if str(room.room_id) == wanted)
    return next(chosen, None) or find_named(known, wanted)


def find_named(rooms: Iterable[Room], name: str) -> Room | None:
    """Return the room with a name, whatever its case and its spelling in Unicode."""
    return next((room for room in rooms if same_name(room.name, name)), None)


def free_name(rooms: Iterable[Room], given: str, otherwise: str) -> str:
    """Return a name for a room that nobody named: near `given`, or `otherwise`; numbered if it is taken."""
    known, wanted = list(rooms), name_of(given, LONGEST_NAME) or otherwise
    numbered = (name_of(wanted, LONGEST_NAME - len(f" {each}")) + f" {each}" for each in count(2))
    return next(name for name in chain([wanted], numbered) if find_named(known, name) is None)
