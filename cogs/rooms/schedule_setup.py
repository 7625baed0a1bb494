"""Sets the recurring times of rooms from what a moderator typed."""

import contextlib
from dataclasses import dataclass, replace

from discord import ui

from bot.errors import RefusalError
from bot.gateway.client import Interaction
from bot.gateway.interactions import guild_id_of
from bot.rooms.model import Room
from bot.rooms.schedules.model import Plan, Schedule, Span
from bot.rooms.schedules.service import Schedules
from bot.rooms.service import Rooms
from bot.servers.service import ServerSettings
from bot.texts.catalogue import Say, plain
from bot.texts.joining import valued
from cogs.rooms import schedule_panels
from cogs.rooms.schedule_forms import moved_to, position_of
from cogs.ui.panels import send_panel, texts_for
from cogs.ui.time_format import clock
from cogs.ui.typed_values import MIDNIGHT, TypedValues, days_after

_CHOICES = 25


@dataclass(frozen=True, slots=True)
class Typed:
    """What a moderator typed about a recurring time; None if they typed nothing.

    `repeat`: it comes once in so many weeks.
    """

    days: str | None = None
    time: str | None = None
    minutes: int | None = None
    zone: str | None = None
    repeat: int | None = None
    first: str | None = None
    last: str | None = None
    rounds: int | None = None


