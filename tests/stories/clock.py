"""A clock that only a test moves."""

import asyncio
from collections.abc import Callable
from datetime import datetime


class ManualClock:
    """A clock that shows what `read` returns. The worker sleeps on it until it is woken."""

    def __init__(self, read: Callable[[], datetime]) -> None:
        self._read = read
        self._wake: asyncio.Event | None = None
        self._alarm: datetime | None = None
        self._asleep = asyncio.Event()

    def now(self) -> datetime:
        """See `bot.scheduling.clock.Clock`."""
        return self._read()

    async def sleep_until(self, when: datetime | None, wake: asyncio.Event, *, busy: bool = False) -> None:
        """See `bot.scheduling.clock.Clock`; returns when woken, and `wake_if_due` does that."""
        self._alarm, self._wake = when, wake
        if not busy:
            self._asleep.set()
        await wake.wait()
        wake.clear()
        self._asleep.clear()

    def wake_if_due(self) -> bool:
        """Wake every sleeper whose alarm has passed; return whether any task is awake now."""
        if self._asleep.is_set() and self._wake is not None:
            if self._alarm is not None and self._alarm <= self.now():
                self._wake.set()
            return self._wake.is_set()
        return True

    async def until_asleep(self) -> None:
        """Return once everything that was due is done."""
        while self.wake_if_due():
            self._asleep.clear()
            await self._asleep.wait()

    def forget(self) -> None:
        """Start again without sleepers, for a process that restarts."""
        self._wake = self._alarm = None
        self._asleep.clear()
