"""Values that people type: read in their language, refused with a reason, offered as completions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Self, TypeVar
from zoneinfo import ZoneInfo

from discord import app_commands

from bot.errors import RefusalError
from bot.gateway.client import Interaction
from bot.readers.date_ranges import Span, read_days, read_span
from bot.readers.date_spans import Days
from bot.readers.dates import read_date, read_date_or_none
from bot.readers.durations import read_duration
from bot.readers.locale_calendar import week_start
from bot.readers.refusal import refusal_of
from bot.readers.result import Ambiguous, Read, Unreadable
from bot.readers.simplified import simplified
from bot.readers.times import read_time
from bot.readers.weekdays import read_weekdays
from bot.readers.zones import offered_zones, read_zone
from bot.scheduling.wall_time import (
    MONDAY_TO_FRIDAY,
    MONDAY_TO_SUNDAY,
    SATURDAY_AND_SUNDAY,
    at_wall_time,
    local_date,
)
from bot.texts.catalogue import Say, plain
from bot.texts.joining import comma_separated, semicolon_separated
from cogs.ui.panels import Choice, texts_for
from cogs.ui.payloads import MalformedError, decode
from cogs.ui.time_format import clock, clock_in, date_with_day, days_in_words

MIDNIGHT = 24 * 60  # as `24:00` is read, in minutes

_MOST_CHOICES = 25
_LONGEST_CHOICE = 100
_LONGEST_SHOWN = 60  # characters of what was typed, in a text about it
_DAYS_AHEAD = 14
_LEAST_OF_RANGE = 3  # days
_DAY = timedelta(days=1)
_MOST_DAYS = 3660  # from now to an end: whoever reads it has a nearer limit
_Choices = list[app_commands.Choice[str]]
T = TypeVar("T")


class AmbiguousError(RefusalError):
    """Several values fit what was `typed`; `choices` are what can be typed instead, and their labels."""

    def __init__(self, key: str, typed: str, choices: Sequence[Choice], say: Say) -> None:
        named = str(
            semicolon_separated([label for _, label in choices], say)
        )  # names of zones need escaping
        super().__init__(key, typed=typed[:_LONGEST_SHOWN], choices=named)
        self.typed = typed
        self.choices = choices


@dataclass(frozen=True, slots=True)
class TypedValues:
    """Reads what one person typed, in their language and in English, as of `now`.

    Each method raises RefusalError for what it can't read, and AmbiguousError if several values fit.
    """

    locale: str
    say: Say
    now: datetime

    @classmethod
    def of(cls, interaction: Interaction) -> Self:
        """Return the reader for the person who sent an interaction."""
        now = interaction.client.services.clock.now()
        return cls(interaction.locale.value, texts_for(interaction), now)

    @property
    def week_start(self) -> int:
        """The day on which the person's weeks begin, 0 for Monday."""
        return week_start(self.locale)

    def days(self, typed: str) -> int:
        """Return days of the week, bit 0 for Monday."""
        return self._value(read_weekdays(typed, self.locale), typed, self.named_days, self.named_days)

    def minute(self, typed: str) -> int:
        """Return minutes since midnight; `24:00` is 1440."""
        return self._value(read_time(typed, self.locale), typed, clock, clock)

    def weekly(self, days: str, time: str) -> tuple[int, int]:
        """Return days of the week and minutes since midnight; `24:00` is 0:00 of the days after."""
        weekdays, minute = self.days(days), self.minute(time)
        return (weekdays, minute) if minute < MIDNIGHT else (days_after(weekdays), 0)

    def day(self, typed: str, zone: str, today: date | None = None) -> date:
        """Return a date; "tomorrow" is that of `zone`, or the day after `today` if that is given."""
        result = read_date(typed, today or local_date(self.now, zone), self.locale)
        return self._value(result, typed, date.isoformat, self.named_date)

    def day_or_none(self, typed: str, zone: str) -> date | None:
        """Return a date as `day` does, or None for a word such as "none"."""
        result = read_date_or_none(typed, local_date(self.now, zone), self.locale)
        return None if result == Read(None) else self.day(typed, zone)

    def dates(self, typed: str, zone: str) -> Days:
        """Return the first and the last of one or several days; "tomorrow" is that of `zone`."""

        def write(days: Days) -> str:
            return f"{days[0].isoformat()} - {days[1].isoformat()}"

        def label(days: Days) -> str:
            return days_in_words(*days, self.say)

        result = read_days(typed, local_date(self.now, zone), self.locale)
        return self._value(result, typed, write, label)

    def first_and_last(self, typed: str, zone: str) -> Span:
        """Return from when and until when something repeats; None for what is not typed."""
        result = read_span(typed, local_date(self.now, zone), self.locale)
        return self._value(result, typed, _written_span, _written_span)

    def written_span(self, first: date | None, last: date | None) -> str:
        """Return a first and a last date in a form that `first_and_last` reads."""
        return _written_span((first, last))

    def zone(self, typed: str) -> str:
        """Return the name of a time zone."""
        return self._value(read_zone(typed, self.now, self.locale), typed, str, self.named_zone)

    def days_until(self, typed: str, zone: str) -> int:
        """Return in how many days it is: after a length of time (`a week`, `3`), or on a date in `zone`."""
        length = read_duration(typed, self.locale, unit=_DAY)
        if isinstance(length, Read):
            return -(-length.value // _DAY)
        today = local_date(self.now, zone)
        if isinstance(read_date(typed, today, self.locale), Unreadable):
            raise RefusalError("unreadable.until", typed=typed[:_LONGEST_SHOWN])
        return (self.day(typed, zone) - today).days

    def end(self, typed: str, zone: str) -> datetime:
        """Return when something ends: after a length of time (`2 hours`), as a date begins, or at a time.

        Dates and clocks are those of `zone`: after three days the clocks there show the same time as now.
        """
        today, local = local_date(self.now, zone), self.now.astimezone(ZoneInfo(zone))
        minute = local.hour * 60 + local.minute
        length = read_duration(typed, self.locale, unit=_DAY)
        is_date = not isinstance(read_date(typed, today, self.locale), Unreadable)
        may_be_a_clock = ":" in typed or not (is_date or isinstance(length, Read) or typed.isdigit())
        if may_be_a_clock and isinstance(at := read_time(typed, self.locale), Read):
            days, at_minute = divmod(at.value, MIDNIGHT)
            return at_wall_time(today + (days or at_minute <= minute) * _DAY, at_minute, zone)
        if isinstance(length, Read) and length.value < _DAY:
            return self.now + length.value
        days = min(max(self.days_until(typed, zone), -_MOST_DAYS), _MOST_DAYS)
        return at_wall_time(today + days * _DAY, minute if isinstance(length, Read) else 0, zone)

    def is_no_end(self, typed: str) -> bool:
        """Return whether something has no end: `forever`, `none`."""
        return read_date_or_none(typed, self.now.date(), self.locale) == Read(None)

    def named_days(self, weekdays: int) -> str:
        """Return days of the week in words; three days or more in a row as a range."""
        parts = list[str]()
        for run in _runs(weekdays):
            names = [str(self.say(f"days.{day}")) for day in run]
            parts.extend([f"{names[0]}-{names[-1]}"] if len(names) >= _LEAST_OF_RANGE else names)
        return comma_separated(parts, self.say)

    def named_date(self, day: date) -> str:
        """Return a date with its day of the week."""
        return date_with_day(day, self.say)

    def named_zone(self, zone: str) -> str:
        """Return a time zone with the time that its clocks show now."""
        return str(comma_separated([zone, clock_in(zone, self.now)], self.say))

    def _value(
        self,
        result: "Read[T] | Ambiguous[T] | Unreadable",
        typed: str,
        write: Callable[[T], str],
        label: Callable[[T], str],
    ) -> T:
        if isinstance(result, Read):
            return result.value
        if isinstance(result, Ambiguous):
            choices = [(write(each), label(each)) for each in result.choices]
            raise AmbiguousError(result.key, typed, choices, self.say)
        raise refusal_of(result, typed)

    # Completions

    def offered_days(self, typed: str) -> _Choices:
        """Return days as choices; after a comma, each is added to the days that were typed before it."""
        names = [str(self.say(f"days.{day}")) for day in range(7)]
        before, comma, last = typed.rpartition(",")
        added = f"{before.strip()}, " if comma and self._days_in(before) else ""
        usual = [
            self.named_days(each) for each in (MONDAY_TO_FRIDAY, SATURDAY_AND_SUNDAY, MONDAY_TO_SUNDAY)
        ]
        offered = [f"{added}{name}" for name in [*names, *([] if added else usual)]]
        understood = [self.named_days(each) for each in self._days_in(typed)]
        found = [each for each in offered if _is_in(last, each.removeprefix(added))]
        return matching([(each, each) for each in dict.fromkeys([*understood, *found])], "")

    def offered_times(self, typed: str) -> _Choices:
        """Return the time that was typed as a choice, so that it's seen as it was understood."""
        result = read_time(typed, self.locale)
        return (
            matching([(clock(result.value), clock(result.value))], "") if isinstance(result, Read) else []
        )

    def offered_dates(self, typed: str, zone: str) -> _Choices:
        """Return dates as choices: those that were typed, then the next days in `zone`."""
        today = local_date(self.now, zone)
        result = read_date(typed, today, self.locale)
        understood = [result.value] if isinstance(result, Read) else list(getattr(result, "choices", ()))
        coming = [today + number * _DAY for number in range(_DAYS_AHEAD)]
        found = [each for each in coming if _is_in(typed, f"{self.named_date(each)} {each.isoformat()}")]
        days = dict.fromkeys([*understood, *found])
        return matching([(self.named_date(each), each.isoformat()) for each in days], "")

    def offered_ends(self, typed: str, zone: str) -> _Choices:
        """Return the date that was typed, or that comes after the length of time, as a choice."""
        today = local_date(self.now, zone)
        try:
            day = today + self.days_until(typed, zone) * _DAY
        except (RefusalError, OverflowError):
            return self.offered_dates(typed, zone)[1:]
        return matching([(self.named_date(day), day.isoformat())], "")

    def offered_moments(self, typed: str, zone: str) -> _Choices:
        """Return when it ends by what was typed, as a choice; a date if it ends when that begins."""
        try:
            ends = self.end(typed, zone).astimezone(ZoneInfo(zone))
        except (RefusalError, OverflowError):
            return self.offered_dates(typed, zone)[1:]
        if not (ends.hour or ends.minute):
            return self.offered_ends(typed, zone)
        name = comma_separated([self.named_date(ends.date()), clock_in(zone, ends)], self.say)
        return matching([(str(name), typed)], "")

    def offered_zones(self, typed: str) -> _Choices:
        """Return time zones as choices, each with the time that its clocks show now."""
        found = offered_zones(typed, self.now, self.locale, _MOST_CHOICES)
        return matching([(self.named_zone(each), each) for each in found], "")

    def _days_in(self, typed: str) -> list[int]:
        result: Any = read_weekdays(typed, self.locale)
        return [result.value] if isinstance(result, Read) else list(getattr(result, "choices", ()))


def _written_span(span: Span) -> str:
    first, last = (each.isoformat() if each else "" for each in span)
    if not first:
        return f"until {last}" if last else ""  # read in every language, as all English words are
    return f"{first} - {last}" if last else first


def _runs(weekdays: int) -> list[list[int]]:
    """Return the days of the week in groups of days that follow each other."""
    runs: list[list[int]] = []
    for day in (each for each in range(7) if weekdays >> each & 1):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def days_after(weekdays: int) -> int:
    """Return the days of the week after each of `weekdays`."""
    return (weekdays << 1 | weekdays >> 6) & MONDAY_TO_SUNDAY


def read_number(typed: str) -> int | None:
    """Return the id behind a chosen completion, or None if something else was typed."""
    try:
        return decode(typed.strip(), int)
    except MalformedError:
        return None


def matching(named: list[tuple[str, str]], typed: str) -> _Choices:
    """Return the choices, as name and value, whose name contains what was typed."""
    return [
        app_commands.Choice(name=name[:_LONGEST_CHOICE], value=value[:_LONGEST_CHOICE])
        for name, value in ((plain(name), value) for name, value in named)
        if _is_in(typed, name)
    ][:_MOST_CHOICES]


def _is_in(typed: str, name: str) -> bool:
    """Return whether a name contains what was typed, whatever its case and accents."""
    wanted = simplified(typed)
    return wanted in simplified(name) if wanted else not typed.strip()
