"""Choosing times: the panel's selects, forms and buttons, and the preview that each of them renews."""

from dataclasses import replace

from bot.checkins.personal.service import Checkins
from bot.gateway.client import Client, Interaction
from cogs.checkins import panels
from cogs.checkins.choices import Choices, known_zone
from cogs.ui.components import chosen_value, chosen_values
from cogs.ui.forms import Form, typed
from cogs.ui.panels import replace_panel, send_panel, texts_for
from cogs.ui.time_format import clock


class Choosing:
    """Shows what is chosen so far. Nothing is kept before the yes."""

    def __init__(self, checkins: Checkins) -> None:
        self._checkins = checkins

    def register(self, bot: Client) -> None:
        """Name the actions. Every place stands in a custom id: change it and old buttons say so."""
        bot.on_action("checkins:days", self.choose_days)
        bot.on_action("checkins:window", self.choose_window)
        bot.on_action("checkins:per_week", self.choose_per_week)
        bot.on_action("checkins:sound", self.turn_sound)
        bot.on_action("checkins:ask_zone", self.ask_zone)
        bot.on_action("checkins:set_zone", self.set_zone)
        bot.on_action("checkins:ask_hours", self.ask_hours)
        bot.on_action("checkins:set_hours", self.set_hours)
        bot.on_action("checkins:times", self.other_times)

    async def propose(self, interaction: Interaction, choices: Choices) -> None:
        """Show the choices with what would follow, in place where there is a panel already.

        Raises RefusalError for times that cannot be.
        """
        member_id = interaction.user.id
        preview = await self._checkins.preview(member_id, choices.guild_id, choices.times)
        has_some = await self._checkins.find(member_id, choices.guild_id) is not None
        view = panels.proposal(choices, preview, texts_for(interaction), has_some=has_some)
        if interaction.message is None:
            await send_panel(interaction, view)
        else:
            await replace_panel(interaction, view)

    async def choose_days(self, interaction: Interaction, detail: str) -> None:
        """Take sets of days and single days."""
        await self.propose(interaction, Choices.read(detail).on_days(chosen_values(interaction)))

    async def choose_window(self, interaction: Interaction, detail: str) -> None:
        """Take a window by name."""
        await self.propose(interaction, Choices.read(detail).in_window(chosen_value(interaction)))

    async def choose_per_week(self, interaction: Interaction, detail: str) -> None:
        """Take how many a week."""
        await self.propose(interaction, Choices.read(detail).a_week(int(chosen_value(interaction))))

    async def turn_sound(self, interaction: Interaction, detail: str) -> None:
        """Let check-ins make a sound, or none."""
        choices = Choices.read(detail)
        await self.propose(interaction, replace(choices, sound=not choices.sound))

    async def ask_zone(self, interaction: Interaction, detail: str) -> None:
        """Open the form for the member's own zone."""
        say = texts_for(interaction)
        form = Form(say("checkins.form.zone"), "checkins:set_zone", detail).ask(
            "zone",
            say("checkins.form.zone_label"),
            description=say("checkins.form.zone_hint"),
            value=Choices.read(detail).times.zone,
        )
        await interaction.response.send_modal(form)

    async def set_zone(self, interaction: Interaction, detail: str) -> None:
        """Offer the choices with the zone that was typed."""
        zone = known_zone(typed(interaction).get("zone", ""))
        await self.propose(interaction, Choices.read(detail).in_zone(zone))

    async def ask_hours(self, interaction: Interaction, detail: str) -> None:
        """Open the form for hours, quiet hours and a beginning of the member's own."""
        await interaction.response.send_modal(_hours_form(detail, interaction))

    async def set_hours(self, interaction: Interaction, detail: str) -> None:
        """Offer the choices with what was typed."""
        await self.propose(interaction, Choices.read(detail).with_hours(typed(interaction)))

    async def other_times(self, interaction: Interaction, detail: str) -> None:
        """Offer the choices again."""
        cadence = await self._checkins.get(int(detail), interaction.user.id)
        await self.propose(interaction, Choices.of(cadence))


def _hours_form(detail: str, interaction: Interaction) -> Form:
    say, times = texts_for(interaction), Choices.read(detail).times
    quiet = [
        "" if minute is None else clock(minute)
        for minute in (times.quiet_start_minute, times.quiet_end_minute)
    ]
    begins = times.begins_on.isoformat() if times.begins_on else ""
    form = Form(say("checkins.form.hours"), "checkins:set_hours", detail)
    form.ask("from", say("checkins.form.from"), value=clock(times.start_minute), longest=5)
    form.ask("until", say("checkins.form.until"), value=clock(times.end_minute), longest=5)
    hint = say("checkins.form.quiet_hint")
    label = say("checkins.form.quiet_from")
    form.ask("quiet_from", label, description=hint, value=quiet[0], longest=5, required=False)
    form.ask("quiet_until", say("checkins.form.quiet_until"), value=quiet[1], longest=5, required=False)
    hint, label = say("checkins.form.begins_hint"), say("checkins.form.begins")
    return form.ask("begins", label, description=hint, value=begins, longest=10, required=False)
