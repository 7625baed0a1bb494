"""When personal check-ins may come, as pure functions of a member's times and of the last delivery."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from functools import lru_cache
from hashlib import blake2b
from zoneinfo import ZoneInfo

from bot.scheduling.quiet_times import is_in_quiet_hours, local_minute
from bot.scheduling.wall_time import at_wall_time

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_WEEK_DAYS = 7
_MINUTES_A_DAY = 24 * 60
_FIRST_MONDAY = date(1970, 1, 5).toordinal()
_DAYS_LOOKED_AHEAD = 29  # once in two weeks, and a week lost to a gap, with room to spare
_CACHED_MIDNIGHTS = 4096  # some days of every time zone
_CACHED_MEMBERS = 4096


class Window(Enum):
    """Times of day that a member can choose by name: local minutes since midnight, from and until."""

    MORNING = (8 * 60, 11 * 60)
    MIDDAY = (11 * 60, 14 * 60)
    AFTERNOON = (14 * 60, 18 * 60)
    EVENING = (18 * 60, 21 * 60)


@dataclass(frozen=True, slots=True)
class CheckinTimes:
    """When personal check-ins may come: some days of the week, inside a window, with a weekly maximum.

    `weekdays` has bit 0 for Monday. Minutes are local, since midnight, the end is not included; `zone` is
    an IANA name. A window that passes midnight ends after minute 1440 and belongs to the day on which it
    begins. Quiet hours may pass midnight too; no check-in comes in them. No check-in comes before
    `begins_on`, a local date.
    """

    weekdays: int
    start_minute: int
    end_minute: int
    zone: str
    per_week: int
    quiet_start_minute: int | None = None
    quiet_end_minute: int | None = None
    begins_on: date | None = None


@dataclass(frozen=True, slots=True)
class LastDelivery:
    """The last check-in that was sent: its day, and how many were sent in its ISO week so far."""

    day: date
    in_week: int


def open_spans(times: CheckinTimes) -> list[tuple[int, int]]:
    """Return the window without the quiet hours, as spans of local minutes since its day's midnight."""
    window = (times.start_minute, times.end_minute)
    begin, end = times.quiet_start_minute, times.quiet_end_minute
    if begin is None or end is None:
        return [window]
    loud = [(0, begin), (end, _MINUTES_A_DAY)] if begin < end else [(end, begin)]
    loud += [(start + _MINUTES_A_DAY, until + _MINUTES_A_DAY) for start, until in loud]
    spans = [(max(window[0], start), min(window[1], until)) for start, until in loud]
    return [(start, until) for start, until in spans if start < until]


def day_of(times: CheckinTimes, moment: datetime) -> date:
    """Return the day that `moment` belongs to: the local date, or the day before if its window is open."""
    local = moment.astimezone(ZoneInfo(times.zone))
    is_night = local_minute(local) + _MINUTES_A_DAY < times.end_minute
    return local.date() - _DAY if is_night else local.date()


def is_quiet(times: CheckinTimes, moment: datetime) -> bool:
    """Return whether `moment` is in the quiet hours."""
    return is_in_quiet_hours(times.quiet_start_minute, times.quiet_end_minute, times.zone, moment)


def is_open(times: CheckinTimes, moment: datetime) -> bool:
    """Return whether `moment` is on a chosen day, inside the window and outside the quiet hours."""
    local, day = moment.astimezone(ZoneInfo(times.zone)), day_of(times, moment)
    minute = local_minute(local) + (local.date() - day).days * _MINUTES_A_DAY
    return bool(times.weekdays >> day.weekday() & 1) and any(
        start <= minute < until for start, until in open_spans(times)
    )


def open_until(times: CheckinTimes, now: datetime, latest: datetime) -> datetime:
    """Return how long `is_open` stays true, at most until `latest`. It must be true `now`."""
    moment = now.replace(second=0, microsecond=0)
    while moment < latest and is_open(times, max(now, moment)):
        moment += _MINUTE
    return min(moment, latest)


