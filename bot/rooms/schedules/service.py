"""Schedules: moderators add, change and remove recurring times, and single occurrences of them."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

from bot.errors import RefusalError, require_seen
from bot.rooms.card_due import update_card
from bot.rooms.lookup import get_room
from bot.rooms.model import Room
from bot.rooms.reconcile import reconcile_event
from bot.rooms.schedules.checks import check_date, checked, is_same_time
from bot.rooms.schedules.model import ComingSession, Plan, Schedule, Span
from bot.rooms.schedules.overlaps import first_overlap, length, overlap_of_one
from bot.rooms.schedules.plans import (
    after_pause,
    apply_timezone_update,
    drop_changes,
    find_plan,
    plan_of,
    plans_of_room,
    set_next,
)
from bot.rooms.schedules.rules import MOST_CHANGES, upcoming, upcoming_until
from bot.rooms.schedules.saving import columns_of, save_new
from bot.scheduling import due_queue
from bot.scheduling.clock import Clock
from bot.scheduling.due_queue import DueKind
from bot.scheduling.recurrence import Occurrence
from bot.scheduling.wall_time import at_wall_time
from bot.storage.database import Database, Statements
from bot.storage.record import UnreadableRowError

_MOST_AHEAD = 400  # occurrences of a schedule that can be named: a year of every day


class Schedules:
    """Adds, finds, changes and removes recurring times.

    Methods that are given `schedule_id` raise RefusalError if the server has no such schedule. Those that
    are given `seen`, the fingerprint of the plan as a moderator saw it, raise StaleError if it was changed
    since.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def of_room(self, room_id: int) -> list[Schedule]:
        """Return the room's recurring times, oldest first."""

        async def work(statements: Statements) -> list[Schedule]:
            return await statements.all(Schedule, "schedules_of_room", room_id=room_id)

        return await self._database.read(work)

    async def of_guild(self, guild_id: int) -> list[tuple[Room, Plan]]:
        """Return every plan of the server with its room."""

        async def work(statements: Statements) -> list[tuple[Room, Plan]]:
            return [
                (room, plan)
                for room in await statements.all(Room, "rooms_of_guild", guild_id=guild_id)
                for plan in await plans_of_room(statements, room.room_id)
            ]

        return await self._database.read(work)

    async def coming(self, guild_id: int, until: datetime) -> list[ComingSession]:
        """Return the sessions that the server's schedules open before `until`, earliest first.

        Sessions during a pause of the server are left out.
        """
        now = self._clock.now()
        start = await self._database.read(partial(after_pause, guild_id=guild_id, after=now))
        if start is None:
            return []
        found = [
            ComingSession(room, plan.schedule, each)
            for room, plan in await self.of_guild(guild_id)
            for each in upcoming_until(plan, start, until)
        ]
        return sorted(found, key=lambda each: each.occurrence.at)

    async def get(self, guild_id: int, schedule_id: int) -> Plan:
        """Return one of the server's plans."""
        return await self._database.read(partial(_get_plan, guild_id=guild_id, schedule_id=schedule_id))

    def upcoming(self, plan: Plan, most: int) -> list[Occurrence]:
        """Return the plan's next occurrences, up to `most`."""
        return upcoming(plan, self._clock.now(), most)

    async def add(
        self,
        guild_id: int,
        room_id: int,
        weekdays: int,
        local_minute: int,
        zone: str,
        minutes: int,
        span: Span = Span(),  # noqa: B008 - frozen, so one for all calls is safe
        rounds: int = 1,
    ) -> Schedule:
        """Add a recurring time (bit 0 of `weekdays` is Monday).

        If `span` leaves weeks out, its first date becomes that of the first session. Raises RefusalError if
        the server has no such room, or the room has too many schedules or one at the same time, or if the
        zone, length or dates are not allowed, for example a first date that has passed.
        """
        now = self._clock.now()
        weeks = (span.every_weeks, span.from_date, span.until_date, span.week_start)
        wanted = checked(Schedule(0, room_id, weekdays, local_minute, zone, minutes, *weeks, rounds), now)

        async def work(statements: Statements) -> Schedule:
            await get_room(statements, guild_id, room_id)
            schedule = await save_new(statements, wanted)
            plan = await plan_of(statements, schedule)
            await _check_overlap(statements, plan, now)
            await set_next(statements, plan, now)
            return schedule

        return await self._database.write(work)

    async def edit(self, guild_id: int, wanted: Schedule, *, seen: int) -> Plan:
        """Replace the schedule with the id of `wanted`, in the same room; return the updated plan.

        Deletes changes to occurrences that it no longer has. With `every_weeks` above 1, weeks are counted
        from the next session if the schedule has not begun, or if `every_weeks` or `from_date` changes.
        Raises RefusalError as `add` does, and if another schedule of the room has the very same time.
        """
        now, schedule_id = self._clock.now(), wanted.schedule_id

        async def work(statements: Statements) -> Plan:
            plan = await _get_seen(statements, guild_id, schedule_id, seen)
            schedule = replace(checked(wanted, now, plan.schedule), room_id=plan.schedule.room_id)
            known = await statements.all(Schedule, "schedules_of_room", room_id=schedule.room_id)
            if any(is_same_time(each, schedule) for each in known if each != plan.schedule):
                raise RefusalError("refusals.schedule_exists")
            await _check_overlap(statements, replace(plan, schedule=schedule), now)
            await statements.run("edit_schedule", **columns_of(schedule), schedule_id=schedule_id)
            await drop_changes(statements, replace(plan, schedule=schedule), now)
            return await _reschedule(statements, guild_id, schedule_id, now)

        return await self._database.write(work)

    async def skip(self, guild_id: int, schedule_id: int, day: date, *, seen: int | None = None) -> Plan:
        """Skip the occurrence of a local date.

        Raises RefusalError if no future one is planned for that date.
        """
        now = self._clock.now()

        async def work(statements: Statements) -> Plan:
            plan = await _get_seen(statements, guild_id, schedule_id, seen)
            return await _change(statements, guild_id, plan, day, None, now)

        return await self._database.write(work)

    async def move(
        self, guild_id: int, schedule_id: int, day: date, to: date, minute: int, *, seen: int | None = None
    ) -> Plan:
        """Move the occurrence of a local date to another local date and minute.

        Raises RefusalError if no future one is planned for that date, and for a time that has passed.
        """
        now = self._clock.now()
        check_date(to, now)

        async def work(statements: Statements) -> Plan:
            plan = await _get_seen(statements, guild_id, schedule_id, seen)
            if at_wall_time(to, minute, plan.schedule.zone) <= now:
                raise RefusalError("refusals.move_passed")
            changed = await _change(statements, guild_id, plan, day, (to, minute), now)
            await _check_overlap(statements, changed, now, day)
            return changed

        return await self._database.write(work)

    async def restore(self, guild_id: int, schedule_id: int, day: date, *, seen: int | None = None) -> Plan:
        """Undo a skip or a move. Raises RefusalError if the occurrence of that date has neither."""
        now = self._clock.now()

        async def work(statements: Statements) -> Plan:
            await _get_seen(statements, guild_id, schedule_id, seen)
            if not await statements.run("clear_change", schedule_id=schedule_id, local_date=day):
                raise RefusalError("refusals.occurrence_unchanged")
            restored = await _reschedule(statements, guild_id, schedule_id, now)
            await _check_overlap(statements, restored, now, day)
            return restored

        return await self._database.write(work)

    async def remove(
        self, guild_id: int, schedule_id: int, *, seen: int | None = None
    ) -> tuple[Room, Schedule]:
        """Remove a recurring time; return it with its room."""
        now = self._clock.now()

        async def work(statements: Statements) -> tuple[Room, Schedule]:
            schedule = (await _get_seen(statements, guild_id, schedule_id, seen)).schedule
            await due_queue.cancel(statements, DueKind.OPEN_SESSION, schedule_id)
            await reconcile_event(statements, schedule_id, now)
            await statements.run("remove_schedule", schedule_id=schedule_id)
            room = await get_room(statements, guild_id, schedule.room_id)
            await update_card(statements, room, now)
            return room, schedule

        return await self._database.write(work)

    async def apply_timezone_update(self) -> None:
        """Reschedule future occurrences so that each has the same local time by the time zone's new rules.

        Occurrences that are already due are not changed.
        """
        now = self._clock.now()

        async def find(statements: Statements) -> list[int]:
            schedules = await statements.all(Schedule, "all_schedules")
            return [each.schedule_id for each in schedules]

        for schedule_id in await self._database.read(find):
            with suppress(UnreadableRowError):
                await self._database.write(partial(apply_timezone_update, schedule_id=schedule_id, now=now))


