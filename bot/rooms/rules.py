"""The rules of rooms, pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
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


SHORTEST = LENGTHS[0]
"""The shortest session, in minutes, that is worth opening before a scheduled one."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How long a session is: its rounds, each of `minutes`, and when it closes."""

    minutes: int
    rounds: int
    closes_at: datetime

    @property
    def is_useful(self) -> bool:
        """Whether it is at least as long as the shortest session that members can choose."""
        return self.minutes >= SHORTEST


def fit(opens_at: datetime, minutes: int, rounds: int, until: datetime | None) -> Fit:
    """Return a session that closes before or at `until`, the next scheduled one (None: there is none).

    If there is too little time it has fewer rounds; a single round is cut to the whole minutes that are
    left, and closes at `until` exactly.
    """
    while rounds > 1 and not _fits(opens_at, minutes, rounds, until):
        rounds -= 1
    if until is None or _fits(opens_at, minutes, rounds, until):
        return Fit(minutes, rounds, _closes(opens_at, minutes, rounds))
    return Fit(int((until - opens_at).total_seconds() // 60), 1, until)


def _closes(opens_at: datetime, minutes: int, rounds: int) -> datetime:
    return opens_at + timedelta(minutes=whole_minutes(minutes, rounds))


def _fits(opens_at: datetime, minutes: int, rounds: int, until: datetime | None) -> bool:
    return until is None or _closes(opens_at, minutes, rounds) <= until


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
