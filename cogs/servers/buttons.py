"""The select, buttons and forms of set-up."""

from bot.errors import RefusalError
from bot.gateway.client import Client, Interaction
from bot.rooms.rules import LENGTHS
from bot.servers.service import LONGEST_PLACES
from cogs.servers.panels import day_choices
from cogs.servers.setup import SetupDesk
from cogs.ui.components import chosen_value
from cogs.ui.forms import Form, typed
from cogs.ui.guards import managed
from cogs.ui.panels import texts_for


class SetupActions:
    """Opens forms and hands what was chosen or typed to the desk."""

    def __init__(self, desk: SetupDesk) -> None:
        self._desk = desk

    def register(self, bot: Client) -> None:
        """Name the actions."""
        bot.on_action("setup:add_room", self.add_room)
        bot.on_action("setup:show", self.show)
        bot.on_action("setup:set_language", self.set_language)
        bot.on_action("setup:ask_zone", self.ask_zone)
        bot.on_action("setup:set_zone", self.set_zone)
        bot.on_action("setup:ask_places", self.ask_places)
        bot.on_action("setup:set_places", self.set_places)
        bot.on_action("setup:ask_schedule", self.ask_schedule)
        bot.on_action("setup:add_schedule", self.add_schedule)

    async def add_room(self, interaction: Interaction, _: str) -> None:
        """Add a room in the channel that was chosen."""
        await self._desk.add_room(interaction, int(chosen_value(interaction)), None, None)

    async def show(self, interaction: Interaction, _: str) -> None:
        """Show the panel again."""
        await self._desk.show(interaction)

    async def set_language(self, interaction: Interaction, _: str) -> None:
        """Keep the language that was chosen."""
        await self._desk.set_language(interaction, chosen_value(interaction))

    async def ask_zone(self, interaction: Interaction, _: str) -> None:
        """Open the form for the zone."""
        say = texts_for(interaction)
        guild = await self._desk.guilds.get(managed(interaction))
        form = Form(say("setup.form.zone"), "setup:set_zone").ask(
            "zone", say("setup.form.zone_label"), description=say("setup.form.zone_hint"), value=guild.zone
        )
        await interaction.response.send_modal(form)

    async def set_zone(self, interaction: Interaction, _: str) -> None:
        """Keep the zone that was typed."""
        await self._desk.set_zone(interaction, typed(interaction).get("zone", ""))

    async def ask_places(self, interaction: Interaction, _: str) -> None:
        """Open the form for the places to turn to."""
        say = texts_for(interaction)
        guild = await self._desk.guilds.get(managed(interaction))
        form = Form(say("setup.form.places"), "setup:set_places").ask(
            "places",
            say("setup.form.places_label"),
            description=say("setup.form.places_hint"),
            value=guild.places,
            longest=LONGEST_PLACES,
            required=False,
            paragraph=True,
        )
        await interaction.response.send_modal(form)

    async def set_places(self, interaction: Interaction, _: str) -> None:
        """Keep the text that was typed."""
        await self._desk.set_places(interaction, typed(interaction).get("places", ""))

    async def ask_schedule(self, interaction: Interaction, _: str) -> None:
        """Open the form for a weekly time."""
        say = texts_for(interaction)
        rooms = await self._desk.rooms.of_guild(managed(interaction))
        if not rooms:
            raise RefusalError("refusals.no_rooms")
        lengths = [(str(each), say("setup.form.minutes", count=each)) for each in LENGTHS]
        form = (
            Form(say("setup.form.schedule"), "setup:add_schedule")
            .choose("room", say("setup.form.room"), [(str(room.room_id), room.name) for room in rooms])
            .choose("day", say("setup.form.day"), day_choices(say))
            .ask("time", say("setup.form.time"), description=say("setup.form.time_hint"), longest=5)
            .choose("minutes", say("setup.form.length"), lengths)
        )
        await interaction.response.send_modal(form)

    async def add_schedule(self, interaction: Interaction, _: str) -> None:
        """Keep the weekly time that was chosen."""
        given = typed(interaction)
        await self._desk.add_schedule(
            interaction, given["room"], int(given["day"]), given["time"], int(given["minutes"]), None
        )
