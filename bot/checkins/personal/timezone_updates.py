"""Personal check-ins after an update of the time zone database."""

from functools import partial

from bot.checkins.personal.cadence import Cadence, after_timezone_update
from bot.checkins.personal.outbox import find_due, set_due
from bot.scheduling.clock import Clock
from bot.storage.database import Database, Statements

_MOVED_AT_ONCE = 200  # cadences in one unit of work


async def apply_timezone_update(database: Database, clock: Clock) -> None:
    """Move every check-in that is ahead to its local time by the time zones' rules as they are now."""
    now, beyond = clock.now(), 0

    async def work(statements: Statements, beyond: int) -> list[Cadence]:
        ahead = await statements.all(
            Cadence, "cadences_due_later", now=now, beyond=beyond, most=_MOVED_AT_ONCE
        )
        for cadence in ahead:
            was_due = await find_due(statements, cadence.cadence_id)
            at = after_timezone_update(cadence, was_due or now, now)
            if at != was_due:
                await set_due(statements, cadence, at)
        return ahead

    while moved := await database.write(partial(work, beyond=beyond)):
        beyond = moved[-1].cadence_id
