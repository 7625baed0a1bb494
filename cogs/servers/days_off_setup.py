"""Where moderators add, list and remove days off, by command or panel."""

from discord import app_commands

from bot.errors import RefusalError
from bot.gateway.client import Interaction
from bot.gateway.interactions import guild_id_of
from bot.readers.dates import read_date
from bot.readers.result import Read
from bot.scheduling.wall_time import local_date
from bot.servers.days_off.service import DaysOff, OverlapError
from bot.servers.service import ServerSettings
from cogs.servers import days_off_panels, routes
from cogs.ui.forms import Form, typed
from cogs.ui.panels import chosen, replace_panel, send_panel, texts_for
from cogs.ui.routes import NoPayload
from cogs.ui.time_format import days_in_words
from cogs.ui.typed_values import TypedValues, matching, read_number

Choices = list[app_commands.Choice[str]]


class DaysOffSetup:
    """Changes a server's days off. Every change is answered with the updated panel."""

    def __init__(self, settings: ServerSettings, days_off: DaysOff) -> None:
        self._settings = settings
        self._days_off = days_off

    async def show(self, interaction: Interaction, done: str = "") -> None:
        """Show the panel privately, or replace the one that was tapped; `done` says what was changed."""
        guild_id = guild_id_of(interaction)
        found = await self._days_off.of_guild(guild_id)
        zone = (await self._settings.get(guild_id)).zone
        view = days_off_panels.page(found, zone, texts_for(interaction), done)
        await (replace_panel if interaction.message is not None else send_panel)(interaction, view)

    async def add(self, interaction: Interaction, days: str, until: str) -> None:
        """Add the days that were typed: one or several, or those from a first one `until` a last one."""
        guild_id, read = guild_id_of(interaction), TypedValues.of(interaction)
        zone, say = (await self._settings.get(guild_id)).zone, read.say
        first, last = read.dates(days, zone)
        if until.strip():
            last = read.day(until, zone, first)
        try:
            added = await self._days_off.add(guild_id, first, last)
        except OverlapError as error:
            known = days_off_panels.days(error.known, say)
            raise RefusalError(error.key, known=known) from None
        done = [say("days_off.added", days=days_off_panels.days(added, say))]
        if added.covers(read.now):
            done.append(say("days_off.added_today"))
        await self.show(interaction, "\n".join(done))

    async def remove(self, interaction: Interaction, day_off_id: int) -> None:
        """Remove days off, and say what takes place again."""
        removed = await self._days_off.remove(guild_id_of(interaction), day_off_id)
        say = texts_for(interaction)
        await self.show(interaction, say("days_off.removed", days=days_off_panels.days(removed, say)))

    async def remove_typed(self, interaction: Interaction, typed_days: str) -> None:
        """Remove the days off that were chosen, or that a typed day is one of."""
        await self.remove(interaction, await self._find(interaction, typed_days))

    async def choices(self, interaction: Interaction) -> list[tuple[str, str]]:
        """Return the server's days off as choices: dates and ids."""
        say = texts_for(interaction)
        found = await self._days_off.of_guild(guild_id_of(interaction))
        return [(days_off_panels.days(each, say), str(each.day_off_id)) for each in found.ahead]

    async def offered_dates(self, interaction: Interaction, typed_days: str) -> Choices:
        """Offer the days that were typed, as they are understood, or the next ones."""
        zone = (await self._settings.get(guild_id_of(interaction))).zone
        read = TypedValues.of(interaction)
        today = local_date(read.now, zone)
        if not typed_days.strip() or isinstance(read_date(typed_days, today, read.locale), Read):
            return read.offered_dates(typed_days, zone)
        try:
            days = read.dates(typed_days, zone)
        except RefusalError:
            return read.offered_dates(typed_days, zone)
        value = " - ".join(each.isoformat() for each in days)
        return matching([(days_in_words(*days, read.say), value)], "")

    async def _find(self, interaction: Interaction, typed_days: str) -> int:
        found = await self._days_off.of_guild(guild_id_of(interaction))
        number = read_number(typed_days)
        if any(each.day_off_id == number for each in found.ahead):
            return number or 0
        read = TypedValues.of(interaction)
        for each in found.ahead:
            first, _ = read.dates(typed_days, each.zone)
            if each.first_date <= first <= each.last_date:
                return each.day_off_id
        raise RefusalError("refusals.days_off_gone")

    # Buttons, selects and forms

    @routes.SHOW_DAYS_OFF.handler
    async def show_from_button(self, interaction: Interaction, _: NoPayload) -> None:
        """Show the panel."""
        await self.show(interaction)

    @routes.ASK_DAYS_OFF.handler
    async def ask_days(self, interaction: Interaction, _: NoPayload) -> None:
        """Open the form for days off."""
        await interaction.response.send_modal(await self.days_form(interaction, NoPayload()))

    @routes.ADD_DAYS_OFF.form
    async def days_form(self, interaction: Interaction, _: NoPayload) -> Form:
        """Return the form for days off."""
        say = texts_for(interaction)
        return (
            Form(say("days_off.form.title"), routes.ADD_DAYS_OFF())
            .ask("days", say("days_off.form.days"), description=say("days_off.form.days_hint"))
            .ask(
                "until",
                say("days_off.form.until"),
                description=say("days_off.form.until_hint"),
                required=False,
            )
        )

    @routes.ADD_DAYS_OFF.handler
    async def add_from_form(self, interaction: Interaction, _: NoPayload) -> None:
        """Add the days that were typed."""
        given = typed(interaction)
        await self.add(interaction, given.text("days"), given.text("until"))

    @routes.REMOVE_DAYS_OFF.handler
    async def remove_chosen(self, interaction: Interaction, _: NoPayload) -> None:
        """Remove the days off that were chosen."""
        await self.remove(interaction, chosen(interaction, int))
