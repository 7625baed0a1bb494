"""The panel on which a member chooses times: its selects, forms and buttons, and the preview in it."""

from dataclasses import replace
from datetime import date

from bot.checkins.personal.service import Checkins
from bot.errors import RefusalError
from bot.gateway.client import Interaction
from bot.scheduling.wall_time import local_date
from cogs.checkins import panels, routes
from cogs.checkins.choices import Choices
from cogs.ui.forms import Form, typed
from cogs.ui.links import CadenceRef
from cogs.ui.panels import chosen, chosen_all, replace_panel, send_panel, texts_for
from cogs.ui.servers import named_server
from cogs.ui.time_format import clock
from cogs.ui.typed_values import TypedValues


class ChoiceButtons:
    """Shows what is chosen so far. Nothing is saved before the member agrees."""

    def __init__(self, checkins: Checkins) -> None:
        self._checkins = checkins

    async def propose(
        self,
        interaction: Interaction,
        choices: Choices,
        *,
        is_suggested: bool = False,
        as_new: bool = False,
    ) -> None:
        """Show the choices and when check-ins would come, in the tapped panel if there is one.

        `as_new`: show them below it instead. `is_suggested`: the member has chosen nothing yet. Raises
        RefusalError for times that are not possible.
        """
        preview, known = await self._checkins.preview(interaction.user.id, choices.guild_id, choices.times)
        say, server = texts_for(interaction), await named_server(interaction, choices.guild_id)
        has_some = known is not None
        view = panels.proposal(
            choices, preview, say, has_some=has_some, is_suggested=is_suggested, server=server
        )
        if interaction.message is None or as_new:
            await send_panel(interaction, view)
        else:
            await replace_panel(interaction, view)

    @routes.DAYS.handler
    async def choose_days(self, interaction: Interaction, choices: Choices) -> None:
        """Choose sets of days and single days."""
        await self.propose(interaction, choices.on_days(chosen_all(interaction, str)))

    @routes.WINDOW.handler
    async def choose_window(self, interaction: Interaction, choices: Choices) -> None:
        """Choose a window by name."""
        await self.propose(interaction, choices.in_window(chosen(interaction, str)))

    @routes.PER_WEEK.handler
    async def choose_per_week(self, interaction: Interaction, choices: Choices) -> None:
        """Choose how many a week."""
        await self.propose(interaction, choices.a_week(chosen(interaction, int)))

    @routes.SOUND.handler
    async def turn_sound(self, interaction: Interaction, choices: Choices) -> None:
        """Turn the sound of check-ins on or off."""
        await self.propose(interaction, replace(choices, sound=not choices.sound))

    @routes.ASK_ZONE.handler
    async def ask_zone(self, interaction: Interaction, choices: Choices) -> None:
        """Open the form for the member's time zone."""
        await interaction.response.send_modal(await self.zone_form(interaction, choices))

    @routes.SET_ZONE.form
    async def zone_form(self, interaction: Interaction, choices: Choices) -> Form:
        """Return the form for the member's time zone."""
        say = texts_for(interaction)
        return Form(say("checkins.form.zone"), routes.SET_ZONE.of(choices)).ask(
            "zone",
            say("checkins.form.zone_label"),
            description=say("checkins.form.zone_hint"),
            value=choices.times.zone,
        )

    @routes.SET_ZONE.handler
    async def set_zone(self, interaction: Interaction, choices: Choices) -> None:
        """Offer the choices with the zone that was typed."""
        zone = TypedValues.of(interaction).zone(typed(interaction).text("zone"))
        await self.propose(interaction, choices.in_zone(zone))

    @routes.ASK_HOURS.handler
    async def ask_hours(self, interaction: Interaction, choices: Choices) -> None:
        """Open the form for hours, quiet hours and the first day."""
        await interaction.response.send_modal(await self.hours_form(interaction, choices))

    @routes.SET_HOURS.form
    async def hours_form(self, interaction: Interaction, choices: Choices) -> Form:
        """Return the form for hours, quiet hours and the first day."""
        return _hours_form(choices, interaction)

    @routes.SET_HOURS.handler
    async def set_hours(self, interaction: Interaction, choices: Choices) -> None:
        """Offer the choices with what was typed."""
        given, read = typed(interaction), TypedValues.of(interaction)
        quiet = [given.text(name) for name in ("quiet_from", "quiet_until")]
        hours = choices.with_hours(
            read.minute(given.text("from")),
            read.minute(given.text("until")),
            (_minute_or_none(quiet[0], read), _minute_or_none(quiet[1], read)),
            _begin(given.text("begins"), choices, read),
        )
        await self.propose(interaction, hours)

    @routes.TIMES.handler
    async def other_times(self, interaction: Interaction, payload: CadenceRef) -> None:
        """Offer the choices again."""
        cadence = await self._checkins.get(payload.cadence_id, interaction.user.id)
        await self.propose(interaction, Choices.of(cadence))


def _minute_or_none(text: str, read: TypedValues) -> int | None:
    return read.minute(text) if text.strip() else None


def _begin(text: str, choices: Choices, read: TypedValues) -> date | None:
    """Return the first day that was typed, or None. Raises RefusalError for another one that has passed."""
    if not text.strip():
        return None
    zone, before = choices.times.zone, choices.times.begins_on
    begins_on = read.day_or_none(text, zone)
    if begins_on is not None and begins_on != before and begins_on < local_date(read.now, zone):
        raise RefusalError("refusals.begin_passed", date=begins_on)
    return begins_on


def _hours_form(choices: Choices, interaction: Interaction) -> Form:
    say, times = texts_for(interaction), choices.times
    quiet = [
        "" if minute is None else clock(minute)
        for minute in (times.quiet_start_minute, times.quiet_end_minute)
    ]
    begins = times.begins_on.isoformat() if times.begins_on else ""
    form = Form(say("checkins.form.hours"), routes.SET_HOURS.of(choices))
    form.ask("from", say("checkins.form.from"), value=clock(times.start_minute))
    form.ask("until", say("checkins.form.until"), value=clock(times.end_minute))
    hint = say("checkins.form.quiet_hint")
    label = say("checkins.form.quiet_from")
    form.ask("quiet_from", label, description=hint, value=quiet[0], required=False)
    form.ask("quiet_until", say("checkins.form.quiet_until"), value=quiet[1], required=False)
    hint, label = say("checkins.form.begins_hint"), say("checkins.form.begins")
    return form.ask("begins", label, description=hint, value=begins, required=False)
