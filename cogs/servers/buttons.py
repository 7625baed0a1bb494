"""The select, buttons and forms of set-up."""

from bot.errors import RefusalError
from bot.gateway.client import Interaction
from bot.gateway.interactions import guild_id_of
from bot.rooms.rules import LENGTHS
from bot.servers.service import LONGEST_HELP_CONTACTS
from cogs.servers import routes
from cogs.servers.panels import day_choices
from cogs.servers.setup import ServerSetup
from cogs.ui.forms import Form, typed
from cogs.ui.panels import chosen, texts_for
from cogs.ui.routes import NoPayload


class SetupButtons:
    """Opens forms and hands on what was chosen or typed."""

    def __init__(self, setup: ServerSetup) -> None:
        self._setup = setup

    @routes.ADD_ROOM.handler
    async def add_room(self, interaction: Interaction, _: NoPayload) -> None:
        """Add a room in the channel that was chosen."""
        await self._setup.add_room(interaction, chosen(interaction, int), None, None)

    @routes.SHOW_SETUP.handler
    async def show(self, interaction: Interaction, _: NoPayload) -> None:
        """Show the panel again."""
        await self._setup.show(interaction)

    @routes.SET_LANGUAGE.handler
    async def set_language(self, interaction: Interaction, _: NoPayload) -> None:
        """Keep the language that was chosen."""
        await self._setup.set_language(interaction, chosen(interaction, str))

    @routes.ASK_ZONE.handler
    async def ask_zone(self, interaction: Interaction, _: NoPayload) -> None:
        """Open the form for the zone."""
        say = texts_for(interaction)
        guild = await self._setup.guilds.get(guild_id_of(interaction))
        form = Form(say("setup.form.zone"), routes.SET_ZONE()).ask(
            "zone", say("setup.form.zone_label"), description=say("setup.form.zone_hint"), value=guild.zone
        )
        await interaction.response.send_modal(form)

    @routes.SET_ZONE.handler
    async def set_zone(self, interaction: Interaction, _: NoPayload) -> None:
        """Keep the zone that was typed."""
        await self._setup.set_zone(interaction, typed(interaction).text("zone"))

    @routes.ASK_HELP_CONTACTS.handler
    async def ask_help_contacts(self, interaction: Interaction, _: NoPayload) -> None:
        """Open the form for the places to turn to."""
        say = texts_for(interaction)
        guild = await self._setup.guilds.get(guild_id_of(interaction))
        form = Form(say("setup.form.help_contacts"), routes.SET_HELP_CONTACTS()).ask(
            "help_contacts",
            say("setup.form.help_contacts_label"),
            description=say("setup.form.help_contacts_hint"),
            value=guild.help_contacts,
            longest=LONGEST_HELP_CONTACTS,
            required=False,
            paragraph=True,
        )
        await interaction.response.send_modal(form)

    @routes.SET_HELP_CONTACTS.handler
    async def set_help_contacts(self, interaction: Interaction, _: NoPayload) -> None:
        """Keep the text that was typed."""
        await self._setup.set_help_contacts(interaction, typed(interaction).text("help_contacts"))

    @routes.ASK_SCHEDULE.handler
    async def ask_schedule(self, interaction: Interaction, _: NoPayload) -> None:
        """Open the form for a weekly time."""
        say = texts_for(interaction)
        rooms = await self._setup.rooms.of_guild(guild_id_of(interaction))
        if not rooms:
            raise RefusalError("refusals.no_rooms")
        lengths = [(str(each), say("setup.form.minutes", count=each)) for each in LENGTHS]
        form = (
            Form(say("setup.form.schedule"), routes.ADD_SCHEDULE())
            .choose("room", say("setup.form.room"), [(str(room.room_id), room.name) for room in rooms])
            .choose("day", say("setup.form.day"), day_choices(say))
            .ask("time", say("setup.form.time"), description=say("setup.form.time_hint"), longest=5)
            .choose("minutes", say("setup.form.length"), lengths)
        )
        await interaction.response.send_modal(form)

    @routes.ADD_SCHEDULE.handler
    async def add_schedule(self, interaction: Interaction, _: NoPayload) -> None:
        """Keep the weekly time that was chosen."""
        given = typed(interaction)
        await self._setup.add_schedule(
            interaction,
            given.value("room", int),
            given.value("day", routes.Weekday),
            given.text("time"),
            given.value("minutes", int),
        )
