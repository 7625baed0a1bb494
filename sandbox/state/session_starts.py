"""The application's gateway session starts: 1,000 identifies a day, and how many at once.

Source: Discord's "Gateway" topic, "Session Start Limit Object" and "Max Concurrency".
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

SESSION_STARTS_PER_DAY = 1000
_DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Identify:
    """One identify: of which shard of how many, when, and whether its window was free.

    `unix` is by the sandbox's clock; `loop_seconds` is real time, also while the clock is moved.
    """

    shard: int
    count: int
    unix: float
    loop_seconds: float
    is_in_time: bool = True


class SessionStarts:
    """Count identifies. REST reports the budget, the gateway spends it."""

    def __init__(self, unix: Callable[[], float]) -> None:
        self._unix = unix
        self._last_identify: dict[int, float] = {}  # by rate limit key, in the event loop's seconds
        self.identifies: list[Identify] = []
        self.max_concurrency = 16
        self.window_seconds = 0.0  # Discord's is 5; 0 lets tests restart a bot at once
        self.shards = 1  # as many as GET /gateway/bot recommends

    @property
    def remaining(self) -> int:
        """How many of the last 24 hours' 1,000 identifies are left; negative once there were more."""
        return SESSION_STARTS_PER_DAY - len(self._counted())

    @property
    def reset_after_ms(self) -> int:
        """Milliseconds until the oldest identify no longer counts, 0 if there is none."""
        counted = self._counted()
        return round(1000 * (_DAY_SECONDS - (self._unix() - counted[0].unix))) if counted else 0

    def _counted(self) -> list[Identify]:
        day_ago = self._unix() - _DAY_SECONDS
        return [each for each in self.identifies if each.is_in_time and each.unix > day_ago]

    def spend(self, shard: int, count: int) -> bool:
        """Record an identify; return False, and count nothing, if its window has not ended yet."""
        now = asyncio.get_running_loop().time()
        key = shard % self.max_concurrency
        last = self._last_identify.get(key)
        is_in_time = last is None or now - last >= self.window_seconds
        if is_in_time:
            self._last_identify[key] = now
        self.identifies.append(Identify(shard, count, self._unix(), now, is_in_time))
        return is_in_time

    def spend_now(self, count: int) -> None:
        """Count this many identifies of shard 0 as made just now, whatever its window."""
        now = asyncio.get_running_loop().time()
        self.identifies += [Identify(0, 1, self._unix(), now)] * count
