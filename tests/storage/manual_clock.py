"""A clock for tests that moves only when the test moves it."""

import asyncio
from datetime import UTC, datetime, timedelta

MONDAY_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class ManualClock:
    """The time is what was set. `asleep` is set while a task sleeps, until its `wake` event or `stir`."""

    def __init__(self) -> None:
        self._now = MONDAY_NOON
        self.until: datetime | None = None
        self.asleep = asyncio.Event()
        self._stirred = asyncio.Event()

    def now(self) -> datetime:
        return self._now

    def move(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        self._now += timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)

    def move_to(self, moment: datetime) -> None:
        self._now = moment

    def look_again(self) -> None:
        """Let the task that sleeps look at the time again."""
        self._stirred.set()

    async def stir(self) -> None:
        """Let the task that sleeps look at the time again, and return once it sleeps again."""
        self.asleep.clear()
        self._stirred.set()
        await self.asleep.wait()

    async def sleep_until(self, when: datetime | None, wake: asyncio.Event, *, busy: bool = False) -> None:
        self.until = when
        if not busy:
            self.asleep.set()
        either = [asyncio.create_task(event.wait()) for event in (wake, self._stirred)]
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in either:
                task.cancel()
        wake.clear()
        self._stirred.clear()
