"""Types of saved values that allow only some numbers or texts. `bot.storage.record` refuses all others."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, TypeAlias

from bot.scheduling.wall_time import MONDAY_TO_SUNDAY, is_zone

_MINUTES_A_DAY = 24 * 60


def between(least: int, most: int) -> Callable[[int], bool]:
    """Return a function that says whether a number is at least `least` and at most `most`."""
    return lambda value: least <= value <= most


def is_iso_week(week: int) -> bool:
    """Return whether `week` is an ISO week, as year * 100 + week."""
    try:
        date.fromisocalendar(*divmod(week, 100), 1)
    except ValueError:
        return False
    return True


Zone: TypeAlias = Annotated[str, is_zone]
"""The name of a time zone that this machine's tz database has."""

Weekdays: TypeAlias = Annotated[int, between(1, MONDAY_TO_SUNDAY)]
"""Days of the week; bit 0 is Monday."""

DayOfWeek: TypeAlias = Annotated[int, between(0, 6)]
"""A day of the week; 0 is Monday."""

MinuteOfDay: TypeAlias = Annotated[int, between(0, _MINUTES_A_DAY - 1)]
"""A local minute since midnight."""

Minutes: TypeAlias = Annotated[int, between(0, _MINUTES_A_DAY)]
"""How long something lasts."""

Count: TypeAlias = Annotated[int, between(0, 1 << 31)]
"""How often something happened."""

IsoWeek: TypeAlias = Annotated[int, is_iso_week]
"""An ISO week, as year * 100 + week."""
