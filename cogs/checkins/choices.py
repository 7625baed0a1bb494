"""A member's choices before they agree: they are in the custom ids of the panel, saved nowhere."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from string import ascii_lowercase, digits
from typing import Self

from bot.checkins.personal.cadence import Cadence
from bot.checkins.times import CheckinTimes, Window
from bot.errors import RefusalError
from bot.scheduling.wall_time import MONDAY_TO_FRIDAY, MONDAY_TO_SUNDAY, SATURDAY_AND_SUNDAY

DAYS = {"weekdays": MONDAY_TO_FRIDAY, "weekend": SATURDAY_AND_SUNDAY, "daily": MONDAY_TO_SUNDAY}
SINGLE_DAYS = tuple(str(day) for day in range(7))
WINDOWS = {window.name.lower(): window.value for window in Window}
OWN_WINDOW = "own"
PER_WEEK = (1, 2, 3, 5, 7)

_DIGITS = digits + ascii_lowercase
_MIDNIGHT = 24 * 60
_NONE = _MIDNIGHT  # in a custom id: no minute, or no day
_ZONE = re.compile(r"[A-Za-z0-9_+/-]+")
_LONGEST_NUMBER = 13  # letters and digits of Discord's largest id


@dataclass(frozen=True, slots=True)
class Choices:
    """The times that a member puts together for one server, and whether check-ins make a sound."""

    guild_id: int
    times: CheckinTimes
    sound: bool

    @classmethod
    def usual(cls, guild_id: int, zone: str) -> Self:
        """Return the choices proposed to a member who has no check-ins yet."""
        return cls(guild_id, CheckinTimes(MONDAY_TO_FRIDAY, *Window.MORNING.value, zone, 2), sound=False)

    @classmethod
    def of(cls, cadence: Cadence) -> Self:
        """Return the choices that a cadence was made from."""
        return cls(cadence.guild_id, cadence.times, cadence.sound)

    @classmethod
    def decode(cls, text: str) -> Self:
        """Return the choices in a custom id. Raises ValueError or OverflowError for a malformed one."""
        *numbers, zone = text.split(" ")
        if not _ZONE.fullmatch(zone):
            raise ValueError(text)
        guild_id, weekdays, start, end, per_week, sound, begin, until, day = map(_read, numbers)
        times = replace(
            CheckinTimes(weekdays, start, end, zone, per_week),
            quiet_start_minute=begin if begin < _NONE else None,
            quiet_end_minute=until if until < _NONE else None,
            begins_on=date.fromordinal(day) if day > _NONE else None,
        )
        return cls(guild_id, times, bool(sound))

    def encode(self) -> str:
        """Return the choices as text for a custom id: at most 75 characters, with the longest zone."""
        times = self.times
        numbers = (
            self.guild_id,
            times.weekdays,
            times.start_minute,
            times.end_minute,
            times.per_week,
            int(self.sound),
            _NONE if times.quiet_start_minute is None else times.quiet_start_minute,
            _NONE if times.quiet_end_minute is None else times.quiet_end_minute,
            _NONE if times.begins_on is None else times.begins_on.toordinal(),
        )
        return " ".join([*map(_short, numbers), times.zone])

    def on_days(self, picked: Iterable[str]) -> Self:
        """Return the choices with the days that were picked: sets by name, single days by number.

        If a set and single days of it are picked, only those days count. Raises RefusalError for an unknown
        name.
        """
        picked = list(picked)
        single = sum(1 << int(day) for day in picked if day in SINGLE_DAYS)
        named = [DAYS[name] for name in picked if name in DAYS]
        if len(named) + single.bit_count() != len(picked):
            raise RefusalError("refusals.times")
        mask = single
        for each in named:
            mask |= 0 if each & single else each
        return replace(self, times=replace(self.times, weekdays=mask))

    def in_window(self, name: str) -> Self:
        """Return the choices with the window of that name. Raises RefusalError for an unknown name."""
        if name == OWN_WINDOW:
            return self
        if name not in WINDOWS:
            raise RefusalError("refusals.times")
        start, end = WINDOWS[name]
        return replace(self, times=replace(self.times, start_minute=start, end_minute=end))

    def on_weekdays(self, weekdays: int) -> Self:
        """Return the choices with days of the week, bit 0 for Monday."""
        return replace(self, times=replace(self.times, weekdays=weekdays))

    def with_hours(
        self, start: int, end: int, quiet: tuple[int | None, int | None], begins_on: date | None
    ) -> Self:
        """Return the choices with hours, quiet hours and a first day; minutes count from midnight to 24:00.

        An end before the start, or at midnight, is on the day after.
        """
        start %= _MIDNIGHT
        hours = [None if each is None else each % _MIDNIGHT for each in quiet]
        times = replace(
            self.times,
            start_minute=start,
            end_minute=end + _MIDNIGHT if end < start or not end else end,
            quiet_start_minute=hours[0],
            quiet_end_minute=hours[1],
            begins_on=begins_on,
        )
        return replace(self, times=times)

    def a_week(self, count: int) -> Self:
        """Return the choices with at most `count` check-ins a week."""
        return replace(self, times=replace(self.times, per_week=count))

    def in_zone(self, zone: str) -> Self:
        """Return the choices with another time zone."""
        return replace(self, times=replace(self.times, zone=zone))


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options that a member gave with `/checkins`; None: not given. `weekdays` has bit 0 for Monday."""

    weekdays: int | None = None
    window: str | None = None
    zone: str | None = None
    per_week: int | None = None

    def applied_to(self, choices: Choices) -> Choices:
        """Return the choices with these options applied. Raises RefusalError for an unknown window."""
        if self.weekdays is not None:
            choices = choices.on_weekdays(self.weekdays)
        if self.window is not None:
            choices = choices.in_window(self.window)
        if self.zone is not None:
            choices = choices.in_zone(self.zone)
        if self.per_week is not None:
            choices = choices.a_week(self.per_week)
        return choices


def named_days(weekdays: int) -> str | None:
    """Return the name of the set of days `weekdays`, or None if it has no name."""
    return next((name for name, mask in DAYS.items() if mask == weekdays), None)


def named_window(times: CheckinTimes) -> str | None:
    """Return the name of the window with these hours, or None if it has no name."""
    hours = (times.start_minute, times.end_minute)
    return next((name for name, minutes in WINDOWS.items() if minutes == hours), None)


def _read(number: str) -> int:
    if len(number) > _LONGEST_NUMBER:
        raise ValueError(number)
    return int(number, len(_DIGITS))


def _short(number: int) -> str:
    """Return a number in the fewest letters and digits that `int` reads back."""
    found = ""
    while number or not found:
        number, digit = divmod(number, len(_DIGITS))
        found = _DIGITS[digit] + found
    return found