# In units of work


async def _get_plan(statements: Statements, guild_id: int, schedule_id: int) -> Plan:
    """Return a plan of the server. Raises RefusalError if it has no such plan."""
    plan = await find_plan(statements, schedule_id)
    if plan is None:
        raise RefusalError("refusals.schedule_gone")
    await get_room(statements, guild_id, plan.schedule.room_id)
    return plan


async def _get_seen(statements: Statements, guild_id: int, schedule_id: int, seen: int | None) -> Plan:
    """Return a plan of the server. Raises StaleError if it is not as a moderator saw it."""
    plan = await _get_plan(statements, guild_id, schedule_id)
    require_seen(seen, plan.fingerprint, "refusals.time_stale")
    return plan


async def _check_overlap(
    statements: Statements, plan: Plan, now: datetime, day: date | None = None
) -> None:
    """Raise RefusalError if sessions of a plan, or its one of `day`, overlap with others of the room."""
    schedule = plan.schedule
    known = await plans_of_room(statements, schedule.room_id)
    others = [each for each in known if each.schedule.schedule_id != schedule.schedule_id]
    found = first_overlap(plan, others, now) if day is None else overlap_of_one(plan, day, others, now)
    if found is not None:
        minutes = length(found.plan) // timedelta(minutes=1)
        raise RefusalError("refusals.schedule_overlaps", at=found.at, minutes=minutes)


async def _reschedule(statements: Statements, guild_id: int, schedule_id: int, now: datetime) -> Plan:
    """Make a changed plan due at its next occurrence, and return it."""
    plan = await _get_plan(statements, guild_id, schedule_id)
    await set_next(statements, plan, now)
    return plan


async def _change(
    statements: Statements, guild_id: int, plan: Plan, day: date, to: tuple[date, int] | None, now: datetime
) -> Plan:
    """Move the occurrence of a date to another date and minute, or (None) skip it; return the plan."""
    schedule_id = plan.schedule.schedule_id
    if all(each.local_date != day for each in upcoming(plan, now, _MOST_AHEAD)):
        raise RefusalError("refusals.occurrence_gone")
    await drop_changes(statements, plan, now)
    left = (await _get_plan(statements, guild_id, schedule_id)).changes
    if len(left) >= MOST_CHANGES and all(each.local_date != day for each in left):
        raise RefusalError("refusals.changes_full", most=MOST_CHANGES)
    moved_date, moved_minute = to or (None, None)
    await statements.run(
        "set_change",
        schedule_id=schedule_id,
        local_date=day,
        moved_date=moved_date,
        moved_minute=moved_minute,
    )
    return await _reschedule(statements, guild_id, schedule_id, now)
