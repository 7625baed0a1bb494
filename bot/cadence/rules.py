"""The rules of time, pure: `now` and the zone are arguments, results are aware moments in UTC.

Gaps and folds follow RFC 5545, 3.3.5: a time that the clocks skip is shifted forward by the gap, a time
that comes twice is the first of the two.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from hashlib import blake2b
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from bot.cadence.model import Times

_DAY = timedelta(days=1)
_WEEK_DAYS = 7
_FIRST_MONDAY = date(1970, 1, 5)
_DAYS_LOOKED_AHEAD = 29  # once in two weeks, and a week lost to a gap, with room to spare

LATE_AFTER = timedelta(minutes=10)


@cache
def zone_names() -> list[str]:
    """Return the zones that people can choose: those named after places, and UTC."""
    return sorted(
        name
        for name in available_timezones()
        if name == "UTC" or ("/" in name and not name.startswith(("Etc/", "SystemV/", "posix/", "right/")))
    )


def find_zone(typed: str) -> str | None:
    """Return the zone that somebody typed, in any case and with blanks for `_`, or None."""
    wanted = typed.strip().replace(" ", "_").casefold()
    return next((name for name in zone_names() if name.casefold() == wanted), None)


def zones_like(typed: str, most: int) -> list[str]:
    """Return up to `most` zones that contain what was typed, those first whose place begins with it."""
    wanted = typed.strip().replace(" ", "_").casefold()
    found = [name for name in zone_names() if wanted in name.casefold()]
    found.sort(key=lambda name: not name.casefold().rpartition("/")[2].startswith(wanted))
    return found[:most]


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
    """Return whether an occurrence is so long ago that it is skipped without a word."""
    return now - occurs_at > LATE_AFTER


def weekly(weekdays: int, minute: int, zone: str, after: datetime) -> Iterator[datetime]:
    """Yield the occurrences later than `after` of a weekly time, each moment once."""
    last = after
    for _, occurrence in weekly_days(weekdays, minute, zone, after):
        if occurrence > last:
            yield occurrence
            last = occurrence


def weekly_days(weekdays: int, minute: int, zone: str, after: datetime) -> Iterator[tuple[date, datetime]]:
    """Yield the occurrences later than `after` of a weekly time, each with the local day it stands for.

    Where clocks skip the time, the day may be another than the one they show at that moment; where they
    skip a whole day, two days share a moment.
    """
    day = local_date(after, zone) - _DAY
    while True:
        if weekdays >> day.weekday() & 1:
            occurrence = at_wall_time(day, minute, zone)
            if occurrence > after:
                yield day, occurrence
        day += _DAY


def next_checkin(times: Times, key: int, after: datetime, *, eased: bool = False) -> datetime | None:
    """Return when the next check-in may come, later than `after`, or None if no day qualifies.

    `key` is a stable number of the cadence: it spreads members over their windows and days, and varies
    the time a little from day to day. `eased` takes every other one of the same times.
    """
    return next(_checkins(times, key, after, eased=eased), None)


def first_checkin(times: Times, key: int, agreed_at: datetime) -> datetime | None:
    """Return the first time after the one that comes at the moment of agreeing.

    That one counts: the rest of its week holds one fewer, so that the week's maximum stands.
    """
    week = iso_week(agreed_at, times.zone)
    begin = at_wall_time(local_date(agreed_at, times.zone) + _DAY, 0, times.zone)
    coming = _checkins(times, key, begin, eased=False)
    ahead = [moment for _, moment in zip(range(times.per_week + 1), coming, strict=False)]
    this_week = [moment for moment in ahead if iso_week(moment, times.zone) == week]
    spare = 1 if len(this_week) >= times.per_week else 0
    return ahead[spare] if len(ahead) > spare else None


def _checkins(times: Times, key: int, after: datetime, *, eased: bool) -> Iterator[datetime]:
    today = local_date(after, times.zone)
    days = _days_of_week(times, key)
    for offset in range(-1, _DAYS_LOOKED_AHEAD):
        day = today + offset * _DAY
        if day.weekday() not in days:
            continue
        ordinal = (day - _FIRST_MONDAY).days // _WEEK_DAYS * len(days) + days.index(day.weekday())
        moment = _inside_window(times, key, day)
        if moment is not None and moment > after and not (eased and ordinal % 2):
            yield moment


def _days_of_week(times: Times, key: int) -> list[int]:
    """Choose `per_week` of the member's days, evenly apart, turned by their key."""
    chosen = [day for day in range(_WEEK_DAYS) if times.weekdays >> day & 1]
    count = min(times.per_week, len(chosen))
    turn = _stable(f"{key}")
    return sorted(chosen[(i * len(chosen) // count + turn) % len(chosen)] for i in range(count))


def _inside_window(times: Times, key: int, day: date) -> datetime | None:
    """Return the moment inside the window on `day`, never one that the clocks skip, or None."""
    length = times.end_minute - times.start_minute
    first = _stable(f"{key} {day.isoformat()}") % length
    for step in range(length):
        minute = times.start_minute + (first + step) % length
        moment = at_wall_time(day, minute, times.zone)
        local = moment.astimezone(ZoneInfo(times.zone))
        if local.date() == day and local.hour * 60 + local.minute == minute:
            return moment
    return None


def _stable(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest())
