"""Wall time in words: days of the week, and what clocks show."""

from bot.texts.catalogue import Markup, Say

_DAYS = 7
_MINUTES_AN_HOUR = 60


def day_names(weekdays: int, say: Say) -> list[str]:
    """Return the names of weekdays (bit 0 is Monday), from Monday."""
    return [say(f"days.{day}") for day in range(_DAYS) if weekdays >> day & 1]


def clock(minute: int) -> Markup:
    """Return a minute since midnight as clocks show it."""
    return Markup(f"{minute // _MINUTES_AN_HOUR:02}:{minute % _MINUTES_AN_HOUR:02}")
