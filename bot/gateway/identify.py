"""Limits of gateway session starts (IDENTIFY).

Discord counts them per bot, over all shards, and resets the token of a bot that starts too many in a day.
`pause_before` delays the start of a process by how many Discord says are left; `IdentifyLimiter` limits the
starts within one process. Both are pure: the time is an argument.
"""

from collections import deque
from dataclasses import dataclass
from datetime import timedelta

from bot.scheduling.backoff import STEADY

MAX_STARTS = 2  # of one shard, within `STEADY`


@dataclass(frozen=True, slots=True)
class SessionStarts:
    """Discord's `session_start_limit`: the starts allowed in a day, and those left until the reset."""

    total: int
    remaining: int
    reset_after: timedelta


def pause_before(starts: SessionStarts, needed: int) -> timedelta:
    """Return how long to wait before `needed` sessions are started.

    The first half of a day's starts needs no wait. The rest, except the last tenth, is spread over the
    time until the reset; the last tenth is a reserve that is never used.
    """
    left = starts.remaining - needed
    if left >= starts.total // 2 or starts.remaining >= starts.total:
        return timedelta()
    spare = starts.remaining - starts.total // 10
    if spare <= needed:
        return starts.reset_after
    return starts.reset_after * needed / spare


class IdentifyLimiter:
    """Limits the session starts of one client: two for each shard within ten minutes."""

    def __init__(self) -> None:
        self._starts: dict[int, deque[float]] = {}

    def may_start(self, shard: int, now: float) -> bool:
        """Return whether a shard may start a session at `now` (in seconds), and count it if so."""
        starts = self._starts.setdefault(shard, deque(maxlen=MAX_STARTS))
        if len(starts) == MAX_STARTS and now - starts[0] < STEADY.total_seconds():
            return False
        starts.append(now)
        return True
