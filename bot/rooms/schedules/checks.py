"""Checks of what a moderator wants of a schedule, as pure functions."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.errors import RefusalError
from bot.rooms.lengths import check_length
from bot.rooms.schedules.model import MOST_WEEKS, Plan, Schedule
from bot.rooms.schedules.rules import counted_from_coming_week, next_of
from bot.scheduling.wall_time import MONDAY_TO_SUNDAY, is_zone, local_date

_FURTHEST_YEARS = 10
_FURTHEST = timedelta(days=366 * _FURTHEST_YEARS)  # from today, either way


def checked(wanted: Schedule, now: datetime, old: Schedule | None = None) -> Schedule:
    """Return a schedule that replaces `old`, or a new one (None), with a first date if it needs one.

    Raises RefusalError if it is not allowed.
    """
    if not is_zone(wanted.zone):
        raise RefusalError("unreadable.zone", typed=wanted.zone[:60])
    check_length(wanted.minutes, wanted.rounds)
    if not 0 < wanted.weekdays <= MONDAY_TO_SUNDAY:
        raise RefusalError("refusals.weekdays")
    if not 1 <= wanted.every_weeks <= MOST_WEEKS:
        raise RefusalError("refusals.every_weeks", most=MOST_WEEKS)
    for each in (wanted.from_date, wanted.until_date):
        check_date(each, now)
    if old is None or wanted.from_date != old.from_date:
        _check_begin(wanted, now)
    wanted = counted_from_coming_week(wanted, now, old)
    if next_of([Plan(wanted)], now) is None:
        raise RefusalError("refusals.schedule_empty")
    return wanted


def check_date(day: date | None, now: datetime) -> None:
    """Raise RefusalError if a date is too many years away."""
    if day is not None and abs(day - now.date()) > _FURTHEST:
        raise RefusalError("refusals.date_far", years=_FURTHEST_YEARS)


def _check_begin(wanted: Schedule, now: datetime) -> None:
    if wanted.from_date is not None and wanted.from_date < local_date(now, wanted.zone):
        raise RefusalError("refusals.begin_passed", date=wanted.from_date)


def is_same_time(one: Schedule, other: Schedule) -> bool:
    """Return whether two schedules of a room are at the same times, however long their sessions are."""
    return _time_of(one) == _time_of(other)


def _time_of(schedule: Schedule) -> Schedule:
    return replace(schedule, schedule_id=0, minutes=0, rounds=1, week_start=0)
