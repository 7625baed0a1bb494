"""Personal check-ins after an update of the time zone database."""

from functools import partial

from bot.checkins.personal.cadence import Cadence, after_timezone_update
from bot.checkins.personal.outbox import find_due, set_due
from bot.scheduling.clock import Clock
from bot.storage.database import Database, Statements
from bot.storage.record import to_models

_MOVED_AT_ONCE = 200  # cadences in one unit of work


async def apply_timezone_update(database: Database, clock: Clock) -> None:
    """Reschedule every future check-in to its local time by the time zones' current rules."""
    now, beyond = clock.now(), 0

    async def work(statements: Statements, beyond: int) -> int | None:
        """Reschedule the cadences after number `beyond`; return the last one's number."""
        rows = await statements.rows("cadences_due_later", now=now, beyond=beyond, most=_MOVED_AT_ONCE)
        for cadence in to_models(Cadence, rows):
            was_due = await find_due(statements, cadence.cadence_id)
            at = after_timezone_update(cadence, was_due or now, now)
            if at != was_due:
                await set_due(statements, cadence, at)
        return int(rows[-1]["cadence_id"] or 0) if rows else None

    while (last := await database.write(partial(work, beyond=beyond))) is not None:
        beyond = last
