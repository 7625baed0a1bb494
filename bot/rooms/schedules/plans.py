"""Plans in units of work: schedules with their changes, and when the worker opens their next session."""

from contextlib import suppress
from datetime import datetime, timedelta

from bot.rooms.card_due import update_card
from bot.rooms.model import Room
from bot.rooms.reconcile import reconcile_event
from bot.rooms.schedules.model import Plan, Schedule
from bot.rooms.schedules.rules import (
    has_occurrence_on,
    next_of,
    opening_after_timezone_update,
    shown_in_zone,
)
from bot.scheduling import due_queue
from bot.scheduling.days_off import DayOff
from bot.scheduling.due_queue import DueKind
from bot.scheduling.recurrence import Change
from bot.servers.service import find_settings
from bot.storage.database import Statements
from bot.storage.record import UnreadableRowError, to_model


async def plan_of(statements: Statements, schedule: Schedule) -> Plan:
    """Return a schedule with its changes and the server's days off.

    Raises UnreadableRowError if a change cannot be read: it may say to skip a session.
    """
    rows = await statements.rows("changes_of_schedule", schedule_id=schedule.schedule_id)
    days_off = await statements.all(DayOff, "days_off_of_schedule", schedule_id=schedule.schedule_id)
    return Plan(schedule, [to_model(Change, row) for row in rows], tuple(days_off))


async def find_plan(statements: Statements, schedule_id: int) -> Plan | None:
    """Return a plan by its schedule's id, or None."""
    schedule = await statements.one(Schedule, "get_schedule", schedule_id=schedule_id)
    return await plan_of(statements, schedule) if schedule else None


async def plans_of_room(statements: Statements, room_id: int) -> list[Plan]:
    """Return the room's schedules with their changes, oldest first, without those that cannot be read."""
    plans = []
    for schedule in await statements.all(Schedule, "schedules_of_room", room_id=room_id):
        with suppress(UnreadableRowError):
            plans.append(await plan_of(statements, schedule))
    return plans


async def next_opening(statements: Statements, room_id: int, after: datetime) -> datetime | None:
    """Return when a schedule opens the room next, later than `after` and than a pause, or None."""
    room = await statements.one(Room, "get_room", room_id=room_id)
    start = await after_pause(statements, room.guild_id, after) if room else after
    return None if start is None else next_of(await plans_of_room(statements, room_id), start)


async def after_pause(statements: Statements, guild_id: int, after: datetime) -> datetime | None:
    """Return the moment after which sessions open in a server, `after` or the end of a pause; None: never.

    A session that is planned for the very moment at which the pause ends still opens.
    """
    guild = await find_settings(statements, guild_id)
    if guild.paused_at is None:
        return after
    return None if guild.resumes_at is None else max(after, guild.resumes_at - timedelta(seconds=1))


async def set_next(statements: Statements, plan: Plan, after: datetime) -> None:
    """Make the plan due at its first occurrence later than `after`, if there is one.

    Also makes its native event due to be reconciled. Call this after every change of a plan.
    """
    await set_due(statements, plan, next_of([plan], after), after)
    await reconcile_event(statements, plan.schedule.schedule_id, after)


async def set_due(statements: Statements, plan: Plan, at: datetime | None, now: datetime) -> None:
    """Set when the worker opens a session of the plan (None: not at all); the room's card follows."""
    schedule_id = plan.schedule.schedule_id
    room = await statements.one(Room, "room_of_schedule", schedule_id=schedule_id)
    if room is not None:
        await due_queue.set(statements, DueKind.OPEN_SESSION, schedule_id, room.guild_id, at)
        await update_card(statements, room, now)


async def drop_changes(statements: Statements, plan: Plan, now: datetime) -> None:
    """Delete changes that are past, or of dates on which the schedule has no occurrence."""
    schedule = plan.schedule
    today, _ = shown_in_zone(now, schedule.zone)
    for each in plan.changes:
        last = max(each.local_date, each.moved_date or each.local_date)
        if last < today or not has_occurrence_on(schedule, each.local_date):
            await statements.run(
                "clear_change", schedule_id=schedule.schedule_id, local_date=each.local_date
            )


async def apply_timezone_update(statements: Statements, schedule_id: int, now: datetime) -> None:
    """Move the plan's next session to its wall time by the new zone rules, unless it is due already."""
    plan = await find_plan(statements, schedule_id)
    was_due = await due_queue.find(statements, DueKind.OPEN_SESSION, schedule_id)
    if plan is None or was_due is None or was_due <= now:
        return
    at = opening_after_timezone_update(plan, was_due, now)
    if at != was_due:
        await set_due(statements, plan, at, now)
        await reconcile_event(statements, schedule_id, now)


async def apply_days_off(statements: Statements, guild_id: int, now: datetime) -> None:
    """Set the next session of each of the server's plans by its days off, as they are now.

    A session that is due already still opens, unless it is on a day off.
    """
    for room in await statements.all(Room, "rooms_of_guild", guild_id=guild_id):
        for plan in await plans_of_room(statements, room.room_id):
            schedule_id = plan.schedule.schedule_id
            was_due = await due_queue.find(statements, DueKind.OPEN_SESSION, schedule_id)
            is_opening = was_due is not None and was_due <= now and not plan.is_off(was_due)
            if not is_opening and was_due != next_of([plan], now):
                await set_next(statements, plan, now)
