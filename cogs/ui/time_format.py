"""Wall time as text: dates, days of the week and clock times."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.texts import dates
from bot.texts.catalogue import Markup, Say

_DAYS = 7
_MINUTES_AN_HOUR = 60
_MINUTES_A_DAY = 24 * _MINUTES_AN_HOUR


def day_names(weekdays: int, say: Say) -> list[str]:
    """Return the names of weekdays (bit 0 is Monday), from Monday."""
    return [say(f"days.{day}") for day in range(_DAYS) if weekdays >> day & 1]


def date_in_words(day: date, say: Say) -> Markup:
    """Return a date with its month by name, in the reader's language."""
    from babel.dates import format_date  # noqa: PLC0415 - loaded when the first date is shown

    return Markup(format_date(day, "long", locale=_locale(say)))


def date_with_day(day: date, say: Say) -> Markup:
    """Return a date with its day of the week, such as "Thu, Dec 24, 2026", in the reader's language."""
    return Markup(dates.date_with_day(day, say.region))


def days_in_words(first: date, last: date, say: Say) -> Markup:
    """Return a day, or the first and the last of several, in the reader's language."""
    return date_with_day(first, say) if first == last else span_in_words(first, last, say)


def month_in_words(day: date, say: Say) -> Markup:
    """Return the month and the year of a day, in the reader's language."""
    from babel.dates import format_skeleton  # noqa: PLC0415 - as above

    return Markup(format_skeleton("yMMMM", day, locale=_locale(say)))


def span_in_words(first: date, last: date, say: Say) -> Markup:
    """Return the days from `first` to `last`, in the reader's language."""
    from babel.dates import format_interval  # noqa: PLC0415 - as above

    return Markup(format_interval(first, last, "yMMMd", locale=_locale(say)))


def day_in_words(day: date, say: Say) -> Markup:
    """Return a day without its year, such as "Feb 1", in the reader's language."""
    from babel.dates import format_skeleton  # noqa: PLC0415 - as above

    return Markup(format_skeleton("MMMd", day, locale=_locale(say)))


def week_in_words(monday: date, say: Say) -> Markup:
    """Return the days of the week that begins on `monday`, without the year, in the reader's language."""
    from babel.dates import format_interval  # noqa: PLC0415 - as above

    sunday = monday + timedelta(days=_DAYS - 1)
    return Markup(format_interval(monday, sunday, "MMMd", locale=_locale(say)))


def at_line_start(words: Markup) -> Markup:
    """Return words with a capital first letter, for the start of a line."""
    return Markup(words[:1].upper() + words[1:])


def clock(minute: int) -> Markup:
    """Return a minute since midnight as a clock time; 24:01 is 00:01 of the next day."""
    hour, minute = divmod(minute if minute <= _MINUTES_A_DAY else minute - _MINUTES_A_DAY, _MINUTES_AN_HOUR)
    return Markup(f"{hour:02}:{minute:02}")


def clock_in(zone: str, now: datetime) -> Markup:
    """Return the time that clocks in a zone show."""
    local = now.astimezone(ZoneInfo(zone))
    return clock(local.hour * _MINUTES_AN_HOUR + local.minute)


def _locale(say: Say) -> str:
    return say.region.replace("-", "_")
