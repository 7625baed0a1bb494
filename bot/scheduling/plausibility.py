"""Whether the machine's clock can be right, given a time that Discord sent and how long ago that was.

Pure: all times are arguments. The monotonic clock is not changed when someone sets the machine's clock. It
stands still while the machine sleeps, so a clock that is ahead of it may be right: only Discord can tell.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

TOLERANCE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Reference:
    """A time that was right at a moment of the monotonic clock (in seconds)."""

    time: datetime
    monotonic: float

    def time_at(self, monotonic: float) -> datetime:
        """Return what time it is at a later moment. It is too early if the machine slept in between."""
        return self.time + timedelta(seconds=monotonic - self.monotonic)


def clock_offset(now: datetime, monotonic: float, reference: Reference) -> timedelta:
    """Return how far a clock that shows `now` is ahead of what the reference says (negative: behind)."""
    return now - reference.time_at(monotonic)


def is_plausible(now: datetime, monotonic: float, reference: Reference) -> bool:
    """Return whether a clock that shows `now` agrees with the reference."""
    return abs(clock_offset(now, monotonic, reference)) <= TOLERANCE


def describe_offset(ahead: timedelta) -> str:
    """Return in words how far a clock is off."""
    seconds = timedelta(seconds=round(abs(ahead).total_seconds()))
    return f"{seconds} {'ahead of' if ahead > timedelta() else 'behind'} Discord's"
