"""Rate limiters: they let callers go ahead one after another, at the pace of a limit.

Where several processes share a limit, each reserves a few slots at once, one for each caller that waits,
and reserves the next ones when these are used. So processes take turns, and none books far ahead.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.scheduling.slots import MemorySlots, Reservation, SharedLimit, Slots

log = logging.getLogger(__name__)

_AHEAD_US = 250_000  # how far ahead one reservation reaches
_AGAIN_SECONDS = 5.0  # after a failure, until the shared slots are asked for again
_TIMES_SLOWER = 20  # how much slower callers go ahead while slots cannot be reserved
_STALE_SECONDS = 0.05  # a slot that passed so long ago is not used: other processes have later ones by now


def _ignore(_: str, __: float) -> None:
    """Do nothing with the observation."""


class RateLimiter:
    """Lets callers go ahead in the order in which they came, at the pace of a limit.

    While a process cannot reserve shared slots, such as when it cannot reach the database, it goes ahead
    slowly: others may still use the whole limit, and all processes together add a twentieth to it.
    `observe` is called with the limit's name and how long a caller waited, in seconds.
    """

    def __init__(
        self,
        limit: SharedLimit,
        slots: Slots,
        observe: Callable[[str, float], None] = _ignore,
    ) -> None:
        self._limit = limit
        self._slots = slots
        slow_us = limit.interval_us * slots.sharers * _TIMES_SLOWER
        self._slow_limit = replace(limit, interval_us=slow_us, burst=1)
        self._own_slots = MemorySlots()
        self._observe = observe
        self._most_at_once = max(1, _AHEAD_US // limit.interval_us)
        self._order = asyncio.Lock()  # held by the caller whose turn it is
        self._waiting = 0
        self._reserved: deque[float] = deque()  # by the loop's time
        self._asks_again_at = 0.0  # by the loop's time; later than now only after a failure

    async def acquire(self) -> None:
        """Wait until the caller may go ahead."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        self._waiting += 1
        try:
            async with self._order:
                at = await self._next_slot()
                await asyncio.sleep(at - loop.time())
        finally:
            self._waiting -= 1
        self._observe(self._limit.name, loop.time() - begun)

    async def _next_slot(self) -> float:
        """Return the time of the next slot, by the loop's time.

        Of slots that all passed while they were reserved, the last one is used, so that callers go ahead
        however slow the database is.
        """
        loop = asyncio.get_running_loop()
        while self._reserved:  # some are left over, if callers were cancelled
            at = self._reserved.popleft()
            if at >= loop.time() - _STALE_SECONDS:
                return at
        waits = await self._reserve(min(self._waiting, self._most_at_once))
        now = loop.time()
        self._reserved.extend(now + seconds for seconds in waits)
        while len(self._reserved) > 1 and self._reserved[0] < now - _STALE_SECONDS:
            self._reserved.popleft()
        return self._reserved.popleft()

    async def _reserve(self, count: int) -> Sequence[float]:
        loop = asyncio.get_running_loop()
        if loop.time() >= self._asks_again_at:
            try:
                return await self._slots.reserve(Reservation(self._limit, count))
            except Exception as error:  # noqa: BLE001 - whatever fails there, callers go ahead
                self._asks_again_at = loop.time() + _AGAIN_SECONDS
                log.warning(
                    "slots of %s cannot be reserved (%s): going ahead slowly for %.0f s",
                    self._limit.name,
                    type(error).__name__,
                    _AGAIN_SECONDS,
                )
        return await self._own_slots.reserve(Reservation(self._slow_limit, 1))
