"""Slots: moments at which one thing that is limited may be done, such as a request to Discord.

All processes of a deployment share a limit: they reserve its slots one after another, in the database or,
where there is only one process, in its memory. Whoever reserves slots gets their times, now or later.
Times are in microseconds since 1970, by whichever clock those who share a limit have in common.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from bot.storage.database import Database, Statements

SECOND_US = 1_000_000
_WEEK_US = 7 * 24 * 60 * 60 * SECOND_US
_PATIENCE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class SharedLimit:
    """One slot every `interval_us`, and after a pause `burst` of them at once.

    `name` identifies the limit in the database. A row that is more than `furthest_us` ahead was written
    by a clock that was wrong, and is ignored.
    """

    name: str
    interval_us: int
    burst: int = 1
    furthest_us: int = _WEEK_US

    @property
    def burst_us(self) -> int:
        """How long the extra slots of a burst would take at the normal interval."""
        return self.interval_us * (self.burst - 1)

    def slots(self, used_until_us: int, now_us: int, count: int) -> list[int]:
        """Return the times of the last `count` slots that were reserved, none earlier than `now_us`. Pure.

        `used_until_us` is when all slots reserved so far would end if there were no bursts.
        """
        first = used_until_us - count * self.interval_us - self.burst_us
        return [max(now_us, first + number * self.interval_us) for number in range(count)]


def per_second(name: str, count: int, burst: int = 1) -> SharedLimit:
    """Return a limit that gives at most `count` slots in any second, `burst` of them at once."""
    interval_us = -(-SECOND_US // max(1, count - burst + 1))
    return SharedLimit(name, interval_us, burst, furthest_us=60 * SECOND_US)


@dataclass(frozen=True, slots=True)
class Reservation:
    """A wish for the next `count` slots of a limit, none of them sooner than `after_seconds`.

    If the first one is not within `within_seconds`, none is reserved.
    """

    limit: SharedLimit
    count: int = 1
    within_seconds: float | None = None
    after_seconds: float = 0.0

    def span(self, now_us: int) -> tuple[int, int | None]:
        """Return the earliest and the latest time of the first slot (None: any)."""
        latest_us = None if self.within_seconds is None else now_us + int(self.within_seconds * SECOND_US)
        return now_us + int(self.after_seconds * SECOND_US), latest_us


class Slots(Protocol):
    """Reserves slots of limits. `sharers` is how many processes share them."""

    sharers: int

    async def reserve(self, wish: Reservation) -> Sequence[float]:
        """Reserve slots; return in how many seconds from now each of them is.

        A number is negative if the slot passed while it was reserved.
        """
        ...


class MemorySlots:
    """Slots of a deployment with one process."""

    def __init__(self) -> None:
        self.sharers = 1
        self._used_until_us: dict[str, int] = {}  # by limit

    async def reserve(self, wish: Reservation) -> Sequence[float]:
        """See `Slots`."""
        limit, count = wish.limit, wish.count
        now_us = int(asyncio.get_running_loop().time() * SECOND_US)
        from_us, latest_us = wish.span(now_us)
        used_until_us = used_after(limit, self._used_until_us.get(limit.name, 0), from_us, count, latest_us)
        if used_until_us is None:
            return []
        self._used_until_us[limit.name] = used_until_us
        return _seconds_until(limit.slots(used_until_us, from_us, count), now_us)


class SharedSlots:
    """Slots of a deployment with several processes, by the clock of their database."""

    def __init__(
        self, database: Database, sharers: int, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.sharers = sharers
        self._database = database
        self._monotonic = monotonic

    async def reserve(self, wish: Reservation) -> Sequence[float]:
        """See `Slots`. Raises errors of the database, and TimeoutError after two seconds."""

        async def work(statements: Statements, now_us: int) -> tuple[Sequence[float], float]:
            read_at = self._monotonic()
            from_us, latest_us = wish.span(now_us)
            slots = await reserve_slots(statements, wish.limit, from_us, wish.count, latest_us)
            return _seconds_until(slots, now_us), read_at

        async with asyncio.timeout(_PATIENCE_SECONDS):
            waits, read_at = await self._database.write_apart(work)
        elapsed = self._monotonic() - read_at  # since the database's clock was read
        return [seconds - elapsed for seconds in waits]


def slots_for(database: Database, sharers: int) -> Slots:
    """Return slots for a deployment with `sharers` processes."""
    return MemorySlots() if sharers == 1 else SharedSlots(database, sharers)


def used_after(
    limit: SharedLimit, used_until_us: int, now_us: int, count: int, latest_us: int | None = None
) -> int | None:
    """Return the new `used_until_us` after `count` slots, or None if the first is after `latest_us`. Pure.

    The statement `reserve_slots` follows the same rule.
    """
    if not now_us <= used_until_us <= now_us + limit.furthest_us:
        used_until_us = now_us
    if latest_us is not None and used_until_us - limit.burst_us > latest_us:
        return None
    return used_until_us + count * limit.interval_us


async def reserve_slots(
    statements: Statements, limit: SharedLimit, now_us: int, count: int = 1, latest_us: int | None = None
) -> Sequence[int]:
    """Reserve the next `count` slots in a unit of work; return their times, `now_us` or later.

    Reserves and returns none if the first of them is after `latest_us`.
    """
    furthest_us = now_us + limit.furthest_us
    taken_us = count * limit.interval_us
    used_until = await statements.value(
        "reserve_slots",
        name=limit.name,
        now_us=now_us,
        furthest_us=furthest_us,
        latest_us=furthest_us if latest_us is None else latest_us + limit.burst_us,
        taken_us=taken_us,
        from_now_us=now_us + taken_us,
    )
    return [] if used_until is None else limit.slots(int(used_until), now_us, count)


async def hold_slots(statements: Statements, limit: SharedLimit, until_us: int) -> None:
    """Give out no slot before `until_us`; slots that are reserved already stay."""
    await statements.run("extend_used_until", name=limit.name, used_until_us=until_us + limit.burst_us)


def to_us(moment: datetime) -> int:
    """Return an aware datetime in microseconds since 1970."""
    return (moment - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1)


def from_us(microseconds: int) -> datetime:
    """Return microseconds since 1970 as an aware datetime in UTC."""
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=microseconds)


def _seconds_until(slots: Sequence[int], now_us: int) -> Sequence[float]:
    return [(at_us - now_us) / SECOND_US for at_us in slots]
