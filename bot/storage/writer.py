"""The writing half of a database: units of work that arrive together share a commit.

Each engine says how a batch of units is run.
"""

import asyncio
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from bot.errors import report
from bot.storage.database import Observer, TimedWork, Work

T = TypeVar("T")

_UNITS_PER_COMMIT = 64


def _ignore(_: str, __: float) -> None:
    """Do nothing with the observation."""


def _do_nothing() -> None:
    """Do nothing after a commit."""


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """How a unit ended: with a value, or with an error."""

    value: T | None
    error: BaseException | None
    sql_error: Exception | None = None  # the newest error of the engine inside, also if the unit caught it
    topics: frozenset[str] = frozenset()  # what it notified of; empty after an error


@dataclass(frozen=True, slots=True, eq=False)
class _Pending(Generic[T]):
    """A unit that has not run yet."""

    work: Work[T]
    result: asyncio.Future[T] | None  # None: no caller waits for it

    def finish(self, outcome: Outcome[T]) -> None:
        if outcome.error is not None:
            self.fail(outcome.error)
        elif self.result is not None:
            self.result.set_result(cast("T", outcome.value))

    def fail(self, error: BaseException) -> None:
        if self.result is None:
            report("a write that nobody waited for", error)
        elif isinstance(error, asyncio.CancelledError):
            self.result.cancel()
        else:
            self.result.set_exception(error)


class Writer(ABC):
    """Runs units in batches, in the order in which they were given. `Database` documents the methods."""

    def __init__(self, soon_seconds: float) -> None:
        self.observer: Observer = _ignore
        self.damaged = asyncio.Event()
        self.damage = ""
        self.wrote_at: float | None = None
        self.after_commit: Callable[[], None] = _do_nothing
        self._soon_seconds = soon_seconds
        self._callbacks: dict[str, list[Callable[[], None]]] = {}
        self._pending: deque[_Pending[Any]] = deque()
        self._batches: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._is_flushing = False
        self._lock = asyncio.Lock()  # held by a batch, or by who needs the writing connection alone

    async def write(self, work: Work[T]) -> T:
        """Run a unit in the next batch; return its result after the commit. See `Database.write`."""
        begun = time.perf_counter()
        result: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        unit = _Pending(work, result)
        self._pending.append(unit)
        self._start()
        try:
            value = await asyncio.shield(result)
        except asyncio.CancelledError:
            if result.done():
                raise
            if unit in self._pending:
                self._pending.remove(unit)
            else:
                await _wait_despite_cancel(result)
            raise
        self.observer("write", time.perf_counter() - begun)
        return value

    async def write_apart(self, work: TimedWork[T]) -> T:
        """See `Database`. With one process there is nothing to set apart."""
        now_us = time.time_ns() // 1000
        return await self.write(lambda statements: work(statements, now_us))

    def write_soon(self, work: Work[object]) -> None:
        """Run a unit in the next batch that a caller waits for, or after `soon_seconds`."""
        self._pending.append(_Pending(work, None))
        if len(self._pending) >= _UNITS_PER_COMMIT:
            self._flush()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._soon_seconds, self._flush)

    def subscribe(self, topic: str, callback: Callable[[], None]) -> None:
        """See `Database`."""
        self._callbacks.setdefault(topic, []).append(callback)

    async def finish(self) -> None:
        """Run everything that is pending and return when it is committed."""
        while self._pending or (self._batches is not None and not self._batches.done()):
            self._flush()
            if self._batches is not None:
                await asyncio.wait([self._batches])

    @abstractmethod
    async def run_units(self, works: Sequence[Work[Any]]) -> list[Outcome[Any]]:
        """Run units one after the other and commit them together; return how each ended.

        A unit that raises an error is rolled back alone. Raises an error if nothing of any unit is saved.
        """

    @abstractmethod
    def note_sql_error(self, error: BaseException) -> None:
        """Note an error of the engine: `wrote_at` is None from then on, and a damaged database is one."""

    def _start(self) -> None:
        if self._batches is None or self._batches.done():
            self._batches = asyncio.create_task(self._run_batches())

    def _flush(self) -> None:
        """Run the pending units even if no caller waits for them."""
        self._is_flushing = True
        self._start()

    def _is_due(self) -> bool:
        return self._is_flushing or any(unit.result is not None for unit in self._pending)

    async def _run_batches(self) -> None:
        while self._pending and self._is_due():
            async with self._lock:
                count = min(len(self._pending), _UNITS_PER_COMMIT)
                batch = [self._pending.popleft() for _ in range(count)]
                if batch:  # callers may have been cancelled meanwhile
                    await self._run_batch(batch)
            self._stop_timer()
        self._is_flushing = False

    def _stop_timer(self) -> None:
        if self._timer is not None and not any(unit.result is None for unit in self._pending):
            self._timer.cancel()
            self._timer = None

    async def _run_batch(self, batch: list[_Pending[Any]]) -> None:
        try:
            outcomes = await self.run_units([unit.work for unit in batch])
        except BaseException as error:
            self.note_sql_error(error)
            for unit in batch:
                unit.fail(error)
            if not isinstance(error, Exception):
                raise
            return
        self.wrote_at = time.monotonic()
        for unit, outcome in zip(batch, outcomes, strict=True):
            if outcome.sql_error is not None:
                self.note_sql_error(outcome.sql_error)
            unit.finish(outcome)
        self.after_commit()
        self.announce(frozenset().union(*(outcome.topics for outcome in outcomes)))

    def topics_of_others(self, outcomes: Iterable[Outcome[Any]]) -> set[str]:
        """Return what units notified of that nobody in this process subscribed to."""
        return {topic for outcome in outcomes for topic in outcome.topics} - self._callbacks.keys()

    def announce(self, topics: Iterable[str]) -> None:
        """Call the subscribers of these topics, after a commit here or in another process."""
        for topic in sorted(topics):
            for callback in self._callbacks.get(topic, ()):
                try:
                    callback()
                except Exception as error:  # noqa: BLE001 - the others are still called
                    report(f"a subscriber of {topic}", error)


async def _wait_despite_cancel(future: asyncio.Future[Any]) -> None:
    """Wait until `future` is done, however often the caller is cancelled, and ignore its error."""
    while not future.done():
        with suppress(asyncio.CancelledError):
            await asyncio.wait([future])
    if not future.cancelled():
        future.exception()  # else asyncio logs that it was never retrieved
