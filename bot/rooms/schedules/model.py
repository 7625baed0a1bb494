"""Schedules: the recurring times of rooms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.scheduling.recurrence import Change, Recurrence


@dataclass(frozen=True, slots=True)
class Span:
    """Which weeks a schedule takes: every so many, counted from the week of `from_date`, between dates.

    Dates are local to the schedule's zone and included.
    """

    every_weeks: int = 1
    from_date: date | None = None
    until_date: date | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """A room's recurring time: `weekdays` has bit 0 for Monday, `local_minute` is since midnight.

    `every_weeks`, `from_date` and `until_date` are as in `Span`.
    """

    schedule_id: int
    room_id: int
    weekdays: int
    local_minute: int
    zone: str
    minutes: int
    every_weeks: int = 1
    from_date: date | None = None
    until_date: date | None = None

    @property
    def span(self) -> Span:
        """Which weeks it takes."""
        return Span(self.every_weeks, self.from_date, self.until_date)

    @property
    def recurrence(self) -> Recurrence:
        """When its sessions open, changes left out."""
        return Recurrence(
            self.weekdays,
            self.local_minute,
            self.zone,
            self.every_weeks,
            self.from_date,
            self.until_date,
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """A schedule with the changes to its occurrences: all that says when it opens."""

    schedule: Schedule
    changes: Sequence[Change] = ()
