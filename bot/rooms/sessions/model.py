"""Sessions, seats and cards."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.rooms.model import Room


class Phase(StrEnum):
    """The phases of a session, in their order."""

    ARRIVING = "arriving"
    QUIET = "quiet"
    LANDING = "landing"
    CLOSED = "closed"


class Presence(StrEnum):
    """How a card shows a seat: by name, in the number alone, or not at all."""

    LISTED = "listed"
    COUNTED = "counted"
    UNLISTED = "unlisted"


@dataclass(frozen=True, slots=True)
class Session:
    """One session of a room. `shown` is the phase on its card, `calls` how many requests the card took so far.

    `extended` minutes were added to `minutes` by a tap; `closed_at` is its end where it was closed early.
    `changes` counts the changes to what the card shows; the card was seen to show the first `painted` of them.
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
class Seat:
    """A member's seat in an open session. `opened`: they opened the session by taking it.

    `leaves_at` is when they chose to leave, before the session closes.
    """

    session_id: int
    member_id: int
    presence: Presence
    opened: bool = False
    leaves_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """All that a session's card shows, but for who is in its voice channel: Discord alone knows that.

    `arrivals`: how many members answered the question that the card asks while people settle in.
    `next_at`: when a schedule opens the room next, if the session is closed; an open card does not say it.
    `locale`: the language that the server chose (None: the one that it told Discord).
    """

    room: Room
    session: Session
    phase: Phase
    seats: tuple[Seat, ...]
    arrivals: int = 0
    next_at: datetime | None = None
    locale: str | None = None


@dataclass(frozen=True, slots=True)
class SeatResult:
    """A member's seat, with the card as it shows then.

    `opened`: the session opened with this seat. `was_seated`: the member had the seat before. `is_first`: the
    member took it, and agreed to nothing in this server so far, so that what is shown has to be explained.
    """

    card: Card
    seat: Seat
    opened: bool = False
    was_seated: bool = False
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """A room as /rooms shows it: the open session, and when a schedule opens the room next."""

    room: Room
    session: Session | None
    next_at: datetime | None
