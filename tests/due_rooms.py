"""What the worker does about rooms when time passes, without cards: for tests that have no Discord."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.scheduling import due_queue
from bot.scheduling.due_queue import Due, DueKind
from bot.services import Services
from bot.storage.database import Statements
from tests.storage.manual_clock import ManualClock

_KINDS = (DueKind.OPEN_SESSION, DueKind.CLOSE_SESSION, DueKind.LEAVE_TIME)

Choose = Callable[[Sequence[Due]], Due]
"""Returns which of the rows that are due is acted on first."""


async def pass_time(
    services: Services, clock: ManualClock, minutes: float, choose: Choose = lambda dues: dues[0]
) -> None:
    """Move the clock on, and act on each row when it is due."""
    until = clock.now() + timedelta(minutes=minutes)
    while (at := await _next_due(services)) is not None and at <= until:
        clock.move_to(max(at, clock.now()))
        await act_on_due(services, clock.now(), choose)
    clock.move_to(until)


async def act_on_due(services: Services, now: datetime, choose: Choose = lambda dues: dues[0]) -> None:
    """Act on every row that is due at `now`, until there is none."""
    while dues := await _claim(services, now):
        due = choose(dues)
        if due.kind is DueKind.OPEN_SESSION:
            await services.sessions.open_scheduled(due)
        elif due.kind is DueKind.LEAVE_TIME:
            await services.ends.remove_leaving(due)
        else:
            await services.sessions.close_due(due)


async def _claim(services: Services, now: datetime) -> list[Due]:
    async def work(statements: Statements) -> list[Due]:
        return [
            due for kind in _KINDS for due in await due_queue.claim(statements, 0, kind, now, now, 100, ",")
        ]

    return await services.database.write(work)


async def _next_due(services: Services) -> datetime | None:
    async def work(statements: Statements) -> datetime | None:
        found = await due_queue.next_due(statements, 0, ",")
        return min((each.due_at for each in found if each.kind in _KINDS and each.due_at), default=None)

    return await services.database.read(work)
