"""Checks of the days off that a moderator wants, as pure functions."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from bot.errors import RefusalError
from bot.scheduling.days_off import DayOff
from bot.scheduling.wall_time import local_date

MOST_DAYS_OFF = 25  # of one server: as many as a select can offer
LONGEST = 100  # days in a row

_FURTHEST_YEARS = 2
_FURTHEST = timedelta(days=366 * _FURTHEST_YEARS)  # from today to the first day


def check_days(first: date, last: date, zone: str, now: datetime) -> None:
    """Raise RefusalError if the days from `first` to `last` (included) can't be days off.

    They are local dates in `zone`.
    """
    today = local_date(now, zone)
    if last < first:
        raise RefusalError("refusals.days_off_backwards")
    if last < today:
        raise RefusalError("refusals.days_off_past")
    if first - today > _FURTHEST:
        raise RefusalError("refusals.days_off_far", years=_FURTHEST_YEARS)
    count = (last - first).days + 1
    if count > LONGEST:
        raise RefusalError("refusals.days_off_long", count=count, most=LONGEST)


def find_overlap(known: Iterable[DayOff], first: date, last: date) -> DayOff | None:
    """Return the days off of `known` that share a day with those from `first` to `last`, or None."""
    return next((each for each in known if each.first_date <= last and first <= each.last_date), None)