def next_checkin(
    times: CheckinTimes, key: int, after: datetime, *, eased: bool = False, last: LastDelivery | None = None
) -> datetime | None:
    """Return when the next check-in may come, later than `after`, or None if no day qualifies.

    `key` is always the same for one member: it spreads members over their windows and days, and varies the
    time a little from day to day. If `eased`, every other time is skipped. `last` counts towards the week's
    maximum: no second check-in comes on its day, and none above the maximum in its week, even if the member
    changed their times since.
    """
    days = _days_of_week(times.weekdays, times.per_week, key)
    first = _first_day(times, day_of(times, after).toordinal(), last)
    for ordinal in range(first, first + _DAYS_LOOKED_AHEAD):
        weekday = (ordinal - _FIRST_MONDAY) % _WEEK_DAYS
        if weekday not in days:
            continue
        index = (ordinal - _FIRST_MONDAY) // _WEEK_DAYS * len(days) + days.index(weekday)
        if eased and index % 2:
            continue
        moment = _inside_window(times, key, ordinal)
        if moment is not None and moment > after:
            return moment
    return None


def _first_day(times: CheckinTimes, today: int, last: LastDelivery | None) -> int:
    """Return the first day that may have a check-in, as an ordinal number like `today`."""
    first = today if times.begins_on is None else max(today, times.begins_on.toordinal())
    if last is None:
        return first
    day = last.day.toordinal()
    if last.in_week < times.per_week:
        return max(first, day + 1)
    return max(first, day + _WEEK_DAYS - last.day.weekday())  # the Monday after


@lru_cache(_CACHED_MEMBERS)
def _days_of_week(weekdays: int, count: int, key: int) -> tuple[int, ...]:
    """Choose `count` of the member's days, evenly spaced; the key decides which."""
    chosen = tuple(day for day in range(_WEEK_DAYS) if weekdays >> day & 1)
    if count >= len(chosen):
        return chosen
    shift = _stable_hash(f"{key}")
    return tuple(sorted(chosen[(i * len(chosen) // count + shift) % len(chosen)] for i in range(count)))


def _inside_window(times: CheckinTimes, key: int, ordinal: int) -> datetime | None:
    """Return the moment inside the window on a day, never one that the clocks skip, or None."""
    spans = open_spans(times)
    length = sum(until - start for start, until in spans)
    if not length:
        return None
    first = _stable_hash(f"{key} {ordinal}") % length
    for step in range(length):
        moment = _when_clocks_show(ordinal, _nth_minute(spans, (first + step) % length), times.zone)
        if moment is not None:
            return moment
    return None


def _nth_minute(spans: list[tuple[int, int]], nth: int) -> int:
    for start, until in spans:
        if nth < until - start:
            return start + nth
        nth -= until - start
    raise IndexError(nth)


def _when_clocks_show(ordinal: int, minute: int, zone: str) -> datetime | None:
    """Return the first moment at which clocks show `minute` of a day, or None if they skip it."""
    days, minute = divmod(minute, _MINUTES_A_DAY)
    ordinal += days
    midnight = _midnight(ordinal, zone)
    moment = midnight + timedelta(minutes=minute)  # right on all days but those of a change
    if _shows(moment, ordinal, minute, zone):
        return moment
    moment = at_wall_time(date.fromordinal(ordinal), minute, zone)
    return moment if _shows(moment, ordinal, minute, zone) else None


def _shows(moment: datetime, ordinal: int, minute: int, zone: str) -> bool:
    local = moment.astimezone(ZoneInfo(zone))
    return not local.fold and local_minute(local) == minute and local.toordinal() == ordinal


@lru_cache(_CACHED_MIDNIGHTS)
def _midnight(ordinal: int, zone: str) -> datetime:
    return at_wall_time(date.fromordinal(ordinal), 0, zone)


def _stable_hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest())
