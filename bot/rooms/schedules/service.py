"""Schedules: the recurring times at which sessions open by themselves."""

from dataclasses import replace
from datetime import date, timedelta

from bot.errors import RefusalError
from bot.rooms.lookup import get_room
from bot.rooms.reconcile import reconcile_event
from bot.rooms.rules import LENGTHS
from bot.rooms.schedules.model import Plan, Schedule, Span
from bot.rooms.schedules.plans import find_plan, plan_of, plans_of_room, set_due, set_next
from bot.rooms.schedules.rules import (
    MOST_CHANGES,
    MOST_SCHEDULES,
    MOST_WEEKS,
    carried_over,
    next_of,
    shown_in_zone,
    takes,
    upcoming,
)
from bot.scheduling import due_queue
from bot.scheduling.clock import Clock
from bot.scheduling.due_queue import DueKind
from bot.scheduling.recurrence import Occurrence
from bot.scheduling.wall_time import at_wall_time, find_zone
from bot.storage.database import Database, Statements

_EVERY_DAY = 0b1111111
_FURTHEST_YEARS = 10
_FURTHEST = timedelta(days=366 * _FURTHEST_YEARS)  # from today, either way
_MOST_AHEAD = 400  # occurrences of a schedule that can be named: a year of every day


class Schedules:
    """Adds, finds, changes and removes recurring times."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def of_room(self, room_id: int) -> list[Schedule]:
        """Return the room's recurring times."""
        return await self._database.legacy_read.all(Schedule, "schedules_of_room", room_id=room_id)

    async def plans(self, room_id: int) -> list[Plan]:
        """Return the room's recurring times with their changes."""
        return await plans_of_room(self._database.legacy_read, room_id)

    async def get(self, guild_id: int, schedule_id: int) -> Plan:
        """Return one of the server's plans. Raises RefusalError if it has none such."""
        plan = await find_plan(self._database.legacy_read, schedule_id)
        if plan is None:
            raise RefusalError("refusals.schedule_gone")
        await get_room(self._database.legacy_read, guild_id, plan.schedule.room_id)
        return plan

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
    ) -> Schedule:
        """Add a recurring time (`weekdays`: bit 0 is Monday) at which sessions open by themselves.

        Weeks that are left out are counted from this one where `span` has no first date. Raises
        RefusalError for a room, zone, length or dates that cannot be, or one time too many.
        """
        await get_room(self._database.legacy_read, guild_id, room_id)
        dates = (span.every_weeks, span.from_date, span.until_date)
        wanted = self._checked(Schedule(0, room_id, weekdays, local_minute, zone, minutes, *dates))
        async with self._database.legacy_write() as tx:
            if not await tx.run("get_room", room_id=room_id):
                raise RefusalError("refusals.room_gone")  # removed since it was chosen
            schedule = await self._kept(tx, wanted)
            await set_next(tx, await plan_of(tx, schedule), self._clock.now())
        return schedule

    async def edit(self, guild_id: int, wanted: Schedule) -> Plan:
        """Let a schedule be as `wanted`, by its number.

        Changes to occurrences that it no longer has are dropped. Raises RefusalError as `add` does.
        """
        await self.get(guild_id, wanted.schedule_id)
        wanted = self._checked(wanted)
        async with self._database.legacy_write() as tx:
            plan = await self._found(tx, wanted.schedule_id)
            schedule = replace(wanted, room_id=plan.schedule.room_id)
            known = await tx.all(Schedule, "schedules_of_room", room_id=schedule.room_id)
            if any(_is_same_time(each, schedule) for each in known if each != plan.schedule):
                raise RefusalError("refusals.schedule_exists")
            await tx.run("edit_schedule", **_columns(schedule), schedule_id=schedule.schedule_id)
            await self._drop_changes(tx, Plan(schedule, plan.changes))
            return await self._changed(tx, schedule.schedule_id)

    async def skip(self, guild_id: int, schedule_id: int, day: date) -> Plan:
        """Leave out the occurrence that stands for a local day.

        Raises RefusalError for a day without one ahead.
        """
        await self.get(guild_id, schedule_id)
        async with self._database.legacy_write() as tx:
            await self._check_change(tx, schedule_id, day)
            await tx.run(
                "set_change", schedule_id=schedule_id, local_date=day, moved_date=None, moved_minute=None
            )
            return await self._changed(tx, schedule_id)

    async def move(self, guild_id: int, schedule_id: int, day: date, to: date, minute: int) -> Plan:
        """Let the occurrence that stands for a local day be at another local day and minute instead.

        Raises RefusalError for a day without one ahead, and for a time that has passed.
        """
        plan = await self.get(guild_id, schedule_id)
        self._check_date(to)
        if at_wall_time(to, minute, plan.schedule.zone) <= self._clock.now():
            raise RefusalError("refusals.move_passed")
        async with self._database.legacy_write() as tx:
            await self._check_change(tx, schedule_id, day)
            await tx.run(
                "set_change", schedule_id=schedule_id, local_date=day, moved_date=to, moved_minute=minute
            )
            return await self._changed(tx, schedule_id)

    async def restore(self, guild_id: int, schedule_id: int, day: date) -> Plan:
        """Let the occurrence that stands for a local day be as it was planned.

        Raises RefusalError where it is so already.
        """
        await self.get(guild_id, schedule_id)
        async with self._database.legacy_write() as tx:
            if not await tx.run("clear_change", schedule_id=schedule_id, local_date=day):
                raise RefusalError("refusals.occurrence_unchanged")
            return await self._changed(tx, schedule_id)

    async def remove(self, guild_id: int, schedule_id: int) -> Schedule:
        """Remove a recurring time. Raises RefusalError if the server has none such."""
        plan = await self.get(guild_id, schedule_id)
        async with self._database.legacy_write() as tx:
            await due_queue.cancel(tx, DueKind.OPEN_SESSION, schedule_id)
            await reconcile_event(tx, schedule_id, self._clock.now())
            await tx.run("remove_schedule", schedule_id=schedule_id)
        return plan.schedule

    async def carry_over(self) -> None:
        """Let every occurrence that is ahead be at its wall time by the zones' rules as they are now.

        What has passed stays as it was.
        """
        now = self._clock.now()
        for schedule in await self._database.legacy_read.all(Schedule, "all_schedules"):
            async with self._database.legacy_write() as tx:
                plan = await find_plan(tx, schedule.schedule_id)
                was_due = await due_queue.find(tx, DueKind.OPEN_SESSION, schedule.schedule_id)
                if plan is None or was_due is None or was_due <= now:
                    continue
                at = carried_over(plan, was_due, now)
                if at != was_due:
                    await set_due(tx, plan, at)
                    await reconcile_event(tx, schedule.schedule_id, now)

    # Inside a write

    async def _kept(self, tx: Statements, wanted: Schedule) -> Schedule:
        """Keep a schedule, or let the one of the very same time take its length."""
        known = await tx.all(Schedule, "schedules_of_room", room_id=wanted.room_id)
        same = next((each for each in known if _is_same_time(each, wanted)), None)
        if same is not None:
            number = same.schedule_id
            schedule = await tx.one(Schedule, "edit_schedule", **_columns(wanted), schedule_id=number)
        elif len(known) < MOST_SCHEDULES:
            schedule = await tx.one(Schedule, "add_schedule", **_columns(wanted), room_id=wanted.room_id)
        else:
            raise RefusalError("refusals.schedules_full", most=MOST_SCHEDULES)
        if schedule is None:
            raise RefusalError("refusals.room_gone")
        return schedule

    async def _found(self, tx: Statements, schedule_id: int) -> Plan:
        plan = await find_plan(tx, schedule_id)
        if plan is None:
            raise RefusalError("refusals.schedule_gone")  # removed since it was chosen
        return plan

    async def _changed(self, tx: Statements, schedule_id: int) -> Plan:
        plan = await self._found(tx, schedule_id)
        await set_next(tx, plan, self._clock.now())
        return plan

    async def _check_change(self, tx: Statements, schedule_id: int, day: date) -> None:
        """Check that an occurrence can be changed, and forget changes to those that have passed."""
        plan = await self._found(tx, schedule_id)
        ahead = upcoming(plan, self._clock.now(), _MOST_AHEAD)
        if all(each.local_date != day for each in ahead):
            raise RefusalError("refusals.occurrence_gone")
        await self._drop_changes(tx, plan)
        kept = (await self._found(tx, schedule_id)).changes
        if len(kept) >= MOST_CHANGES and all(each.local_date != day for each in kept):
            raise RefusalError("refusals.changes_full", most=MOST_CHANGES)

    async def _drop_changes(self, tx: Statements, plan: Plan) -> None:
        """Forget changes that no longer change anything: of days that the schedule has not, or past."""
        schedule = plan.schedule
        today, _ = shown_in_zone(self._clock.now(), schedule.zone)
        for each in plan.changes:
            last = max(each.local_date, each.moved_date or each.local_date)
            if last < today or not takes(schedule, each.local_date):
                await tx.run("clear_change", schedule_id=schedule.schedule_id, local_date=each.local_date)

    def _checked(self, wanted: Schedule) -> Schedule:
        """Return a schedule that can be, in a zone that is known. Raises RefusalError for another."""
        zone = find_zone(wanted.zone)
        if zone is None:
            raise RefusalError("refusals.zone_unknown", typed=wanted.zone[:60])
        if wanted.minutes not in LENGTHS:
            raise RefusalError("refusals.minutes")
        if not 0 < wanted.weekdays <= _EVERY_DAY:
            raise RefusalError("refusals.weekdays")
        if not 1 <= wanted.every_weeks <= MOST_WEEKS:
            raise RefusalError("refusals.every_weeks", most=MOST_WEEKS)
        for each in (wanted.from_date, wanted.until_date):
            self._check_date(each)
        now = self._clock.now()
        if wanted.every_weeks > 1 and wanted.from_date is None:
            wanted = replace(wanted, from_date=shown_in_zone(now, zone)[0])
        wanted = replace(wanted, zone=zone)
        if next_of([Plan(wanted)], now) is None:
            raise RefusalError("refusals.schedule_empty")
        return wanted

    def _check_date(self, day: date | None) -> None:
        if day is not None and abs(day - self._clock.now().date()) > _FURTHEST:
            raise RefusalError("refusals.date_far", years=_FURTHEST_YEARS)


def _columns(schedule: Schedule) -> dict[str, int | str | date | None]:
    return {
        "weekdays": schedule.weekdays,
        "local_minute": schedule.local_minute,
        "zone": schedule.zone,
        "minutes": schedule.minutes,
        "every_weeks": schedule.every_weeks,
        "from_date": schedule.from_date,
        "until_date": schedule.until_date,
    }


def _is_same_time(one: Schedule, other: Schedule) -> bool:
    return replace(one, schedule_id=0, minutes=0) == replace(other, schedule_id=0, minutes=0)
