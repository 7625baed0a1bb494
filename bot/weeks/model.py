"""Weekly counts, and the columns of the picture that shows them."""

from dataclasses import dataclass

from bot.scheduling.ranges import Count, IsoWeek


@dataclass(frozen=True, slots=True)
class Week:
    """A member's counts of one ISO week (`week`: year * 100 + week)."""

    week: IsoWeek
    sits: Count
    checkins: Count


@dataclass(frozen=True, slots=True)
class Column:
    """One week in a picture: two stones with their numbers, or no stone (None) in their place.

    `label` is written below; a stone's size follows its fullness, from 0 to 1.
    """

    label: str
    above: tuple[str, float] | None
    below: tuple[str, float] | None