class ScheduleSetup:
    """Changes recurring times of rooms. Every change is answered with the next occurrences."""

    def __init__(self, guilds: ServerSettings, rooms: Rooms, schedules: Schedules) -> None:
        self._guilds = guilds
        self._rooms = rooms
        self._schedules = schedules

    async def add(self, interaction: Interaction, room: str, typed: Typed) -> None:
        """Add a recurring time, in the server's zone if none is typed."""
        guild_id, read = guild_id_of(interaction), TypedValues.of(interaction)
        say = read.say
        found = await self._rooms.find(guild_id, room)
        zone = read.zone(typed.zone) if typed.zone else (await self._guilds.get(guild_id)).zone
        weekdays, minute = read.weekly(typed.days or "", typed.time or "")
        first, last = (
            None if each is None else read.day_or_none(each, zone) for each in (typed.first, typed.last)
        )
        schedule = await self._schedules.add(
            guild_id,
            found.room_id,
            weekdays,
            minute,
            zone,
            typed.minutes or 0,
            Span(typed.repeat or 1, first, last, read.week_start),
            typed.rounds or 1,
        )
        plan = await self._schedules.get(guild_id, schedule.schedule_id)
        done = say("setup.done_schedule", room=found.name, when=schedule_panels.when(schedule, say))
        await self._answer(interaction, plan, done)

    async def edit(self, interaction: Interaction, chosen: str, typed: Typed) -> None:
        """Change those fields of a recurring time that were typed."""
        plan = await self.find(interaction, chosen)
        wanted = _edited(plan.schedule, typed, TypedValues.of(interaction))
        if wanted == plan.schedule:
            await self._answer(interaction, plan, texts_for(interaction)("times.unchanged"))
            return
        edited = await self._schedules.edit(guild_id_of(interaction), wanted, seen=plan.fingerprint)
        await self._answer(interaction, edited, texts_for(interaction)("times.done_edited"))

    async def show(self, interaction: Interaction, room: str | None) -> None:
        """List the recurring times of a room, or of all."""
        guild_id = guild_id_of(interaction)
        wanted = await self._rooms.find(guild_id, room) if room else None
        listed = [
            schedule_panels.Timetable(each, plan, self._schedules.upcoming(plan, schedule_panels.PREVIEWED))
            for each, plan in await self._schedules.of_guild(guild_id)
            if wanted is None or each == wanted
        ]
        await send_panel(interaction, schedule_panels.listed(listed, texts_for(interaction)))

    async def skip(self, interaction: Interaction, chosen: str, occurrence: str) -> None:
        """Leave out one occurrence."""
        plan = await self.find(interaction, chosen)
        day = TypedValues.of(interaction).day(occurrence, plan.schedule.zone)
        skipped = await self._schedules.skip(guild_id_of(interaction), plan.schedule.schedule_id, day)
        done = texts_for(interaction)("times.done_skipped", date=day)
        await self._answer(interaction, skipped, done)

    async def move(
        self,
        interaction: Interaction,
        chosen: str,
        occurrence: str,
        to_date: str | None,
        to_time: str | None,
    ) -> None:
        """Move one occurrence to another day, another time, or both, on the clocks of its zone."""
        plan = await self.find(interaction, chosen)
        read = TypedValues.of(interaction)
        day = read.day(occurrence, plan.schedule.zone)
        to, minute = moved_to(plan, day, to_date, to_time, read)
        if (to, minute) == position_of(plan, day):
            await self._answer(interaction, plan, texts_for(interaction)("times.unchanged_move"))
            return
        moved = await self._schedules.move(
            guild_id_of(interaction), plan.schedule.schedule_id, day, to, minute
        )
        done = texts_for(interaction)("times.done_moved", date=day, to=to, time=clock(minute))
        await self._answer(interaction, moved, done)

    async def restore(self, interaction: Interaction, chosen: str, occurrence: str) -> None:
        """Undo a skip or a move."""
        plan = await self.find(interaction, chosen)
        day = TypedValues.of(interaction).day(occurrence, plan.schedule.zone)
        restored = await self._schedules.restore(guild_id_of(interaction), plan.schedule.schedule_id, day)
        done = texts_for(interaction)("times.done_restored", date=day)
        await self._answer(interaction, restored, done)

    async def ask_removal(self, interaction: Interaction, chosen: str) -> None:
        """Ask before a recurring time is removed; one with no session ahead is removed at once."""
        plan = await self.find(interaction, chosen)
        timetable = await self._timetable(interaction, plan)
        if timetable.next_occurrences:
            view = schedule_panels.ask_removal(timetable, texts_for(interaction))
        else:
            view = await self._remove(interaction, plan)
        await send_panel(interaction, view)

    async def _remove(self, interaction: Interaction, plan: Plan) -> ui.LayoutView:
        room, schedule = await self._schedules.remove(
            guild_id_of(interaction), plan.schedule.schedule_id, seen=plan.fingerprint
        )
        left = schedule_panels.Timetable(room, Plan(schedule), ())
        return schedule_panels.removed(left, texts_for(interaction))

    async def _timetable(self, interaction: Interaction, plan: Plan) -> schedule_panels.Timetable:
        room = await self._rooms.get(guild_id_of(interaction), plan.schedule.room_id)
        ahead = self._schedules.upcoming(plan, schedule_panels.PREVIEWED)
        return schedule_panels.Timetable(room, plan, ahead)

    async def find(self, interaction: Interaction, chosen: str) -> Plan:
        """Return the plan that was chosen or typed by its name. Raises RefusalError if there is none."""
        guild_id = guild_id_of(interaction)
        wanted = chosen.strip().casefold()
        for room, plan in await self._schedules.of_guild(guild_id):
            named = self.name(room, plan, texts_for(interaction)).casefold()
            if wanted in (str(plan.schedule.schedule_id), named):
                return plan
        raise RefusalError("refusals.schedule_gone")

    async def zone_of(self, interaction: Interaction, chosen: str, typed_zone: str) -> str:
        """Return the time zone that a command is about: the typed one, its schedule's or the server's."""
        with contextlib.suppress(RefusalError):
            if typed_zone:
                return TypedValues.of(interaction).zone(typed_zone)
            if chosen:
                return (await self.find(interaction, chosen)).schedule.zone
        return (await self._guilds.get(guild_id_of(interaction))).zone

    async def rooms(self, guild_id: int) -> list[Room]:
        """Return the server's rooms."""
        return await self._rooms.of_guild(guild_id)

    async def all_plans(self, guild_id: int) -> list[tuple[Room, Plan]]:
        """Return every plan of the server with its room."""
        return await self._schedules.of_guild(guild_id)

    def name(self, room: Room, plan: Plan, say: Say) -> str:
        """Return a plan as the name of a choice."""
        return valued(room.name, plain(schedule_panels.when(plan.schedule, say)), say)

    async def occurrence_choices(self, interaction: Interaction, chosen: str) -> list[tuple[str, str]]:
        """Return the next occurrences of a plan as choices: names, and their dates as planned."""
        plan = await self.find(interaction, chosen)
        return [
            (
                schedule_panels.choice_name(each, plan.schedule.zone, texts_for(interaction)),
                each.local_date.isoformat(),
            )
            for each in self._schedules.upcoming(plan, _CHOICES)
        ]

    async def change_choices(self, interaction: Interaction, chosen: str) -> list[tuple[str, str]]:
        """Return the skipped and moved occurrences of a plan as choices."""
        say = texts_for(interaction)
        return [
            (schedule_panels.change_name(each, say), each.local_date.isoformat())
            for each in (await self.find(interaction, chosen)).changes
        ]

    async def _answer(self, interaction: Interaction, plan: Plan, done: str) -> None:
        timetable = await self._timetable(interaction, plan)
        await send_panel(interaction, schedule_panels.page(timetable, texts_for(interaction), done))


def _edited(old: Schedule, typed: Typed, read: TypedValues) -> Schedule:
    """Return a recurring time with the fields that were typed.

    Its weeks begin on the day on which weeks begin for the person who chose how often it comes.
    """
    is_repeat_new = typed.repeat not in {None, old.every_weeks}
    zone = read.zone(typed.zone) if typed.zone else old.zone
    weekdays = old.weekdays if typed.days is None else read.days(typed.days)
    minute = old.local_minute if typed.time is None else read.minute(typed.time)
    if minute == MIDNIGHT:
        weekdays, minute = days_after(weekdays), 0
    return replace(
        old,
        weekdays=weekdays,
        local_minute=minute,
        minutes=typed.minutes or old.minutes,
        rounds=typed.rounds or old.rounds,
        zone=zone,
        every_weeks=typed.repeat or old.every_weeks,
        from_date=old.from_date if typed.first is None else read.day_or_none(typed.first, zone),
        until_date=old.until_date if typed.last is None else read.day_or_none(typed.last, zone),
        week_start=read.week_start if is_repeat_new else old.week_start,
    )
