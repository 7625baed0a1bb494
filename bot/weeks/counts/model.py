"""Weekly counts, and what is shown of them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Week:
    """What a member kept of one ISO week (`week`: year * 100 + week)."""

    week: int
    sits: int
    checkins: int


@dataclass(frozen=True, slots=True)
class Column:
    """One week in a picture: two stones with their numbers, or an empty place for each.

    `label` stands under it; a stone's size follows its fullness, from 0 to 1.
    """

    label: str
    above: tuple[str, float] | None
    below: tuple[str, float] | None
