"""Limits of gateway session starts (IDENTIFY).

Discord counts them per bot, over all shards, and resets the token of a bot that starts too many in a day.
`pause_before` delays a connection by how many starts Discord says are left; `IdentifyLimiter` limits the
starts of one process. Both are pure: the time is an argument.
"""

from dataclasses import dataclass
from datetime import timedelta

BURST = 5  # starts of one shard without a pause
SECONDS_PER_START = 300.0  # afterwards


@dataclass(frozen=True, slots=True)
class SessionStarts:
    """Discord's `session_start_limit`: the starts allowed in a day, and those left until the reset."""

    total: int
    remaining: int
    reset_after: timedelta
    max_concurrency: int = 1  # how many shards may start at the same time, in five seconds


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
    """Limits the session starts of one process: for each shard five at once, then one in five minutes.

    So Discord may refuse a few sessions in a row, and the bot is back within a minute all the same.
    """

    def __init__(self) -> None:
        self._spent: dict[
            int, tuple[float, float]
        ] = {}  # by shard: how many are used up, and when that was so

    def may_start(self, shard: int, now: float) -> bool:
        """Return whether a shard may start a session at `now` (in seconds)."""
        return self._spent_at(shard, now) <= BURST - 1

    def note_start(self, shard: int, now: float) -> None:
        """Count a session that a shard starts."""
        self._spent[shard] = (self._spent_at(shard, now) + 1, now)

    def _spent_at(self, shard: int, now: float) -> float:
        spent, at = self._spent.get(shard, (0.0, now))
        return max(0.0, spent - (now - at) / SECONDS_PER_START)
