"""Makes native events due to be reconciled, inside the units of work that change what they announce."""

from collections.abc import Collection
from datetime import datetime

from bot.scheduling import due_queue
from bot.scheduling.due_queue import DueKind
from bot.storage.database import Statements
from bot.storage.record import Stored


async def reconcile_event(statements: Statements, schedule_id: int, now: datetime) -> None:
    """Make the native event of a schedule due now, if it has one or should have one."""
    await _reconcile(statements, now, await statements.rows("event_of_schedule", schedule_id=schedule_id))


async def reconcile_events_of_room(statements: Statements, room_id: int, now: datetime) -> None:
    """Make the native events of a room's schedules due now."""
    await _reconcile(statements, now, await statements.rows("events_of_room", room_id=room_id))


async def reconcile_events_of_guild(statements: Statements, guild_id: int, now: datetime) -> None:
    """Make the native events of a server due now."""
    await _reconcile(statements, now, await statements.rows("events_wanted_in_guild", guild_id=guild_id))


async def reconcile_events_of_guilds(
    statements: Statements, guild_ids: Collection[int], now: datetime
) -> None:
    """Make the native events of many servers due now."""
    rows = await statements.rows("events_wanted")
    await _reconcile(statements, now, [each for each in rows if each["guild_id"] in guild_ids])


async def reconcile_begun_events(statements: Statements, session_id: int, now: datetime) -> None:
    """Make the native events of a session's room due that have begun, or begin when the session closes."""
    rows = await statements.rows("begun_events_of_session", session_id=session_id, now=now)
    await _reconcile(statements, now, rows)


async def begin_event(
    statements: Statements, schedule_id: int, planned_at: datetime, opened_at: datetime
) -> None:
    """Record that the session of a native event opened early; it was planned for `planned_at`."""
    await statements.run("begin_event", schedule_id=schedule_id, planned_at=planned_at, occurs_at=opened_at)


async def _reconcile(statements: Statements, at: datetime, rows: list[dict[str, Stored]]) -> None:
    for row in rows:
        schedule_id, guild_id = int(row["schedule_id"] or 0), int(row["guild_id"] or 0)
        await due_queue.set(statements, DueKind.NATIVE_EVENT, schedule_id, guild_id, at)
