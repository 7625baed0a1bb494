"""Native events."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.rooms.model import Room
from bot.scheduling.recurrence import Occurrence


class Trouble(StrEnum):
    """Why an occurrence has no event, or one that says something old."""

    PERMISSION = "permission"  # the bot may not
    LIMIT = "limit"  # the server has as many events as Discord lets it have
    DELETED = "deleted"  # somebody took it away; this occurrence stays without
    REFUSED = "refused"  # Discord did not take it


@dataclass(frozen=True, slots=True)
class NativeEvent:
    """The event of a schedule's next occurrence; without `event_id` there is none, and `problem` says why.

    `local_date` is the day that the occurrence stands for, moved or not.
    """

    schedule_id: int
    guild_id: int
    event_id: int | None
    occurs_at: datetime
    local_date: date
    problem: Trouble | None


class Step(StrEnum):
    """One thing to do about an event."""

    CREATE = "create"
    EDIT = "edit"
    START = "start"
    END = "end"  # its session is over
    CANCEL = "cancel"  # it does not take place
    FORGET = "forget"  # nothing is left to look after


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is so about a schedule's event, and what is to be done. `following` is the next occurrence.

    `closes_at` is when the session that is open in the room closes, `minutes` how long one lasts.
    """

    schedule_id: int
    kept: NativeEvent | None
    room: Room | None
    minutes: int
    following: Occurrence | None
    closes_at: datetime | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """What `/quiet check` says of an event: the room (None once it is gone) and the occurrence.

    `is_there` where an event is, and could not be changed.
    """

    room: Room | None
    occurs_at: datetime
    trouble: Trouble
    is_there: bool
