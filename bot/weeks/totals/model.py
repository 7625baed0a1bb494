"""The counts that members shared of a server's week, and what is published of them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SharedCounts:
    """The sums of one week: how many members shared something, and their counts, each limited."""

    members: int
    sits: int
    checkins: int


@dataclass(frozen=True, slots=True)
class WeeklyTotal:
    """What was published of an ISO week, once: blurred and rounded, or nothing (None)."""

    week: int
    sits: int | None
    checkins: int | None
