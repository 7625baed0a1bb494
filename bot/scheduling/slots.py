"""Where slots of a limit come from: the memory of the one process, or the database that processes share."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from bot.scheduling.shared_limit import SharedLimit, reserve_slots, used_after
from bot.storage.database import Database, Statements

_MS = 1000
_PATIENCE_SECONDS = 2.0


class Slots(Protocol):
    """Reserves slots of limits. `sharers` is how many processes share them."""

    sharers: int

    async def reserve(
        self,
        limit: SharedLimit,
        count: int = 1,
        within_seconds: float | None = None,
        after_seconds: float = 0.0,
    ) -> Sequence[float]:
        """Reserve the next `count` slots; return in how many seconds from now each of them is.

        None of them is sooner than `after_seconds`. Reserves and returns none if the first is not within
        `within_seconds`.
        """
        ...


class MemorySlots:
    """Slots of a deployment with one process."""

    def __init__(self) -> None:
        self.sharers = 1
        self._used_until_ms: dict[str, int] = {}  # by limit

    async def reserve(
        self,
        limit: SharedLimit,
        count: int = 1,
        within_seconds: float | None = None,
        after_seconds: float = 0.0,
    ) -> Sequence[float]:
        """See `Slots`."""
        now_ms = int(asyncio.get_running_loop().time() * _MS)
        from_ms, latest_ms = _span(now_ms, after_seconds, within_seconds)
        used_until_ms = used_after(limit, self._used_until_ms.get(limit.name, 0), from_ms, count, latest_ms)
        if used_until_ms is None:
            return []
        self._used_until_ms[limit.name] = used_until_ms
        return _seconds_until(limit.slots(used_until_ms, from_ms, count), now_ms)


class SharedSlots:
    """Slots of a deployment with several processes, by the clock of their database."""

    def __init__(self, database: Database, sharers: int) -> None:
        self.sharers = sharers
        self._database = database

    async def reserve(
        self,
        limit: SharedLimit,
        count: int = 1,
        within_seconds: float | None = None,
        after_seconds: float = 0.0,
    ) -> Sequence[float]:
        """See `Slots`. Raises errors of the database, and TimeoutError after two seconds."""

        async def work(statements: Statements, now_ms: int) -> Sequence[float]:
            from_ms, latest_ms = _span(now_ms, after_seconds, within_seconds)
            slots = await reserve_slots(statements, limit, from_ms, count, latest_ms)
            return _seconds_until(slots, now_ms)

        async with asyncio.timeout(_PATIENCE_SECONDS):
            return await self._database.write_apart(work)


def slots_for(database: Database, sharers: int) -> Slots:
    """Return slots for a deployment with `sharers` processes."""
    return MemorySlots() if sharers == 1 else SharedSlots(database, sharers)


def _span(now_ms: int, after_seconds: float, within_seconds: float | None) -> tuple[int, int | None]:
    """Return the earliest and the latest time of the first slot (milliseconds since 1970; None: any)."""
    latest_ms = None if within_seconds is None else now_ms + int(within_seconds * _MS)
    return now_ms + int(after_seconds * _MS), latest_ms


def _seconds_until(slots: Sequence[int], now_ms: int) -> Sequence[float]:
    return [(at_ms - now_ms) / _MS for at_ms in slots]
