"""What tests of the worker have in common: due rows, and actions that record or take long."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from bot.scheduling import due_queue
from bot.scheduling.due_queue import Due, DueKind
from bot.services import Services
from tests.storage.manual_clock import MONDAY_NOON, ManualClock
from tests.storage.scratch import query
from tests.storage.units import PATIENCE_SECONDS

T = TypeVar("T")
LEASE = timedelta(seconds=60)


async def add(
    services: Services, number: int, at: datetime = MONDAY_NOON, kind: DueKind = DueKind.CHECKIN
) -> None:
    await services.database.write(
        lambda statements: due_queue.set(statements, kind, number, due_queue.NO_GUILD, at)
    )


async def clear(services: Services, due: Due) -> None:
    await services.database.write(lambda statements: due_queue.cancel(statements, due.kind, due.subject_id))


async def claim(services: Services, clock: ManualClock) -> list[Due]:
    """Claim the due check-ins as another process would, which does not know what is running here."""
    now = clock.now()
    return await services.database.write(
        lambda statements: due_queue.claim(statements, 0, DueKind.CHECKIN, now, now + LEASE, 32, ",")
    )


def due_at(path: Path) -> list[object]:
    return [row[0] for row in query(path, "SELECT due_at FROM due ORDER BY subject_id")]


class ActedOn:
    """Records the due rows of some kinds on which the worker acts, and cancels them."""

    def __init__(self, services: Services, *kinds: DueKind) -> None:
        self.rows: list[tuple[DueKind, int]] = []
        self._services = services
        for kind in kinds:
            services.worker.on(kind, self.act)

    async def act(self, due: Due) -> None:
        self.rows.append((due.kind, due.subject_id))
        await clear(self._services, due)


class RecordedAction:
    """An action that records its calls; the first `failures` of them fail."""

    def __init__(self, services: Services, failures: int = 0) -> None:
        self._services = services
        self._failures = failures
        self.done: list[Due] = []
        self.at_once: Counter[int] = Counter()
        self.finished = asyncio.Event()

    async def act(self, due: Due) -> None:
        self.at_once[due.subject_id] += 1
        assert self.at_once[due.subject_id] == 1
        await asyncio.sleep(0)
        self.done.append(due)
        self.at_once[due.subject_id] -= 1
        if self._failures:
            self._failures -= 1
            raise ConnectionError
        await clear(self._services, due)
        self.finished.set()


@asynccontextmanager
async def running(services: Services, clock: ManualClock) -> AsyncIterator[None]:
    """Run the worker; yield once it sleeps for the first time."""
    task = asyncio.create_task(services.worker.run())
    await asyncio.wait(
        {task, asyncio.create_task(clock.asleep.wait())}, return_when=asyncio.FIRST_COMPLETED
    )
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


class SlowAction:
    """An action that runs until `let_go` is set."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.begun: list[Due] = []
        self.let_go = asyncio.Event()

    async def act(self, due: Due) -> None:
        self.begun.append(due)
        await self.let_go.wait()
        await clear(self._services, due)


@asynccontextmanager
async def running_busily(services: Services) -> AsyncIterator[None]:
    """Run the worker without waiting until it is idle."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        task = asyncio.create_task(services.worker.run())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def until(condition: Callable[[], object]) -> None:
    """Return once `condition` is true; the worker's threads and tasks run meanwhile."""
    while not condition():  # noqa: ASYNC110 - what is waited for has no event, and nothing sleeps
        await asyncio.sleep(0)
