"""The rules of schedules, pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from heapq import merge
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from bot.cadence.rules import at_wall_time, weekly_days
from bot.schedules.model import Change, Occurrence, Plan, Schedule

MOST_SCHEDULES = 10  # of one room
MOST_WEEKS = 4  # between two occurrences of one weekday
MOST_CHANGES = 60  # skipped or moved occurrences of one schedule that are still ahead

_DAY = timedelta(days=1)
_WEEK_DAYS = 7
_HOURS_A_DAY = 24
_MINUTES_AN_HOUR = 60
_SHORTEST_DAY = 2  # letters
_ENDS = 2  # of a stretch of days
_CLOCK_TIME = re.compile(r"\s*(\d{1,2})(?:[:.h](\d{2}))?\s*")
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_BETWEEN_DAYS = re.compile(r"\s*[,;/+&]\s*|\s+and\s+", re.IGNORECASE)
_FROM_TO = re.compile(r"\s*[-\u2013]\s*|\s+to\s+", re.IGNORECASE)
_FURTHEST_SHIFT = timedelta(days=2)  # no zone is further from UTC, and no gap is longer


def next_of(plans: Iterable[Plan], after: datetime) -> datetime | None:
    """Return the first occurrence of any of `plans` later than `after`, or None without any."""
    found = [each.at for plan in plans for each in islice(occurrences(plan, after), 1)]
    return min(found, default=None)


def upcoming(plan: Plan, after: datetime, most: int) -> list[Occurrence]:
    """Return the next occurrences later than `after`, up to `most`."""
    return list(islice(occurrences(plan, after), most))


def occurrences(plan: Plan, after: datetime) -> Iterator[Occurrence]:
    """Yield the occurrences later than `after` in order, changes applied, each moment once."""
    schedule = plan.schedule
    changed = {each.local_date: each for each in plan.changes if takes(schedule, each.local_date)}
    moved = sorted((_moved(schedule, each) for each in changed.values() if not each.is_skip), key=_moment)
    regular = (each for each in planned(schedule, after) if each.local_date not in changed)
    last = after
    for occurrence in merge(moved, regular, key=_moment):
        if occurrence.at > last:
            yield occurrence
            last = occurrence.at


def planned(schedule: Schedule, after: datetime) -> Iterator[Occurrence]:
    """Yield the occurrences later than `after` as the schedule has them, changes left out."""
    begin = after
    if schedule.from_date is not None:
        begin = max(after, datetime.combine(schedule.from_date, time(), UTC) - _FURTHEST_SHIFT)
    for day, at in weekly_days(schedule.weekdays, schedule.local_minute, schedule.zone, begin):
        if schedule.until_date is not None and day > schedule.until_date:
            return
        if takes(schedule, day):
            yield Occurrence(at, day)


def takes(schedule: Schedule, day: date) -> bool:
    """Return whether the schedule has an occurrence for a local day."""
    if not schedule.weekdays >> day.weekday() & 1:
        return False
    first, last = schedule.from_date or date.min, schedule.until_date or date.max
    if not first <= day <= last:
        return False
    if schedule.from_date is None:
        return True
    weeks = (_monday(day) - _monday(schedule.from_date)).days // _WEEK_DAYS
    return weeks % schedule.every_weeks == 0


def carried_over(plan: Plan, was_due: datetime, now: datetime) -> datetime | None:
    """Return when the occurrence that was due at `was_due` takes place by the zone's new rules.

    That is the one that stands nearest to it, so that none comes twice and none is lost. It may have
    passed by now: whoever opens it knows what is late. Without one near, it is the next after `now`.
    """
    around = takewhile(lambda each: each.at < was_due + _DAY, occurrences(plan, was_due - _DAY))
    found = min(around, key=lambda each: abs(each.at - was_due), default=None)
    return found.at if found else next_of([plan], now)


def shown_in_zone(moment: datetime, zone: str) -> tuple[date, int]:
    """Return the local date, and the minute since midnight, that clocks in `zone` show at `moment`."""
    shown = moment.astimezone(ZoneInfo(zone))
    return shown.date(), shown.hour * _MINUTES_AN_HOUR + shown.minute


def _moved(schedule: Schedule, change: Change) -> Occurrence:
    day = change.moved_date or change.local_date
    minute = schedule.local_minute if change.moved_minute is None else change.moved_minute
    return Occurrence(at_wall_time(day, minute, schedule.zone), change.local_date, is_moved=True)


def _moment(occurrence: Occurrence) -> datetime:
    return occurrence.at


def _monday(day: date) -> date:
    return day - _DAY * day.weekday()


def read_clock_time(typed: str) -> int | None:
    """Return the minute since midnight that somebody typed (`19:30`, `7.05`, `9`), or None."""
    match = _CLOCK_TIME.fullmatch(typed)
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    is_time = hour < _HOURS_A_DAY and minute < _MINUTES_AN_HOUR
    return hour * _MINUTES_AN_HOUR + minute if is_time else None


def read_date(typed: str) -> date | None:
    """Return the date that somebody typed (`2026-12-24`), or None."""
    match = _DATE.fullmatch(typed.strip())
    if match is None:
        return None
    try:
        return date(*(int(part) for part in match.groups()))
    except ValueError:
        return None


def read_weekdays(typed: str, names: Sequence[str]) -> int | None:
    """Return the weekdays that somebody typed (bit 0 is Monday), or None.

    `names` are the days' from Monday on; their first letters do, two at least. Days stand in a list
    (`Mon, Wed`) or as from one to another (`Mon-Fri`, over the week's end too).
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
