"""Session starts: Discord counts them, over all shards, and resets the token of a bot that has too many.

Pure: the same for a process that starts over and over as for one that reconnects.
"""

from collections import deque
from dataclasses import dataclass
from datetime import timedelta

from bot.scheduling.backoff import STEADY

MOST_WHILE_UNSTEADY = 2  # session starts of one shard within that time


@dataclass(frozen=True, slots=True)
class Starts:
    """What Discord says of the session starts of this bot: how many in all, how many left until when."""

    total: int
    remaining: int
    reset_after: timedelta


def pause_before(starts: Starts, needed: int) -> timedelta:
    """Return how long to wait before `needed` sessions are started.

    Half of them are free. Of the rest, all but a tenth are spread over the time that is left; the tenth
    is never touched.
    """
    left = starts.remaining - needed
    if left >= starts.total // 2 or starts.remaining >= starts.total:
        return timedelta()
    spare = starts.remaining - starts.total // 10
    if spare <= needed:
        return starts.reset_after
    return starts.reset_after * needed / spare


class IdentifyLimiter:
    """The session starts of one client: two a shard within ten minutes, whatever the connection does."""

    def __init__(self) -> None:
        self._begun: dict[int, deque[float]] = {}

    def may_begin(self, shard: int, now: float) -> bool:
        """Count a start at `now`, in seconds; return False, and count nothing, where it is one too many."""
        begun = self._begun.setdefault(shard, deque(maxlen=MOST_WHILE_UNSTEADY))
        if len(begun) == MOST_WHILE_UNSTEADY and now - begun[0] < STEADY.total_seconds():
            return False
        begun.append(now)
        return True
