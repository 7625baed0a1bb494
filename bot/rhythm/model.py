"""Weekly counts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Week:
    """What a member kept of one ISO week (`week`: year * 100 + week)."""

    week: int
    sits: int
    checkins: int
