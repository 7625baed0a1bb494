"""Plans from and to the database: what is read with a schedule, and when the worker is to come back."""

from datetime import datetime

from bot.rooms.schedules.model import Plan, Schedule
from bot.rooms.schedules.rules import next_of
from bot.scheduling.recurrence import Change
from bot.scheduling.worker import DueKind
from bot.storage.database import Statements


async def plan_of(read: Statements, schedule: Schedule) -> Plan:
    """Return a schedule with its changes."""
    schedule_id = schedule.schedule_id
    return Plan(schedule, await read.all(Change, "changes_of_schedule", schedule_id=schedule_id))


async def find_plan(read: Statements, schedule_id: int) -> Plan | None:
    """Return a plan by its schedule's number, or None."""
    schedule = await read.one(Schedule, "get_schedule", schedule_id=schedule_id)
    return await plan_of(read, schedule) if schedule else None


async def plans_of_room(read: Statements, room_id: int) -> list[Plan]:
    """Return the room's schedules with their changes, oldest first."""
    schedules = await read.all(Schedule, "schedules_of_room", room_id=room_id)
    return [await plan_of(read, schedule) for schedule in schedules]


async def set_next(tx: Statements, plan: Plan, after: datetime) -> datetime | None:
    """Let the worker come at the plan's first occurrence later than `after`, and return when that is.

    None: there is none, and the worker does not come. Every change of a plan ends here.
    """
    at = next_of([plan], after)
    await set_due(tx, plan, at)
    await tx.run("look_after_event", schedule_id=plan.schedule.schedule_id, now=after)
    return at


async def set_due(tx: Statements, plan: Plan, at: datetime | None) -> None:
    """Let the worker open the plan's room at a moment, or (None) not at all."""
    schedule_id = plan.schedule.schedule_id
    if at is None:
        await tx.run("clear_due", kind=DueKind.OPEN, subject_id=schedule_id)
    else:
        await tx.run("set_due", kind=DueKind.OPEN, subject_id=schedule_id, occurs_at=at)
