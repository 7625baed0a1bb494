"""When a shard may start a gateway session (IDENTIFY).

Discord allows one in five seconds for each key `shard_id % max_concurrency`, over all processes. Source:
Discord's "Gateway" topic, "Rate Limiting" under "Sharding".
"""

import asyncio
import math
import random
from collections.abc import Callable

from bot.errors import HeldConnectionError
from bot.gateway.identify import IdentifyLimiter
from bot.scheduling.slots import Reservation, SharedLimit, Slots

_INTERVAL_US = 5_500_000  # Discord's five seconds, and some jitter of networks
_LONGEST_SECONDS = 40.0  # discord.py ends an attempt to connect after sixty
_FURTHEST_US = 60_000_000
_CONNECTING_SECONDS = 1.5  # is enough to connect, until a session can be started
_LATE_SECONDS = 0.2  # a slot that passed longer ago is too close to the next one
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
        self._reserved: dict[int, float] = {}  # by shard: its slot, by the loop's time

    def key_of(self, shard: int) -> int:
        """Return the key of a shard. Shards of different keys may start at the same time."""
        return shard % self.max_concurrency

    async def approach(self, shard: int) -> None:
        """Reserve a slot for a shard that is not connected, and return when it is time to connect for it.

        So no connection is idle for long. Raises as `wait` does.
        """
        loop = asyncio.get_running_loop()
        self._require_few_starts(shard)
        seconds = await self._reserve(shard, _CONNECTING_SECONDS)
        self._reserved[shard] = loop.time() + seconds
        await asyncio.sleep(seconds - _CONNECTING_SECONDS)

    async def wait(self, shard: int, *, initial: bool) -> None:
        """Wait until a shard that is connected may start a session; `initial`: its first one.

        Raises HeldConnectionError if it has to wait for longer than an attempt to connect may take, or
        started too many sessions lately.
        """
        loop = asyncio.get_running_loop()
        self._require_few_starts(shard)
        if not initial:
            await asyncio.sleep(random.uniform(*_AFTER_INVALID_SECONDS))  # noqa: S311 - spreads starts
        seconds = self._reserved.pop(shard, -math.inf) - loop.time()
        if seconds < -_LATE_SECONDS:
            seconds = await self._reserve(shard)
        await asyncio.sleep(seconds)
        self._limiter.note_start(shard, loop.time())

    def _require_few_starts(self, shard: int) -> None:
        if not self._limiter.may_start(shard, asyncio.get_running_loop().time()):
            raise HeldConnectionError("too many session starts in a short time")

    async def _reserve(self, shard: int, after_seconds: float = 0.0) -> float:
        limit = SharedLimit(f"identify {self.key_of(shard)}", _INTERVAL_US, furthest_us=_FURTHEST_US)
        wish = Reservation(limit, within_seconds=_LONGEST_SECONDS, after_seconds=after_seconds)
        try:
            waits = await self._slots.reserve(wish)
        except Exception as error:
            raise HeldConnectionError("the shared limit of session starts cannot be read") from error
        if not waits:
            raise HeldConnectionError("the session starts of other shards come first")
        self._observe("identify", waits[0])
        return waits[0]
