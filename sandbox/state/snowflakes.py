"""Discord's ids: 42 bits of milliseconds since 2015, then worker and increment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
_SHIFT = 22


def made_at(snowflake: int) -> datetime:
    """Return the aware UTC time that an id carries."""
    return EPOCH + timedelta(milliseconds=snowflake >> _SHIFT)


def at_time(moment: datetime, increment: int = 0) -> int:
    """Return the id for an aware time, in milliseconds, with the given increment."""
    milliseconds = (moment - EPOCH) // timedelta(milliseconds=1)
    return (milliseconds << _SHIFT) | increment


class Mint:
    """Hands out ids that always grow, from the clock it is given."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._last = 0

    def next(self) -> int:
        """Return a new id, larger than every one before."""
        self._last = max(at_time(self._now()), self._last + 1)
        return self._last
