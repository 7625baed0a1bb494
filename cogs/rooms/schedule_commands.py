"""`/quiet schedule`: the recurring times of rooms, by command."""

from discord import app_commands

from bot.errors import RefusalError
from bot.gateway.client import Interaction
from bot.gateway.command_texts import choice
from bot.gateway.interactions import guild_id_of
from bot.rooms.rules import LENGTHS, MOST_ROUNDS
from bot.rooms.schedules.model import MOST_WEEKS
from cogs.rooms.schedule_setup import ScheduleSetup, Typed
from cogs.ui.panels import texts_for
from cogs.ui.typed_values import TypedValues, matching

_MINUTES = [choice(minutes, "setup.form.minutes", count=minutes) for minutes in LENGTHS]
_REPEATS = [choice(weeks, "times.every", count=weeks) for weeks in range(1, MOST_WEEKS + 1)]
_Choices = list[app_commands.Choice[str]]


class ScheduleCommands(app_commands.Group):
    """The commands of recurring times."""

    def __init__(self, setup: ScheduleSetup) -> None:
        super().__init__(name="schedule")
        self._setup = setup

    @app_commands.command(name="add")
    @app_commands.rename(first="from", last="until")
    @app_commands.choices(minutes=_MINUTES, repeat=_REPEATS)
    async def add_schedule(  # noqa: PLR0913, PLR0917 - one argument an option
        self,
        interaction: Interaction,
        room: str,
        days: str,
        time: str,
        minutes: int,
        zone: str | None = None,
        repeat: int | None = None,
        first: str | None = None,
        last: str | None = None,
        rounds: app_commands.Range[int, 1, MOST_ROUNDS] | None = None,
    ) -> None:
        """Add a recurring time."""
        typed = Typed(days, time, minutes, zone, repeat, first, last, rounds)
        await self._setup.add(interaction, room, typed)

    @app_commands.command(name="list")
    async def list_schedules(self, interaction: Interaction, room: str | None = None) -> None:
        """List recurring times."""
        await self._setup.show(interaction, room)

    @app_commands.command(name="edit")
    @app_commands.rename(first="from", last="until")
    @app_commands.choices(minutes=_MINUTES, repeat=_REPEATS)
    async def edit_schedule(  # noqa: PLR0913, PLR0917 - one argument an option
        self,
        interaction: Interaction,
        schedule: str,
        days: str | None = None,
        time: str | None = None,
        minutes: int | None = None,
        zone: str | None = None,
        repeat: int | None = None,
        first: str | None = None,
        last: str | None = None,
        rounds: app_commands.Range[int, 1, MOST_ROUNDS] | None = None,
    ) -> None:
        """Change a recurring time."""
        typed = Typed(days, time, minutes, zone, repeat, first, last, rounds)
        await self._setup.edit(interaction, schedule, typed)

    @app_commands.command(name="skip")
    async def skip_occurrence(self, interaction: Interaction, schedule: str, occurrence: str) -> None:
        """Skip one occurrence."""
        await self._setup.skip(interaction, schedule, occurrence)

    @app_commands.command(name="move")
    async def move_occurrence(
        self,
        interaction: Interaction,
        schedule: str,
        occurrence: str,
        date: str | None = None,
        time: str | None = None,
    ) -> None:
        """Move one occurrence."""
        await self._setup.move(interaction, schedule, occurrence, date, time)

    @app_commands.command(name="restore")
    async def restore_occurrence(self, interaction: Interaction, schedule: str, occurrence: str) -> None:
        """Undo a skip or a move."""
        await self._setup.restore(interaction, schedule, occurrence)

    @app_commands.command(name="remove")
    async def remove_schedule(self, interaction: Interaction, schedule: str) -> None:
        """Ask before a recurring time is removed."""
        await self._setup.ask_removal(interaction, schedule)

    @add_schedule.autocomplete("zone")
    @edit_schedule.autocomplete("zone")
    async def complete_schedule_zone(self, interaction: Interaction, typed: str) -> _Choices:
        """Offer time zones, each with the time that it is there now."""
        return TypedValues.of(interaction).offered_zones(typed)

    @add_schedule.autocomplete("time")
    @edit_schedule.autocomplete("time")
    @move_occurrence.autocomplete("time")
    async def complete_time(self, interaction: Interaction, typed: str) -> _Choices:
        """Show how the time was understood."""
        return TypedValues.of(interaction).offered_times(typed)

    @add_schedule.autocomplete("room")
    @list_schedules.autocomplete("room")
    async def complete_scheduled_room(self, interaction: Interaction, typed: str) -> _Choices:
        """Offer the server's rooms."""
        rooms = await self._setup.rooms(guild_id_of(interaction))
        return matching([(room.name, str(room.room_id)) for room in rooms], typed)

    @edit_schedule.autocomplete("schedule")
    @skip_occurrence.autocomplete("schedule")
    @move_occurrence.autocomplete("schedule")
    @restore_occurrence.autocomplete("schedule")
    @remove_schedule.autocomplete("schedule")
    async def complete_schedule(self, interaction: Interaction, typed: str) -> _Choices:
        """Offer the server's recurring times."""
        say = texts_for(interaction)
        plans = await self._setup.all_plans(guild_id_of(interaction))
        named = [
            (self._setup.name(room, plan, say), str(plan.schedule.schedule_id)) for room, plan in plans
        ]
        return matching(named, typed)

    @skip_occurrence.autocomplete("occurrence")
    @move_occurrence.autocomplete("occurrence")
    async def complete_occurrence(self, interaction: Interaction, typed: str) -> _Choices:
        """Offer the next occurrences of the chosen recurring time."""
        try:
            return matching(await self._setup.occurrence_choices(interaction, _chosen(interaction)), typed)
        except RefusalError:
            return []

    @restore_occurrence.autocomplete("occurrence")
    async def complete_change(self, interaction: Interaction, typed: str) -> _Choices:
        """Offer the skipped and moved occurrences of the chosen recurring time."""
        try:
            return matching(await self._setup.change_choices(interaction, _chosen(interaction)), typed)
        except RefusalError:
            return []

    @add_schedule.autocomplete("days")
    @edit_schedule.autocomplete("days")
    async def complete_days(self, interaction: Interaction, typed: str) -> _Choices:
        """Offer days; after a comma, each is added to the days that were typed before it."""
        return TypedValues.of(interaction).offered_days(typed)

    @move_occurrence.autocomplete("date")
    @add_schedule.autocomplete("first")
    @add_schedule.autocomplete("last")
    @edit_schedule.autocomplete("first")
    @edit_schedule.autocomplete("last")
    async def complete_date(self, interaction: Interaction, typed: str) -> _Choices:
        """Offer dates: those that were typed, and the next days in the time zone of the schedule."""
        zone = await self._setup.zone_of(interaction, _chosen(interaction), _named(interaction, "zone"))
        return TypedValues.of(interaction).offered_dates(typed, zone)


def _chosen(interaction: Interaction) -> str:
    """Return the schedule that the moderator has chosen so far in the option `schedule`."""
    return _named(interaction, "schedule")


def _named(interaction: Interaction, option: str) -> str:
    """Return what the moderator has typed so far in an option, or an empty text."""
    return str(getattr(interaction.namespace, option, None) or "")
