"""Recurring local times and changes of single occurrences, as pure functions.

A recurrence is a wall time on some weekdays of some weeks. At daylight-saving changes the rules are those
of `bot.scheduling.wall_time`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from heapq import merge
from itertools import islice, takewhile

from bot.scheduling.days_off import DayOff, find_day_off
from bot.scheduling.ranges import MinuteOfDay
from bot.scheduling.wall_time import at_wall_time, weekly_days

_DAY = timedelta(days=1)
_WEEK_DAYS = 7
_FURTHEST_SHIFT = timedelta(days=2)  # no zone is further from UTC, and no gap is longer


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A recurring local time: `weekdays` has bit 0 for Monday, `local_minute` is since midnight.

    It takes place in every `every_weeks`-th week, counted from the week of `from_date`, from `from_date` to
    `until_date`: local dates in `zone` (IANA), both included. Weeks begin on `week_start`, 0 for Monday, as
    by WKST in RFC 5545, 3.3.10. It does not take place on `days_off`.
    """

    weekdays: int
    local_minute: int
    zone: str
    every_weeks: int = 1
    from_date: date | None = None
    until_date: date | None = None
    week_start: int = 0
    days_off: tuple[DayOff, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One occurrence that is moved to another local day and minute, or skipped (None, None).

    `local_date` is the day for which it was planned.
    """

    schedule_id: int
    local_date: date
    moved_date: date | None
    moved_minute: MinuteOfDay | None

    @property
    def is_skip(self) -> bool:
        """Whether the occurrence does not take place."""
        return self.moved_date is None


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One moment of a recurrence. `local_date` is the day for which it was planned, moved or not."""

    at: datetime
    local_date: date
    is_moved: bool = False


def occurrences(
    recurrence: Recurrence, after: datetime, changes: Sequence[Change] = ()
) -> Iterator[Occurrence]:
    """Yield the occurrences later than `after`, in order, with changes applied, each moment once.

    Occurrences on days off are left out, also those that were moved there.
    """
    changed = {each.local_date: each for each in changes if includes(recurrence, each.local_date)}
    moved = sorted((_moved(recurrence, each) for each in changed.values() if not each.is_skip), key=_moment)
    regular = (each for each in _planned(recurrence, after) if each.local_date not in changed)
    last = after
    for occurrence in merge(moved, regular, key=_moment):
        if occurrence.at > last:
            last = occurrence.at
            if find_day_off(recurrence.days_off, occurrence.at) is None:
                yield occurrence


def next_occurrence(
    recurrence: Recurrence, after: datetime, changes: Sequence[Change] = ()
) -> datetime | None:
    """Return the time of the first occurrence later than `after`, or None."""
    return next((each.at for each in occurrences(recurrence, after, changes)), None)


def first_day(recurrence: Recurrence, after: datetime) -> date | None:
    """Return the planned day of the first occurrence later than `after`, with no week or day left out."""
    every_week = replace(recurrence, every_weeks=1)
    return next((each.local_date for each in _planned(every_week, after)), None)


def has_begun(recurrence: Recurrence, now: datetime) -> bool:
    """Return whether the first occurrence from `from_date` on has come; True without that date."""
    if recurrence.from_date is None:
        return True
    begin = datetime.combine(recurrence.from_date, time(), UTC) - _FURTHEST_SHIFT
    return any(each.at <= now for each in islice(_planned(recurrence, begin), 1))


def after_timezone_update(
    recurrence: Recurrence, was_due: datetime, now: datetime, changes: Sequence[Change] = ()
) -> datetime | None:
    """Return the new time of the occurrence that was due at `was_due`, by the time zone's new rules.

    It is the nearest one within a day, so that no occurrence is repeated or lost; it may be in the past.
    If there is none that near, it is the next one after `now`.
    """
    near = occurrences(recurrence, was_due - _DAY, changes)
    around = takewhile(lambda each: each.at < was_due + _DAY, near)
    found = min(around, key=lambda each: abs(each.at - was_due), default=None)
    return found.at if found else next_occurrence(recurrence, now, changes)


def includes(recurrence: Recurrence, day: date) -> bool:
    """Return whether an occurrence is planned for a local day, ignoring changes and days off."""
    if not recurrence.weekdays >> day.weekday() & 1:
        return False
    first, last = recurrence.from_date or date.min, recurrence.until_date or date.max
    if not first <= day <= last:
        return False
    if recurrence.from_date is None:
        return True
    begins, counted = (_first_of_week(each, recurrence.week_start) for each in (recurrence.from_date, day))
    return (counted - begins).days // _WEEK_DAYS % recurrence.every_weeks == 0


def _planned(recurrence: Recurrence, after: datetime) -> Iterator[Occurrence]:
    begin = after
    if recurrence.from_date is not None:
        begin = max(after, datetime.combine(recurrence.from_date, time(), UTC) - _FURTHEST_SHIFT)
    for day, at in weekly_days(recurrence.weekdays, recurrence.local_minute, recurrence.zone, begin):
        if recurrence.until_date is not None and day > recurrence.until_date:
            return
        if includes(recurrence, day):
            yield Occurrence(at, day)


def _moved(recurrence: Recurrence, change: Change) -> Occurrence:
    day = change.moved_date or change.local_date
    minute = recurrence.local_minute if change.moved_minute is None else change.moved_minute
    return Occurrence(at_wall_time(day, minute, recurrence.zone), change.local_date, is_moved=True)


def _moment(occurrence: Occurrence) -> datetime:
    return occurrence.at


def _first_of_week(day: date, week_start: int) -> date:
    return day - _DAY * ((day.weekday() - week_start) % _WEEK_DAYS)
