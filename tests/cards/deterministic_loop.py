"""A deterministic event loop: its time is simulated, and SQLite and file calls run without threads.

So a story that runs twice has the same steps in the same order, and an hour in it takes no real time.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import aiosqlite.core
import discord
import pytest

T = TypeVar("T")

_EPOCH = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class _Selector(selectors.DefaultSelector):
    """A selector that never waits: when nothing is left to do it ends `settle` or advances the time."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0
        self.idle: list[asyncio.Future[None]] = []

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """See `selectors`. Raises RuntimeError if every task waits and no timer is set."""
        ready: list[tuple[selectors.SelectorKey, int]] = super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        waiting, self.idle = self.idle, []
        for each in waiting:
            each.set_result(None)
        if not waiting:
            if timeout is None:
                raise RuntimeError("everybody waits for somebody else")
            self.seconds += timeout
        return ready


class DeterministicLoop(asyncio.SelectorEventLoop):
    """An event loop with simulated time."""

    def __init__(self) -> None:
        self._steady = _Selector()
        super().__init__(self._steady)
        self.set_debug(False)

    def time(self) -> float:
        """Return the seconds since the story began."""
        return self._steady.seconds

    async def settle(self) -> None:
        """Return when no task can continue before the time advances."""
        done = self.create_future()
        self._steady.idle.append(done)
        await done


def now() -> datetime:
    """Return the present moment of the story that runs."""
    return _EPOCH + timedelta(seconds=asyncio.get_running_loop().time())


class StoryClock:
    """The clock of the story that runs; see `bot.scheduling.clock.Clock`."""

    def now(self) -> datetime:
        return now()

    async def sleep_until(self, when: datetime | None, wake: asyncio.Event, *, busy: bool = False) -> None:
        del busy
        seconds = None if when is None else max(0.0, (when - now()).total_seconds())
        waiting = asyncio.create_task(wake.wait())
        await asyncio.wait([waiting], timeout=seconds)
        waiting.cancel()
        wake.clear()


class _InPlace:
    """Replaces the queue to aiosqlite's thread: runs each call at once, in order."""

    def put_nowait(self, work: tuple[asyncio.Future[Any] | None, Callable[[], Any]]) -> None:
        future, function = work
        if future is None:
            function()
            return
        try:
            found = function()
        except Exception as error:  # noqa: BLE001 - passed to the caller, as the thread does
            future.get_loop().call_soon(_tell, future, None, error)
        else:
            future.get_loop().call_soon(_tell, future, found, None)


def _tell(future: asyncio.Future[Any], found: object, error: Exception | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(found)
    else:
        future.set_exception(error)


async def _in_place(function: Callable[..., T], *given: Any, **named: Any) -> T:
    """Replace `asyncio.to_thread`."""
    return function(*given, **named)


class _NoThread:
    def __init__(self, **_: object) -> None:
        """Take the arguments of a thread, and ignore them."""

    def start(self) -> None:
        """Do nothing: there is no thread."""


def run_deterministic(story: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a story in a deterministic loop and return its result."""
    with pytest.MonkeyPatch.context() as patch, asyncio.Runner(loop_factory=DeterministicLoop) as runner:
        patch.setattr(aiosqlite.core, "SimpleQueue", _InPlace)
        patch.setattr(aiosqlite.core, "Thread", _NoThread)
        patch.setattr(asyncio, "to_thread", _in_place)
        patch.setattr(discord.utils, "utcnow", now)
        return runner.run(story())


def settle() -> Awaitable[None]:
    """Return when no task of the running story can continue before the time advances."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, DeterministicLoop)
    return loop.settle()
