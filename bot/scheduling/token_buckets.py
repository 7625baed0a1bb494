"""Token buckets: how often something may happen, for each of many keys, in bounded memory. Pure.

`now` is in seconds of any clock. If the clock is set back, buckets refill from then on.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

_MOST_KEYS = 10_000


@dataclass(frozen=True, slots=True)
class Rate:
    """How often: `burst` times at once, and after that once in `every_seconds`."""

    burst: int
    every_seconds: float

    @property
    def full_after_seconds(self) -> float:
        """How long an empty bucket takes until it is full."""
        return self.burst * self.every_seconds


class TokenBuckets:
    """One bucket of tokens for each key. A full bucket needs no memory, so only recent keys are saved.

    At most `most_keys` are saved; beyond that, the key that was used longest ago starts with a full bucket.
    """

    def __init__(self, rate: Rate, most_keys: int = _MOST_KEYS) -> None:
        self._rate = rate
        self._most_keys = most_keys
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()  # tokens, and when

    def __len__(self) -> int:
        """Return how many keys are saved."""
        return len(self._buckets)

    def take(self, key: Hashable, now: float, leave: int = 0) -> bool:
        """Take a token, unless that would leave fewer than `leave`; return whether one was taken."""
        tokens = self._tokens(key, now)
        if tokens < 1 + leave:
            return False
        self._save(key, tokens - 1, now)
        return True

    def give_back(self, key: Hashable, now: float) -> None:
        """Return a token that was taken for something that did not happen."""
        self._save(key, self._tokens(key, now) + 1, now)

    def _tokens(self, key: Hashable, now: float) -> float:
        saved = self._buckets.get(key)
        if saved is None:
            return self._rate.burst
        tokens, at = saved
        if at > now:
            self._buckets[key] = (tokens, now)
        return min(self._rate.burst, tokens + max(0.0, now - at) / self._rate.every_seconds)

    def _save(self, key: Hashable, tokens: float, now: float) -> None:
        self._buckets[key] = (tokens, now)
        self._buckets.move_to_end(key)
        while self._buckets:
            oldest, (_, at) = next(iter(self._buckets.items()))
            if len(self._buckets) <= self._most_keys and now - at < self._rate.full_after_seconds:
                return
            del self._buckets[oldest]


class MemberAndServerLimit:
    """How often something may be made by one member, and in one server by all its members together."""

    def __init__(self, member: Rate, server: Rate) -> None:
        self._members = TokenBuckets(member)
        self._servers = TokenBuckets(server)

    def take(self, guild_id: int, member_id: int, now: float) -> bool:
        """Count one more, unless the member or the server had too many; return whether it may be made."""
        if not self._members.take((guild_id, member_id), now):
            return False
        if not self._servers.take(guild_id, now):
            self._members.give_back((guild_id, member_id), now)
            return False
        return True

    def give_back(self, guild_id: int, member_id: int, now: float) -> None:
        """Take back the count of one that was not made."""
        self._members.give_back((guild_id, member_id), now)
        self._servers.give_back(guild_id, now)
