"""Which steps a schedule's native event needs, from what is saved about its sessions."""

from dataclasses import replace
from datetime import datetime

from bot.rooms.events.model import EventPlan, NativeEvent
from bot.rooms.events.rules import steps
from bot.rooms.model import Room
from bot.rooms.rules import fit, whole_minutes
from bot.rooms.schedules.model import Plan, Schedule
from bot.rooms.schedules.plans import find_plan, next_opening
from bot.rooms.schedules.rules import upcoming
from bot.rooms.sessions.model import Phase, Session
from bot.rooms.sessions.rules import begins_at
from bot.scheduling import due_queue
from bot.scheduling.due_queue import DueKind
from bot.scheduling.recurrence import Occurrence
from bot.scheduling.wall_time import local_date
from bot.servers.service import find_settings
from bot.storage.database import Statements


async def plan_event(statements: Statements, schedule_id: int, now: datetime) -> EventPlan:
    """Return the steps that a schedule's event needs at `now`."""
    saved = await statements.one(NativeEvent, "get_event", schedule_id=schedule_id)
    room = await statements.one(Room, "room_of_schedule", schedule_id=schedule_id)
    schedule = await find_plan(statements, schedule_id)
    paused = room is not None and (await find_settings(statements, room.guild_id)).paused_at is not None
    session = await _session_of(statements, room)
    following = _following(schedule, session, saved, now) if schedule and not paused else None
    is_waiting = session is not None and session.following_schedule_id == schedule_id
    own = session if session is not None and _is_own(session, schedule_id, saved) else None
    opens_at = await due_queue.find(statements, DueKind.OPEN_SESSION, schedule_id)
    todo = steps(
        saved,
        following.at if following else None,
        now,
        is_wanted=schedule is not None and room is not None and room.has_events,
        is_open=own is not None,
        is_opening=is_waiting or (saved is not None and opens_at == saved.occurs_at and not paused),
        is_skipped=saved is not None and schedule is not None and _is_skipped(schedule, saved),
    )
    minutes = await _minutes(statements, schedule.schedule, following) if schedule else 0
    closes_at = begins_at(own, Phase.CLOSED) if own else None
    return EventPlan(schedule_id, saved, room, minutes, following, closes_at, todo)


def _following(
    plan: Plan, session: Session | None, saved: NativeEvent | None, now: datetime
) -> Occurrence | None:
    """Return the next occurrence of a plan, which begins after the open session of the room, if any."""
    one = next(iter(upcoming(plan, now, 1)), None)
    if session is None:
        return one
    closes = begins_at(session, Phase.CLOSED)
    if session.following_schedule_id == plan.schedule.schedule_id:
        day = saved.local_date if saved else local_date(now, plan.schedule.zone)
        return Occurrence(closes, day)
    return replace(one, at=closes) if one is not None and session.opened_at < one.at < closes else one


def _is_own(session: Session, schedule_id: int, saved: NativeEvent | None) -> bool:
    """Return whether a session is the one that an event announces, also if another schedule opened it."""
    is_scheduled = session.schedule_id is not None
    begins_then = saved is not None and session.opened_at == saved.occurs_at
    return session.schedule_id == schedule_id or (is_scheduled and begins_then)


async def _minutes(statements: Statements, schedule: Schedule, following: Occurrence | None) -> int:
    """Return how long the next session of a schedule lasts, in minutes, with breaks."""
    if following is None:
        return whole_minutes(schedule.minutes, schedule.rounds)
    until = await next_opening(statements, schedule.room_id, following.at)
    length = fit(following.at, schedule.minutes, schedule.rounds, until)
    return int((length.closes_at - following.at).total_seconds() // 60)


def _is_skipped(plan: Plan, saved: NativeEvent) -> bool:
    """Return whether the occurrence that an event announces was skipped, or is on a day off."""
    skipped = {each.local_date for each in plan.changes if each.is_skip}
    return saved.local_date in skipped or plan.is_off(saved.occurs_at)


async def _session_of(statements: Statements, room: Room | None) -> Session | None:
    """Return the session that is open in a room."""
    if room is None:
        return None
    return await statements.one(Session, "session_of_room", room_id=room.room_id)
