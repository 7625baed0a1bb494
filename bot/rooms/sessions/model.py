"""Sessions, seats and cards."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from bot.rooms.model import Room
from bot.rooms.rules import Fit, Rounds
from bot.scheduling.ranges import Count, Minutes


class Phase(StrEnum):
    """The phases of a session, in their order. Only sessions with rounds have breaks and further quiet."""

    SETTLING_IN = "settling_in"
    QUIET = "quiet"
    BREAK = "break"
    QUIET_2 = "quiet_2"
    BREAK_2 = "break_2"
    QUIET_3 = "quiet_3"
    BREAK_3 = "break_3"
    QUIET_4 = "quiet_4"
    TIME_TO_TALK = "time_to_talk"
    CLOSED = "closed"

    @property
    def is_quiet(self) -> bool:
        """Whether nobody talks, in any round."""
        return self in {Phase.QUIET, Phase.QUIET_2, Phase.QUIET_3, Phase.QUIET_4}

    @property
    def is_break(self) -> bool:
        """Whether it is a break between two rounds."""
        return self in {Phase.BREAK, Phase.BREAK_2, Phase.BREAK_3}


class Visibility(StrEnum):
    """How a card shows a seat: by name, in the number alone, or not at all."""

    NAMED = "named"
    COUNTED = "counted"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Session:
    """One session of a room: `rounds` rounds of `minutes`.

    It closes at `closes_at`, as its card has said since it opened; `closed_at`: when it was closed early.
    The schedule `following_schedule_id` came due meanwhile: its session begins when this one closes.
    """

    session_id: int
    room_id: int
    guild_id: int
    channel_id: int
    opened_at: datetime
    minutes: Minutes
    closes_at: datetime
    nodded_at: datetime | None = None
    schedule_id: int | None = None
    rounds: Rounds = 1
    closed_at: datetime | None = None
    following_schedule_id: int | None = None


@dataclass(frozen=True, slots=True)
class CardMessage:
    """The message of a room's card in `channel_id` (`message_id` is None if it is not posted).

    `goes_down`: a new message at the bottom of the channel is to replace it. `shown` is a checksum of what
    it shows (0: unknown), and `requested_at` when the newest rate-limited request for it was made.
    `revision` counts the changes to what it is to show; Discord confirmed those up to `shown_revision`.
    """

    room_id: int
    guild_id: int
    channel_id: int
    message_id: int | None = None
    goes_down: bool = False
    shown: int = 0
    requested_at: datetime | None = None
    revision: Count = 0
    shown_revision: Count = 0

    @property
    def is_outdated(self) -> bool:
        """Whether a change is not confirmed to be shown."""
        return self.shown_revision < self.revision


@dataclass(frozen=True, slots=True)
class Seat:
    """A member's seat in an open session. `opened_session`: the session opened when they took it.

    `leaves_at` is when they chose to leave, before the session closes. `sits_again`: they want a seat in
    the session that follows.
    """

    session_id: int
    member_id: int
    visibility: Visibility
    opened_session: bool = False
    leaves_at: datetime | None = None
    sits_again: bool = False


@dataclass(frozen=True, slots=True)
class Following:
    """The session that can open when another one closes, for those who sit again.

    `schedule_id` is the schedule that opens it. None: it opens only if a member sits again.
    """

    opens_at: datetime
    length: Fit
    schedule_id: int | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """What a room's card shows of its open session, except who is in voice: only Discord knows that.

    `counted`: how many seats are not hidden. `named`: the members whose names are shown, as many as a card
    has room for. `arrivals`: how many members answered the question that the card asks in its first phase.
    `following`: the session in which members can sit again, if the session is in its last phase. `locale`:
    the language that the server chose (None: its language in Discord); `zone`: its time zone (None: it
    chose none), in which weeks are counted.
    """

    room: Room
    session: Session
    message: CardMessage
    phase: Phase
    counted: int = 0
    named: tuple[int, ...] = ()
    arrivals: int = 0
    following: Following | None = None
    locale: str | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class IdleCard:
    """What a room's card shows between sessions.

    `next_at`: when a schedule opens the room next, or None. `is_paused`: moderators pause the server.
    `locale` is as in `Card`.
    """

    room: Room
    message: CardMessage
    next_at: datetime | None = None
    is_paused: bool = False
    locale: str | None = None


ShownCard: TypeAlias = Card | IdleCard
"""What a room's card shows."""


@dataclass(frozen=True, slots=True)
class SeatResult:
    """A member's seat, and the updated card.

    `was_seated`: the member had the seat before. `is_first`: they did not, and have no consent in this
    server yet, so the answer explains what others see. `is_cut`: they opened the session, and it is shorter
    than they chose because a scheduled one begins when it closes.
    """

    card: Card
    seat: Seat
    was_seated: bool = False
    is_first: bool = False
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """A room as /rooms shows it: the open session, and when a schedule opens the room next."""

    room: Room
    session: Session | None
    next_at: datetime | None
