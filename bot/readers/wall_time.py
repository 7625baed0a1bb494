"""Read clock times, dates and weekdays that people type."""

import re
from collections.abc import Sequence
from datetime import date

_WEEK_DAYS = 7
_HOURS_A_DAY = 24
_MINUTES_AN_HOUR = 60
_SHORTEST_DAY = 2  # letters
_ENDS = 2  # of a range of days
_CLOCK_TIME = re.compile(r"\s*(\d{1,2})(?:[:.h](\d{2}))?\s*")
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_BETWEEN_DAYS = re.compile(r"\s*[,;/+&]\s*|\s+and\s+", re.IGNORECASE)
_FROM_TO = re.compile(r"\s*[-\u2013]\s*|\s+to\s+", re.IGNORECASE)


def read_clock_time(typed: str) -> int | None:
    """Return the minute since midnight that someone typed (`19:30`, `7.05`, `9`), or None."""
    match = _CLOCK_TIME.fullmatch(typed)
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    is_time = hour < _HOURS_A_DAY and minute < _MINUTES_AN_HOUR
    return hour * _MINUTES_AN_HOUR + minute if is_time else None


def read_date(typed: str) -> date | None:
    """Return the date that someone typed (`2026-12-24`), or None."""
    match = _DATE.fullmatch(typed.strip())
    if match is None:
        return None
    try:
        return date(*(int(part) for part in match.groups()))
    except ValueError:
        return None


def read_weekdays(typed: str, names: Sequence[str]) -> int | None:
    """Return the weekdays that someone typed (bit 0 is Monday), or None.

    `names` are the days' names, from Monday on; their first two letters are enough. Days are typed as a
    list (`Mon, Wed`) or as a range (`Mon-Fri`, `Sat-Mon`).
    """
    weekdays = 0
    for part in filter(None, _BETWEEN_DAYS.split(typed.strip())):
        ends = [_weekday(word, names) for word in _FROM_TO.split(part.strip())]
        if None in ends or len(ends) > _ENDS:
            return None
        first, last = ends[0] or 0, ends[-1] or 0
        for step in range((last - first) % _WEEK_DAYS + 1):
            weekdays |= 1 << (first + step) % _WEEK_DAYS
    return weekdays or None


def _weekday(typed: str, names: Sequence[str]) -> int | None:
    wanted = typed.strip().rstrip(".").casefold()
    if len(wanted) < _SHORTEST_DAY:
        return None
    found = [number for number, name in enumerate(names) if name.casefold().startswith(wanted)]
    return found[0] if len(found) == 1 else None
