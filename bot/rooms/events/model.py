"""Native events: Discord's Scheduled Events, which announce the sessions of schedules."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.rooms.model import Room
from bot.scheduling.recurrence import Occurrence


class EventProblem(StrEnum):
    """Why an occurrence has no event, or one that is out of date."""

    PERMISSION = "permission"  # the bot lacks a permission
    LIMIT = "limit"  # the server has as many events as Discord lets it have
    DELETED = "deleted"  # someone deleted or cancelled it: this occurrence gets no other one
    REFUSED = "refused"  # Discord refused it for another reason


@dataclass(frozen=True, slots=True)
class NativeEvent:
    """The event that announces a schedule's next occurrence. If `event_id` is None, `problem` says why.

    `local_date` is the planned date of the occurrence, even if it was moved. `voice_channel_id` is the
    voice channel that the event is, or was, in.
    """

    schedule_id: int
    guild_id: int
    event_id: int | None
    occurs_at: datetime
    local_date: date
    problem: EventProblem | None
    voice_channel_id: int | None = None
    deleted_at: datetime | None = None


class Step(StrEnum):
    """One thing to do about an event."""

    CREATE = "create"
    EDIT = "edit"
    START = "start"
    END = "end"  # its session is over
    CANCEL = "cancel"  # its session does not take place
    FORGET = "forget"  # nothing is left to reconcile


@dataclass(frozen=True, slots=True)
class EventPlan:
    """The steps that a schedule's event needs, and the data for them.

    `saved` is the event as recorded; `room` is None once the room or its schedule is removed; `following`
    the next occurrence. `closes_at` is when the session that it announces closes (None: it is not open),
    `minutes` how long the following one lasts.
    """

    schedule_id: int
    saved: NativeEvent | None
    room: Room | None
    minutes: int
    following: Occurrence | None
    closes_at: datetime | None
    steps: tuple[Step, ...]

    @property
    def guild_id(self) -> int:
        """The server, 0 if neither event nor room is left."""
        if self.saved is not None:
            return self.saved.guild_id
        return self.room.guild_id if self.room else 0


@dataclass(frozen=True, slots=True)
class BlockedEvent:
    """An event that could not be made or changed, as `/quiet check` shows it.

    `room` is None once it was removed. `exists`: there is an event, but it is out of date.
    """

    room: Room | None
    occurs_at: datetime
    problem: EventProblem
    exists: bool
