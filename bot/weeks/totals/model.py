"""What is known of a server's week, and what is published of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shared:
    """What came together in one week: how many shared something, and their counts, each bounded."""

    members: int
    sits: int
    checkins: int


@dataclass(frozen=True, slots=True)
class Total:
    """What was published of an ISO week, once: rounded and blurred, or nothing (None)."""

    week: int
    sits: int | None
    checkins: int | None
