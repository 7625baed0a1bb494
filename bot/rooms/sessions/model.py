"""Sessions, seats and cards."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.rooms.model import Room


class Phase(StrEnum):
    """Where a session stands."""

    ARRIVING = "arriving"
    QUIET = "quiet"
    LANDING = "landing"
    CLOSED = "closed"


class Presence(StrEnum):
    """How a seat shows: by name, in the number alone, or on no card at all."""

    LISTED = "listed"
    COUNTED = "counted"
    UNLISTED = "unlisted"


@dataclass(frozen=True, slots=True)
class Session:
    """One sitting of a room. `shown` is the phase on its card; `calls` were spent on it so far.

    `extended` minutes were added to `minutes` by a tap; `closed_at` is its end where it was closed early.
    What its card shows changed `changes` times, and it was seen to show `painted` of these.
    """

    session_id: int
    room_id: int
    guild_id: int
    channel_id: int
    message_id: int | None
    opened_at: datetime
    minutes: int
    nodded_at: datetime | None
    shown: Phase | None
    calls: int
    schedule_id: int | None = None
    extended: int = 0
    closed_at: datetime | None = None
    changes: int = 0
    painted: int = 0


@dataclass(frozen=True, slots=True)
class WrongCard:
    """A card that was not seen to show all that changed."""

    session_id: int


@dataclass(frozen=True, slots=True)
class Seat:
    """A member's presence in an open session; `leaves_at` is their own end, before the session's."""

    session_id: int
    member_id: int
    presence: Presence
    opened: bool = False
    leaves_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """All that a session's card shows. `listed` are ids of members who chose to be named.

    `arrivals`: how many answered the arriving question. `has_voice`: its voice channel is there.
    """

    room: Room
    session: Session
    phase: Phase
    here: int
    listed: tuple[int, ...]
    next_at: datetime | None
    arrivals: int = 0
    has_voice: bool = False


@dataclass(frozen=True, slots=True)
class Sat:
    """The outcome of taking a seat. `opened`: the session began with it; `kept`: it was theirs before."""

    room: Room
    session: Session
    seat: Seat
    opened: bool
    kept: bool

    @property
    def presence(self) -> Presence:
        """How the seat shows."""
        return self.seat.presence


@dataclass(frozen=True, slots=True)
class Listing:
    """A room as /rooms shows it: the open session, and the next time it opens by itself."""

    room: Room
    session: Session | None
    next_at: datetime | None
