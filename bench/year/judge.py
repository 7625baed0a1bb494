"""A judge that checks what reached a member against the promises, without using the bot's rules.

How often check-ins come is judged in days that the member chose. Of L such days a week, at most `per_week`
have a check-in, evenly spaced: from one to the next it is L / per_week of these days, rounded down or up,
and twice that after two in a row without a tap.
"""

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
    "more than ten minutes late",
    "skipped though not late",
    "not half as often after two unanswered",
    "too seldom",
)
_MOST_UNANSWERED = 4
_EASED_AFTER = 2
_LATE_AFTER = timedelta(minutes=10)
_DAY = timedelta(days=1)


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
        self._last_day: date | None = None  # of the last check-in
        self._waits_since: datetime | None = None  # for the next check-in

    def agreed(self, times: CheckinTimes, now: datetime) -> None:
        """Note that the member agreed to check-ins at `times`, again or for the first time."""
        self._weeks.clear()
        self._last_day = None
        self.changed(times, now)

    def changed(self, times: CheckinTimes, now: datetime) -> None:
        """Note that the member chose other times. Resting check-ins start again, paused ones do not."""
        self._judge_wait(now)
        self._times, self._waits_since = times, now
        self._unanswered = 0

    def paused(self, now: datetime, until: datetime) -> None:
        """Note that nothing may come before `until`."""
        self._judge_wait(now)
        self._paused_until = until

    def returned(self, now: datetime) -> None:
        """Note that the member resumed check-ins."""
        self._judge_wait(now)
        self._paused_until, self._waits_since = None, now
        self._unanswered = 0

    def tapped(self, message: int, now: datetime) -> None:
        """Note that a check-in was tapped."""
        self._judge_wait(now)
        self._in_view.discard(message)
        self._unanswered, self._waits_since = 0, now

    def ended(self, now: datetime) -> None:
        """Note that the member stopped check-ins, or that the year ends. The one in view stays there."""
        self._judge_wait(now)
        self._times = self._paused_until = None
        self._in_view.clear()

    def skipped(self, now: datetime, due: datetime) -> None:
        """Judge a check-in that was due and was not sent."""
        times = self._times
        is_allowed = times is not None and not self._is_paused(now) and self._unanswered < _MOST_UNANSWERED
        if times is not None and is_allowed and now - due <= _LATE_AFTER and _is_open(times, now):
            self._broken["skipped though not late"] += 1
        self._judge_wait(due)
        self._waits_since = now

    def came(
        self,
        at: datetime,
        message: int,
        *,
        removed: int | None,
        due: datetime | None,
        at_once: bool = False,
    ) -> None:
        """Judge a check-in that was due at `due`, and note the one that was deleted before it, if any."""
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
        if due is not None and at - due > _LATE_AFTER:
            self._broken["more than ten minutes late"] += 1
        day = _evening(times, local)
        self._judge_wait(at)
        self._judge_spacing(times, day)
        self._judge_clock(times, local, at)
        self._judge_week(times, day)
        self._last_day, self._waits_since = max(day, self._last_day or day), at
        self._in_view.discard(removed or 0)
        self._in_view.add(message)
        self._broken["two unanswered in view"] += len(self._in_view) > 1
        self._unanswered += 1
        self._broken["after four unanswered"] += self._unanswered > _MOST_UNANSWERED

    def _judge_clock(self, times: CheckinTimes, local: datetime, at: datetime) -> None:
        if times.quiet_start_minute is not None and _is_between(
            local, times.quiet_start_minute, times.quiet_end_minute or 0
        ):
            self._broken["in quiet hours"] += 1
        if times.begins_on is not None and _evening(times, local) < times.begins_on:
            self._broken["before the day to begin"] += 1
        if self._is_paused(at):
            self._broken["in a pause"] += 1
        if _clocks_change(local.date(), times.zone):
            self._seen["on days when clocks change"] += 1

    def _judge_week(self, times: CheckinTimes, day: date) -> None:
        week = day.isocalendar()[:2]
        self._weeks[week] += 1
        if self._weeks[week] > times.per_week:
            self._broken["over the week's maximum"] += 1

    def _is_paused(self, now: datetime) -> bool:
        return self._paused_until is not None and now < self._paused_until

    def _judge_spacing(self, times: CheckinTimes, day: date) -> None:
        """Judge whether the fourth in a row without a tap came after twice the time of the first ones."""
        if self._unanswered <= _EASED_AFTER or self._last_day is None:
            return
        chosen = times.weekdays.bit_count()
        least = 2 * (chosen // min(times.per_week, chosen))
        if _chosen_days(times, self._last_day, day) < least:
            self._broken["not half as often after two unanswered"] += 1

    def _judge_wait(self, now: datetime) -> None:
        """Judge whether a check-in should have come before now."""
        times = self._times
        if times is None or self._waits_since is None or self._unanswered >= _MOST_UNANSWERED:
            return
        since = max(self._waits_since, min(now, self._paused_until or self._waits_since))
        first = self._day_before_the_first(times, since)
        chosen = times.weekdays.bit_count()
        most = -(-chosen // min(times.per_week, chosen))
        if self._unanswered >= _EASED_AFTER:
            most *= 2
        today = _evening(times, now.astimezone(ZoneInfo(times.zone)))
        waited = _chosen_days(times, first, today - _DAY)  # one of today may still come
        self._broken["too seldom"] += waited >= most + _lost_to_clocks(times, first, today)

    def _day_before_the_first(self, times: CheckinTimes, since: datetime) -> date:
        """Return the last day that cannot have the next check-in, for a member who waits `since` then."""
        days = [_evening(times, since.astimezone(ZoneInfo(times.zone)))]
        if times.begins_on is not None:
            days.append(times.begins_on - _DAY)
        if self._last_day is not None:
            days.append(self._last_day)
            if self._weeks[self._last_day.isocalendar()[:2]] >= times.per_week:
                days.append(self._last_day + (6 - self._last_day.weekday()) * _DAY)
        return max(days)


def _chosen_days(times: CheckinTimes, after: date, until: date) -> int:
    """Return how many of the member's days come after a day and until another."""
    days = range(after.toordinal() + 1, until.toordinal() + 1)
    return sum(times.weekdays >> (day - 1) % 7 & 1 for day in days)


def _lost_to_clocks(times: CheckinTimes, after: date, until: date) -> int:
    """Return on how many days clocks change: these may skip a whole window."""
    days = range(after.toordinal() + 1, until.toordinal() + 1)
    return sum(_clocks_change(date.fromordinal(day), times.zone) for day in days)


def _is_open(times: CheckinTimes, now: datetime) -> bool:
    """Return whether a check-in may come at a moment, by the window and the quiet hours."""
    local = now.astimezone(ZoneInfo(times.zone))
    begin, end = times.quiet_start_minute, times.quiet_end_minute
    is_quiet = begin is not None and _is_between(local, begin, end or 0)
    return _is_in_window(times, local) and not is_quiet


def _is_in_window(times: CheckinTimes, local: datetime) -> bool:
    day = _evening(times, local)
    since_midnight = (local.date() - day).days * 1440 + local.hour * 60 + local.minute
    is_day = times.weekdays & 1 << day.weekday()
    return bool(is_day) and times.start_minute <= since_midnight < times.end_minute


def _evening(times: CheckinTimes, local: datetime) -> date:
    """Return the day on which the current window began; a window may pass midnight."""
    goes_on = local.hour * 60 + local.minute < times.end_minute - 1440
    return local.date() - timedelta(days=1) if goes_on else local.date()


def _is_between(local: datetime, begin: int, end: int) -> bool:
    minute = local.hour * 60 + local.minute
    return (minute - begin) % 1440 < (end - begin) % 1440


@lru_cache(20_000)
def _clocks_change(day: date, zone: str) -> bool:
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    return midnight.utcoffset() != (midnight + timedelta(days=1)).utcoffset()
