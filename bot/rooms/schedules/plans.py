"""Plans from and to the database: what is read with a schedule, and when the worker is to come back."""

from datetime import datetime

from bot.rooms.model import Room
from bot.rooms.reconcile import reconcile_event
from bot.rooms.schedules.model import Plan, Schedule
from bot.rooms.schedules.rules import next_of
from bot.scheduling import due_queue
from bot.scheduling.due_queue import DueKind
from bot.scheduling.recurrence import Change
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
    await reconcile_event(tx, plan.schedule.schedule_id, after)
    return at


async def set_due(tx: Statements, plan: Plan, at: datetime | None) -> None:
    """Let the worker open the plan's room at a moment, or (None) not at all."""
    schedule_id = plan.schedule.schedule_id
    room = await tx.one(Room, "room_of_schedule", schedule_id=schedule_id)
    if room is not None:
        await due_queue.set(tx, DueKind.OPEN_SESSION, schedule_id, room.guild_id, at)
