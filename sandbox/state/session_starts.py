"""The application's budget of gateway sessions: 1,000 identifies a day, and how many at once.

Source: Discord's "Gateway" topic, "Session Start Limit Object".
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

SESSION_STARTS_PER_DAY = 1000
_DAY_SECONDS = 86_400


class SessionStarts:
    """Count identifies. REST reports the budget, the gateway spends it."""

    def __init__(self, unix: Callable[[], float]) -> None:
        self._unix = unix
        self._last_identify: dict[int, float] = {}  # by rate limit key, in the event loop's seconds
        self.identifies: list[float] = []  # when, in the clock's unix seconds
        self.max_concurrency = 16
        self.window_seconds = 0.0  # Discord's is 5; 0 lets tests restart a bot at once
        self.shards = 1

    @property
    def remaining(self) -> int:
        """How many of the last 24 hours' 1,000 identifies are left."""
        day_ago = self._unix() - _DAY_SECONDS
        self.identifies = [at for at in self.identifies if at > day_ago]
        return SESSION_STARTS_PER_DAY - len(self.identifies)

    @property
    def reset_after_ms(self) -> int:
        """Milliseconds until the oldest identify no longer counts, 0 if there is none."""
        if self.remaining == SESSION_STARTS_PER_DAY:
            return 0
        return round(1000 * (_DAY_SECONDS - (self._unix() - self.identifies[0])))

    def spend(self, shard: int) -> bool:
        """Count an identify of a shard; return False if it came too early or the budget is spent."""
        now = asyncio.get_running_loop().time()
        key = shard % self.max_concurrency
        last = self._last_identify.get(key)
        if last is not None and now - last < self.window_seconds:
            return False
        self._last_identify[key] = now
        self.identifies.append(self._unix())
        return self.remaining >= 0
