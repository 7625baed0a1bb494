"""Wall time in words: days of the week, what clocks show, and how a line begins with them."""

from bot.texts.catalogue import Markup, Say

_DAYS = 7
_MINUTES_AN_HOUR = 60
_MINUTES_A_DAY = 24 * _MINUTES_AN_HOUR


def day_names(weekdays: int, say: Say) -> list[str]:
    """Return the names of weekdays (bit 0 is Monday), from Monday."""
    return [say(f"days.{day}") for day in range(_DAYS) if weekdays >> day & 1]


def at_line_start(words: Markup) -> Markup:
    """Return words as a line begins with them: with a capital."""
    return Markup(words[:1].upper() + words[1:])


def clock(minute: int) -> Markup:
    """Return a minute since midnight as clocks show it, that of the next day from one past 24:00 on."""
    hour, minute = divmod(minute if minute <= _MINUTES_A_DAY else minute - _MINUTES_A_DAY, _MINUTES_AN_HOUR)
    return Markup(f"{hour:02}:{minute:02}")
