"""When schedules open sessions, as pure functions."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from bot.rooms.schedules.model import Plan, Schedule
from bot.scheduling.recurrence import (
    Occurrence,
    after_timezone_update,
    first_day,
    has_begun,
    includes,
    next_occurrence,
    occurrences,
)

MOST_SCHEDULES = 10  # of one room
MOST_CHANGES = 60  # skipped or moved occurrences of one schedule that are still ahead

_MINUTES_AN_HOUR = 60


def next_of(plans: Iterable[Plan], after: datetime) -> datetime | None:
    """Return the first occurrence of any of `plans` later than `after`, or None without any."""
    found = (next_occurrence(plan.recurrence, after, plan.changes) for plan in plans)
    return min(filter(None, found), default=None)


def upcoming(plan: Plan, after: datetime, most: int) -> list[Occurrence]:
    """Return the next occurrences later than `after`, up to `most`."""
    return list(islice(occurrences(plan.recurrence, after, plan.changes), most))


def upcoming_until(plan: Plan, after: datetime, until: datetime) -> list[Occurrence]:
    """Return the occurrences later than `after` and earlier than `until`."""
    found = occurrences(plan.recurrence, after, plan.changes)
    return list(takewhile(lambda each: each.at < until, found))


def counted_from_coming_week(wanted: Schedule, now: datetime, old: Schedule | None = None) -> Schedule:
    """Return a schedule whose weeks are counted from its next session, so that this one takes place.

    If it replaces `old`, which has begun, and takes place in the same weeks, its weeks do not change.
    """
    if wanted.every_weeks == 1:
        return wanted
    weeks = (wanted.every_weeks, wanted.from_date)
    if old is not None and weeks == (old.every_weeks, old.from_date) and has_begun(old.recurrence, now):
        return wanted
    return replace(wanted, from_date=first_day(wanted.recurrence, now) or wanted.from_date)


def has_occurrence_on(schedule: Schedule, day: date) -> bool:
    """Return whether the schedule has an occurrence planned for a local day."""
    return includes(schedule.recurrence, day)


def opening_after_timezone_update(plan: Plan, was_due: datetime, now: datetime) -> datetime | None:
    """Return the new opening time of the occurrence due at `was_due`, by its time zone's new rules."""
    return after_timezone_update(plan.recurrence, was_due, now, plan.changes)


def shown_in_zone(moment: datetime, zone: str) -> tuple[date, int]:
    """Return the local date, and the minute since midnight, that clocks in `zone` show at `moment`."""
    shown = moment.astimezone(ZoneInfo(zone))
    return shown.date(), shown.hour * _MINUTES_AN_HOUR + shown.minute
