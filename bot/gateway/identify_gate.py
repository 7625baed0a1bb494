"""When a shard may start a gateway session (IDENTIFY).

Discord allows one in five seconds for each key `shard_id % max_concurrency`, over all processes. Source:
Discord's "Gateway" topic, "Rate Limiting" under "Sharding".
"""

import asyncio
import random
from collections.abc import Callable

from bot.errors import HeldConnectionError
from bot.gateway.identify import IdentifyLimiter
from bot.scheduling.shared_limit import SharedLimit
from bot.scheduling.slots import Slots

_INTERVAL_MS = 5_500  # Discord's five seconds, and some jitter of networks
_LONGEST_SECONDS = 40.0  # discord.py ends an attempt to connect after sixty
_FURTHEST_MS = 60_000
_AFTER_INVALID_SECONDS = (1.0, 5.0)  # what Discord asks for after it invalidated a session


def _ignore(_: str, __: float) -> None:
    """Do nothing with the observation."""


class IdentifyGate:
    """Lets the shards of a process start sessions, each when it is its turn among those of all processes.

    `max_concurrency` is how many keys there are, as Discord's GET /gateway/bot says. `observe` is called
    with "identify" and how many seconds a shard waited.
    """

    def __init__(self, slots: Slots, observe: Callable[[str, float], None] = _ignore) -> None:
        self.max_concurrency = 1
        self._slots = slots
        self._observe = observe
        self._limiter = IdentifyLimiter()

    def key_of(self, shard: int) -> int:
        """Return the key of a shard. Shards of different keys may start at the same time."""
        return shard % self.max_concurrency

    async def wait(self, shard: int, *, initial: bool) -> None:
        """Wait until a shard may start a session; `initial`: its first one.

        Raises HeldConnectionError if it has to wait for longer than an attempt to connect may take, or
        started too many sessions lately.
        """
        loop = asyncio.get_running_loop()
        if not self._limiter.may_start(shard, loop.time()):
            raise HeldConnectionError("too many session starts in a short time")
        if not initial:
            await asyncio.sleep(random.uniform(*_AFTER_INVALID_SECONDS))  # noqa: S311 - spreads starts
        seconds = await self._reserve(shard)
        await asyncio.sleep(seconds)
        self._observe("identify", seconds)
        self._limiter.note_start(shard, loop.time())

    async def _reserve(self, shard: int) -> float:
        limit = SharedLimit(f"identify {self.key_of(shard)}", _INTERVAL_MS, furthest_ms=_FURTHEST_MS)
        try:
            waits = await self._slots.reserve(limit, within_seconds=_LONGEST_SECONDS)
        except Exception as error:
            raise HeldConnectionError("the shared limit of session starts cannot be read") from error
        if not waits:
            raise HeldConnectionError("the session starts of other shards come first")
        return waits[0]
