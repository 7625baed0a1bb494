"""A judge that checks what reached a member against the promises, without using the bot's rules."""

from collections import Counter
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.checkins.times import CheckinTimes

PROMISES = (
    "outside the window",
    "in quiet hours",
    "before the day to begin",
    "in a pause",
    "over the week's maximum",
    "two unanswered in view",
    "after consent ended",
    "after four unanswered",
)
_MOST_UNANSWERED = 4


class Judge:
    """Follows one member. `broken` counts broken promises, `seen` everything else that is reported."""

    def __init__(self, broken: Counter[str], seen: Counter[str]) -> None:
        self._broken = broken
        self._seen = seen
        self._times: CheckinTimes | None = None
        self._paused_until: datetime | None = None
        self._unanswered = 0
        self._in_view: set[int] = set()
        self._weeks: Counter[tuple[int, int]] = Counter()

    def agreed(self, times: CheckinTimes) -> None:
        """Note that the member agreed to check-ins at `times`, again or for the first time."""
        self._weeks.clear()
        self.changed(times)

    def changed(self, times: CheckinTimes) -> None:
        """Note that the member chose other times, which ends a rest but not a pause."""
        self._times = times
        self._unanswered = 0

    def paused(self, until: datetime) -> None:
        """Note that nothing may come until a moment."""
        self._paused_until = until

    def returned(self) -> None:
        """Note that the member resumed check-ins."""
        self._paused_until = None
        self._unanswered = 0

    def tapped(self, message: int) -> None:
        """Note that a check-in was tapped."""
        self._in_view.discard(message)
        self._unanswered = 0

    def ended(self) -> None:
        """Note that the member stopped check-ins. The one in view stays there."""
        self._times = self._paused_until = None
        self._in_view.clear()

    def came(self, at: datetime, message: int, *, removed: int | None, at_once: bool) -> None:
        """Judge a check-in that was sent, and note the one that was deleted before it, if any."""
        self._seen["check-ins"] += 1
        times = self._times
        if times is None:
            self._broken["after consent ended"] += 1
            return
        local = at.astimezone(ZoneInfo(times.zone))
        if at_once:
            self._seen["of them at once, on agreeing"] += 1
        elif not _is_in_window(times, local):
            self._broken["outside the window"] += 1
        self._look_at_the_clock(times, local, at)
        self._look_at_the_week(times, _evening(times, local))
        self._in_view.discard(removed or 0)
        self._in_view.add(message)
        self._broken["two unanswered in view"] += len(self._in_view) > 1
        self._unanswered += 1
        self._broken["after four unanswered"] += self._unanswered > _MOST_UNANSWERED

    def _look_at_the_clock(self, times: CheckinTimes, local: datetime, at: datetime) -> None:
        if times.quiet_start_minute is not None and _is_between(
            local, times.quiet_start_minute, times.quiet_end_minute or 0
        ):
            self._broken["in quiet hours"] += 1
        if times.begins_on is not None and _evening(times, local) < times.begins_on:
            self._broken["before the day to begin"] += 1
        if self._paused_until is not None and at < self._paused_until:
            self._broken["in a pause"] += 1
        if _clocks_change(local.date(), times.zone):
            self._seen["on days when clocks change"] += 1

    def _look_at_the_week(self, times: CheckinTimes, day: date) -> None:
        week = day.isocalendar()[:2]
        self._weeks[week] += 1
        if self._weeks[week] > times.per_week:
            self._broken["over the week's maximum"] += 1


def _is_in_window(times: CheckinTimes, local: datetime) -> bool:
    day = _evening(times, local)
    since_midnight = (local.date() - day).days * 1440 + local.hour * 60 + local.minute
    is_day = times.weekdays & 1 << day.weekday()
    return bool(is_day) and times.start_minute <= since_midnight < times.end_minute


def _evening(times: CheckinTimes, local: datetime) -> date:
    """Return the day on which the current window began; a window may go past midnight."""
    goes_on = local.hour * 60 + local.minute < times.end_minute - 1440
    return local.date() - timedelta(days=1) if goes_on else local.date()


def _is_between(local: datetime, begin: int, end: int) -> bool:
    minute = local.hour * 60 + local.minute
    return (minute - begin) % 1440 < (end - begin) % 1440


@lru_cache(20_000)
def _clocks_change(day: date, zone: str) -> bool:
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    return midnight.utcoffset() != (midnight + timedelta(days=1)).utcoffset()
