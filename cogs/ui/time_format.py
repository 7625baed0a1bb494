"""Wall time as text: days of the week and clock times."""

from bot.texts.catalogue import Markup, Say

_DAYS = 7
_MINUTES_AN_HOUR = 60
_MINUTES_A_DAY = 24 * _MINUTES_AN_HOUR


def day_names(weekdays: int, say: Say) -> list[str]:
    """Return the names of weekdays (bit 0 is Monday), from Monday."""
    return [say(f"days.{day}") for day in range(_DAYS) if weekdays >> day & 1]


def at_line_start(words: Markup) -> Markup:
    """Return words with a capital first letter, for the start of a line."""
    return Markup(words[:1].upper() + words[1:])


def clock(minute: int) -> Markup:
    """Return a minute since midnight as a clock time; 24:01 is 00:01 of the next day."""
    hour, minute = divmod(minute if minute <= _MINUTES_A_DAY else minute - _MINUTES_A_DAY, _MINUTES_AN_HOUR)
    return Markup(f"{hour:02}:{minute:02}")
