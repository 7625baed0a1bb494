"""Wall time to UTC, as pure functions: `now` and the time zone are arguments, results are aware UTC times.

Daylight-saving changes follow RFC 5545, 3.3.5: a time that the clocks skip is shifted forward by the gap;
if a time comes twice, the first counts.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MONDAY_TO_SUNDAY = 0b1111111
MONDAY_TO_FRIDAY = 0b0011111
SATURDAY_AND_SUNDAY = 0b1100000
LATE_AFTER = timedelta(minutes=10)

_DAY = timedelta(days=1)


def is_zone(name: str) -> bool:
    """Return whether the tz database has `name`."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def at_wall_time(day: date, minute: int, zone: str) -> datetime:
    """Return the moment at which clocks in `zone` show `minute` (since midnight) on `day`."""
    wall = datetime.combine(day, time(minute // 60, minute % 60), ZoneInfo(zone))
    return wall.astimezone(UTC)


def local_date(moment: datetime, zone: str) -> date:
    """Return the date in `zone` at `moment`."""
    return moment.astimezone(ZoneInfo(zone)).date()


def iso_week(moment: datetime, zone: str) -> int:
    """Return the ISO week in `zone` at `moment`, as year * 100 + week."""
    year, week, _ = local_date(moment, zone).isocalendar()
    return year * 100 + week


def is_late(occurs_at: datetime, now: datetime) -> bool:
    """Return whether an occurrence is so late that it is skipped."""
    return now - occurs_at > LATE_AFTER


def weekly(weekdays: int, minute: int, zone: str, after: datetime) -> Iterator[datetime]:
    """Yield the occurrences of a weekly time that are later than `after`, each moment once."""
    last = after
    for _, occurrence in weekly_days(weekdays, minute, zone, after):
        if occurrence > last:
            yield occurrence
            last = occurrence


def weekly_days(weekdays: int, minute: int, zone: str, after: datetime) -> Iterator[tuple[date, datetime]]:
    """Yield the occurrences of a weekly time that are later than `after`, each with its planned local day.

    If the clocks skip the time, they may show another day at that moment; if they skip a whole day, two
    days share a moment.
    """
    day = local_date(after, zone) - _DAY
    while True:
        if weekdays >> day.weekday() & 1:
            occurrence = at_wall_time(day, minute, zone)
            if occurrence > after:
                yield day, occurrence
        day += _DAY
