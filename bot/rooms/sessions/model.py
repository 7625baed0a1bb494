"""Sessions, seats and cards."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.rooms.model import Room


class Phase(StrEnum):
    """Where a session stands."""

    SETTLING_IN = "settling_in"
    QUIET = "quiet"
    TIME_TO_TALK = "time_to_talk"
    CLOSED = "closed"


class Visibility(StrEnum):
    """How the card shows a seat: by name, in the number alone, or not at all."""

    NAMED = "named"
    COUNTED = "counted"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Session:
    """One sitting of a room.

    Its card shows the phase `shown_phase` and has cost `requests_spent` rate-limited requests. A tap added
    `extra_minutes` to `minutes`; `closed_at` is when someone closed it early. `revision` goes up with every
    change of what the card shows; `shown_revision` is the newest one that the card was seen to show.
    """

    session_id: int
    room_id: int
    guild_id: int
    channel_id: int
    message_id: int | None
    opened_at: datetime
    minutes: int
    nodded_at: datetime | None
    shown_phase: Phase | None
    requests_spent: int
    schedule_id: int | None = None
    extra_minutes: int = 0
    closed_at: datetime | None = None
    revision: int = 0
    shown_revision: int = 0


@dataclass(frozen=True, slots=True)
class WrongCard:
    """A card that was not seen to show all that changed."""

    session_id: int


@dataclass(frozen=True, slots=True)
class Seat:
    """A member's presence in an open session; `leaves_at` is their own end, before the session's."""

    session_id: int
    member_id: int
    visibility: Visibility
    opened_session: bool = False
    leaves_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """All that a session's card shows. `named` are ids of members whose name it shows.

    `arrivals`: how many answered the arriving question. `has_voice`: its voice channel is there.
    """

    room: Room
    session: Session
    phase: Phase
    here: int
    named: tuple[int, ...]
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
    def visibility(self) -> Visibility:
        """How the seat shows."""
        return self.seat.visibility


@dataclass(frozen=True, slots=True)
class Listing:
    """A room as /rooms shows it: the open session, and the next time it opens by itself."""

    room: Room
    session: Session | None
    next_at: datetime | None
