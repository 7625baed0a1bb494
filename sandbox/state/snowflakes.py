"""Discord's ids: 42 bits of milliseconds since 2015, then worker and increment.

Source: Discord's "API Reference", "Snowflakes".
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
_SHIFT = 22


def created_at(snowflake: int) -> datetime:
    """Return the aware UTC time in an id."""
    return EPOCH + timedelta(milliseconds=snowflake >> _SHIFT)


def snowflake_at(moment: datetime, increment: int = 0) -> int:
    """Return the id for an aware time, exact to the millisecond, with the given increment."""
    milliseconds = (moment - EPOCH) // timedelta(milliseconds=1)
    return (milliseconds << _SHIFT) | increment


class SnowflakeGenerator:
    """Generate ids from a clock; each is larger than the last."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._last = 0

    def next(self) -> int:
        """Return a new id."""
        self._last = max(snowflake_at(self._now()), self._last + 1)
        return self._last
