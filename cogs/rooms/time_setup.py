"""The panel of one recurring time: shows it, changes it, skips single sessions; and the forms behind it."""

from collections.abc import Awaitable
from dataclasses import replace
from datetime import date
from typing import Protocol

from bot.errors import StaleError
from bot.gateway.client import Interaction
from bot.gateway.interactions import guild_id_of
from bot.rooms.schedules.model import Plan, Schedule
from bot.rooms.schedules.service import Schedules
from bot.rooms.service import Rooms
from bot.servers.service import ServerSettings
from cogs.rooms import routes, schedule_forms, schedule_panels
from cogs.rooms.schedule_forms import position_of
from cogs.ui.forms import Form, typed
from cogs.ui.panels import chosen, replace_panel, texts_for
from cogs.ui.routes import NoPayload
from cogs.ui.time_format import clock
from cogs.ui.typed_values import TypedValues


class _ChangeSession(Protocol):
    """A method of `Schedules` that changes the session of a date."""

    def __call__(self, guild_id: int, schedule_id: int, day: date, *, seen: int) -> Awaitable[Plan]: ...


class TimeSetup:
    """Adds recurring times from a room's panel, and changes them in panels of their own.

    A tap on an outdated panel changes nothing: the answer says so and shows the time as it is.
    """

    def __init__(self, guilds: ServerSettings, rooms: Rooms, schedules: Schedules) -> None:
        self._guilds = guilds
        self._rooms = rooms
        self._schedules = schedules

    @routes.CHOOSE_TIME.handler
    async def open(self, interaction: Interaction, _: NoPayload) -> None:
        """Show the recurring time that was chosen in a room's panel."""
        plan = await self._schedules.get(guild_id_of(interaction), chosen(interaction, int))
        await self._show(interaction, plan)

    @routes.KEEP_TIME.handler
    async def keep(self, interaction: Interaction, payload: routes.TimeId) -> None:
        """Answer that a recurring time was not changed, by showing it."""
        plan = await self._schedules.get(guild_id_of(interaction), payload.schedule_id)
        await self._show(interaction, plan, texts_for(interaction)("times.not_removed"))

    # Adding

    @routes.ASK_ADD_TIME.handler
    async def ask_add(self, interaction: Interaction, payload: routes.RoomId) -> None:
        """Open the form for a new time of a room."""
        await interaction.response.send_modal(await self.add_form(interaction, payload))

    @routes.ADD_TIME.form
    async def add_form(self, interaction: Interaction, payload: routes.RoomId) -> Form:
        """Return the form for a new time of a room."""
        say, guild_id = texts_for(interaction), guild_id_of(interaction)
        await self._rooms.get(guild_id, payload.room_id)
        zone = (await self._guilds.get(guild_id)).zone
        form = Form(say("setup.form.schedule"), routes.ADD_TIME.of(payload))
        return schedule_forms.ask_times(form, zone, say).fill(schedule_forms.USUAL)

    @routes.ADD_TIME.handler
    async def add(self, interaction: Interaction, payload: routes.RoomId) -> None:
        """Add the time that was typed, in the server's zone."""
        guild_id, read = guild_id_of(interaction), TypedValues.of(interaction)
        room = await self._rooms.get(guild_id, payload.room_id)
        zone = (await self._guilds.get(guild_id)).zone
        wanted = schedule_forms.new(room.room_id, zone, typed(interaction), read)
        schedule = await self._schedules.add(
            guild_id,
            room.room_id,
            wanted.weekdays,
            wanted.local_minute,
            zone,
            wanted.minutes,
            wanted.span,
            wanted.rounds,
        )
        plan = await self._schedules.get(guild_id, schedule.schedule_id)
        done = read.say(
            "setup.done_schedule", room=room.name, when=schedule_panels.when(schedule, read.say)
        )
        await self._show(interaction, plan, done)

    # Changing

    @routes.ASK_EDIT_TIME.handler
    async def ask_edit(self, interaction: Interaction, payload: routes.TimeId) -> None:
        """Open the form for a recurring time."""
        plan = await self._schedules.get(guild_id_of(interaction), payload.schedule_id)
        ref = routes.TimeRef(payload.schedule_id, plan.fingerprint)
        await interaction.response.send_modal(await self.edit_form(interaction, ref))

    @routes.EDIT_TIME.form
    async def edit_form(self, interaction: Interaction, payload: routes.TimeRef) -> Form:
        """Return the form for a recurring time, as it is now."""
        say, read = texts_for(interaction), TypedValues.of(interaction)
        plan = await self._schedules.get(guild_id_of(interaction), payload.schedule_id)
        ref = routes.TimeRef(payload.schedule_id, plan.fingerprint)
        form = Form(say("setup.form.edit_time"), routes.EDIT_TIME.of(ref))
        form = schedule_forms.ask_times(form, plan.schedule.zone, say)
        return form.fill(schedule_forms.filled(plan.schedule, read))

    @routes.EDIT_TIME.handler
    async def edit(self, interaction: Interaction, payload: routes.TimeRef) -> None:
        """Change a recurring time to what was typed, if it is as the form showed it."""
        plan = await self._schedules.get(guild_id_of(interaction), payload.schedule_id)
        wanted = schedule_forms.edited(plan.schedule, typed(interaction), TypedValues.of(interaction))
        await self._save(interaction, plan, wanted, payload.fingerprint)

    @routes.ASK_TIME_ZONE.handler
    async def ask_zone(self, interaction: Interaction, payload: routes.TimeId) -> None:
        """Open the form for the time zone of a recurring time."""
        plan = await self._schedules.get(guild_id_of(interaction), payload.schedule_id)
        ref = routes.TimeRef(payload.schedule_id, plan.fingerprint)
        await interaction.response.send_modal(await self.zone_form(interaction, ref))

    @routes.SET_TIME_ZONE.form
    async def zone_form(self, interaction: Interaction, payload: routes.TimeRef) -> Form:
        """Return the form for the time zone of a recurring time, as it is now."""
        plan = await self._schedules.get(guild_id_of(interaction), payload.schedule_id)
        custom_id = routes.SET_TIME_ZONE(payload.schedule_id, plan.fingerprint)
        return schedule_forms.zone_form(custom_id, plan.schedule.zone, texts_for(interaction))

    @routes.SET_TIME_ZONE.handler
    async def set_zone(self, interaction: Interaction, payload: routes.TimeRef) -> None:
        """Let a recurring time follow the clocks of the zone that was typed."""
        plan = await self._schedules.get(guild_id_of(interaction), payload.schedule_id)
        zone = TypedValues.of(interaction).zone(typed(interaction).text("zone"))
        await self._save(interaction, plan, replace(plan.schedule, zone=zone), payload.fingerprint)

    async def _save(self, interaction: Interaction, plan: Plan, wanted: Schedule, seen: int) -> None:
        """Save a recurring time as it is wanted, and show it; `plan` is as it is now."""
        if (wanted, seen) == (plan.schedule, plan.fingerprint):
            await self._show(interaction, plan, texts_for(interaction)("times.unchanged"))
            return
        edited = await self._schedules.edit(guild_id_of(interaction), wanted, seen=seen)
        await self._show(interaction, edited, texts_for(interaction)("times.done_edited"))

    # Single sessions

    @routes.ASK_MOVE_SESSION.handler
    async def ask_move(self, interaction: Interaction, payload: routes.TimeId) -> None:
        """Open the form for another date and time of the session that was chosen."""
        plan = await self._schedules.get(guild_id_of(interaction), payload.schedule_id)
        ref = routes.SessionMove(payload.schedule_id, plan.fingerprint, chosen(interaction, date))
        await interaction.response.send_modal(await self.move_form(interaction, ref))

    @routes.MOVE_SESSION.form
    async def move_form(self, interaction: Interaction, payload: routes.SessionMove) -> Form:
        """Return the form for another date and time of a session, as it is planned now."""
        plan = await self._schedules.get(guild_id_of(interaction), payload.schedule_id)
        custom_id = routes.MOVE_SESSION(payload.schedule_id, plan.fingerprint, payload.day)
        return schedule_forms.move_form(custom_id, plan, payload.day, texts_for(interaction))

    @routes.MOVE_SESSION.handler
    async def move(self, interaction: Interaction, payload: routes.SessionMove) -> None:
        """Move a session to the date and time that were typed, if the schedule is as the form showed it."""
        given, read, day = typed(interaction), TypedValues.of(interaction), payload.day
        guild_id, number = guild_id_of(interaction), payload.schedule_id
        plan = await self._schedules.get(guild_id, number)
        to, minute = schedule_forms.moved_to(plan, day, given.text("date"), given.text("time"), read)
        if (to, minute, payload.fingerprint) == (*position_of(plan, day), plan.fingerprint):
            await self._show(interaction, plan, read.say("times.unchanged_move"))
            return
        moved = await self._schedules.move(guild_id, number, day, to, minute, seen=payload.fingerprint)
        done = read.say("times.done_moved", date=day, to=to, time=clock(minute))
        await self._show(interaction, moved, done)

    @routes.SKIP_SESSION.handler
    async def skip(self, interaction: Interaction, payload: routes.TimeRef) -> None:
        """Skip the session that was chosen."""
        await self._change_session(interaction, payload, self._schedules.skip, "times.done_skipped")

    @routes.RESTORE_SESSION.handler
    async def restore(self, interaction: Interaction, payload: routes.TimeRef) -> None:
        """Undo the skip or move of the session that was chosen."""
        await self._change_session(interaction, payload, self._schedules.restore, "times.done_restored")

    async def _change_session(
        self, interaction: Interaction, payload: routes.TimeRef, change: _ChangeSession, done: str
    ) -> None:
        """Change the session that was chosen, or say that the schedule changed. `done` is a text's key."""
        guild_id, number = guild_id_of(interaction), payload.schedule_id
        day, say = chosen(interaction, date), texts_for(interaction)
        try:
            plan = await change(guild_id, number, day, seen=payload.fingerprint)
        except StaleError:
            await self._show(
                interaction, await self._schedules.get(guild_id, number), say("times.stale_tap")
            )
            return
        await self._show(interaction, plan, say(done, date=day))

    # Removing

    @routes.ASK_REMOVE_TIME.handler
    async def ask_removal(self, interaction: Interaction, payload: routes.TimeId) -> None:
        """Ask before a recurring time is removed."""
        plan = await self._schedules.get(guild_id_of(interaction), payload.schedule_id)
        timetable = await self._timetable(interaction, plan)
        await replace_panel(interaction, schedule_panels.ask_removal(timetable, texts_for(interaction)))

    @routes.REMOVE_TIME.handler
    async def remove(self, interaction: Interaction, payload: routes.TimeRef) -> None:
        """Remove a recurring time, if it is still as the question showed it."""
        guild_id, say = guild_id_of(interaction), texts_for(interaction)
        number, seen = payload.schedule_id, payload.fingerprint
        try:
            room, schedule = await self._schedules.remove(guild_id, number, seen=seen)
        except StaleError:
            timetable = await self._timetable(interaction, await self._schedules.get(guild_id, number))
            view = schedule_panels.ask_removal(timetable, say, say("times.stale"))
            await replace_panel(interaction, view)
            return
        left = schedule_panels.Timetable(room, Plan(schedule), ())
        await replace_panel(interaction, schedule_panels.removed(left, say))

    async def _show(self, interaction: Interaction, plan: Plan, done: str = "") -> None:
        timetable = await self._timetable(interaction, plan)
        await replace_panel(interaction, schedule_panels.page(timetable, texts_for(interaction), done))

    async def _timetable(self, interaction: Interaction, plan: Plan) -> schedule_panels.Timetable:
        room = await self._rooms.get(guild_id_of(interaction), plan.schedule.room_id)
        ahead = self._schedules.upcoming(plan, schedule_panels.PREVIEWED)
        return schedule_panels.Timetable(room, plan, ahead)
