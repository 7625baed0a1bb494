"""Schedules: the recurring times at which sessions of a room open."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated

from bot.fingerprint import fingerprint
from bot.rooms.model import Room
from bot.rooms.rules import Rounds
from bot.scheduling.days_off import DayOff, find_day_off
from bot.scheduling.ranges import DayOfWeek, MinuteOfDay, Minutes, Weekdays, Zone, between
from bot.scheduling.recurrence import Change, Occurrence, Recurrence

MOST_WEEKS = 4  # between two occurrences of one weekday


@dataclass(frozen=True, slots=True)
class Span:
    """The weeks in which a schedule has occurrences: every nth week, counted from that of `from_date`.

    None is before `from_date` or after `until_date`, which are local dates in the schedule's zone. Weeks
    begin on `week_start`, 0 for Monday.
    """

    every_weeks: int = 1
    from_date: date | None = None
    until_date: date | None = None
    week_start: int = 0


@dataclass(frozen=True, slots=True)
class Schedule:
    """A recurring time of a room. Bit 0 of `weekdays` is Monday; `local_minute` counts from midnight.

    Its sessions have `rounds` rounds of `minutes`. `every_weeks`, `from_date`, `until_date` and
    `week_start` are as in `Span`.
    """

    schedule_id: int
    room_id: int
    weekdays: Weekdays
    local_minute: MinuteOfDay
    zone: Zone
    minutes: Minutes
    every_weeks: Annotated[int, between(1, MOST_WEEKS)] = 1
    from_date: date | None = None
    until_date: date | None = None
    week_start: DayOfWeek = 0
    rounds: Rounds = 1

    @property
    def span(self) -> Span:
        """The weeks in which it has occurrences."""
        return Span(self.every_weeks, self.from_date, self.until_date, self.week_start)

    @property
    def recurrence(self) -> Recurrence:
        """The recurring times at which its sessions open, without changes and days off."""
        return Recurrence(
            self.weekdays,
            self.local_minute,
            self.zone,
            self.every_weeks,
            self.from_date,
            self.until_date,
            self.week_start,
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """A schedule, the changes to single occurrences and the server's days off: when sessions open."""

    schedule: Schedule
    changes: Sequence[Change] = ()
    days_off: tuple[DayOff, ...] = ()

    @property
    def fingerprint(self) -> int:
        """A number that differs after a moderator changed the schedule or one of its sessions."""
        return fingerprint(self.schedule, *self.changes)

    @property
    def recurrence(self) -> Recurrence:
        """The recurring times at which its sessions open, without changes."""
        return replace(self.schedule.recurrence, days_off=self.days_off)

    def is_off(self, moment: datetime) -> bool:
        """Return whether `moment` is on a day off."""
        return find_day_off(self.days_off, moment) is not None


@dataclass(frozen=True, slots=True)
class ComingSession:
    """A session of a room that a schedule will open."""

    room: Room
    schedule: Schedule
    occurrence: Occurrence
