"""Where set-up is done, by command, button or form alike: what is checked and what is shown."""

from discord import ui

from bot.errors import RefusalError
from bot.gateway.client import Interaction
from bot.gateway.interactions import guild_id_of
from bot.readers.wall_time import read_clock_time
from bot.rooms.schedules.model import Plan
from bot.rooms.schedules.service import Schedules
from bot.rooms.service import Rooms
from bot.rooms.sessions.service import Sessions
from bot.servers.model import Guild
from bot.servers.service import ServerSettings
from bot.texts.catalogue import locales
from cogs.rooms import schedule_panels
from cogs.rooms.room_creation import create_room
from cogs.servers import panels
from cogs.ui.panels import replace_panel, send_panel, texts_for


class ServerSetup:
    """Changes a server's set-up. Every method answers the moderator with the panel as it then stands."""

    def __init__(
        self, guilds: ServerSettings, rooms: Rooms, schedules: Schedules, sessions: Sessions
    ) -> None:
        self.guilds = guilds
        self.rooms = rooms
        self._schedules = schedules
        self._sessions = sessions

    async def show(self, interaction: Interaction, done: str = "") -> None:
        """Show the panel privately, or renew the one that was tapped."""
        guild_id = guild_id_of(interaction)
        listings = {each.room.room_id: each for each in await self._sessions.listing(guild_id)}
        rooms = [
            panels.RoomLine(each.room, await self._schedules.of_room(room_id), each.next_at)
            for room_id, each in listings.items()
        ]
        guild = await self.guilds.get(guild_id)
        languages = _languages(interaction, guild)
        await _answer(interaction, panels.setup(guild, languages, rooms, texts_for(interaction), done))

    async def set_zone(self, interaction: Interaction, typed: str) -> None:
        """Keep the server's zone."""
        zone = await self.guilds.set_zone(guild_id_of(interaction), typed)
        await self.show(interaction, texts_for(interaction)("setup.done_zone", zone=zone))

    async def set_language(self, interaction: Interaction, locale: str) -> None:
        """Keep the language that cards speak, or follow Discord's."""
        chosen = None if locale == panels.FOLLOWED else locale
        await self.guilds.set_locale(guild_id_of(interaction), chosen)
        await self.show(interaction, texts_for(interaction)("setup.done_language"))

    async def set_help_contacts(self, interaction: Interaction, help_contacts: str) -> None:
        """Keep what /help-now says."""
        await self.guilds.set_help_contacts(guild_id_of(interaction), help_contacts)
        place = "setup.done_help_contacts" if help_contacts.strip() else "setup.done_no_help_contacts"
        await self.show(interaction, texts_for(interaction)(place))

    async def add_room(
        self, interaction: Interaction, channel_id: int, name: str | None, capacity: int | None
    ) -> None:
        """Add a room with its card in a channel; without a name it is called as the channel."""
        room = await create_room(interaction, self.rooms, channel_id, name, capacity)
        await self.show(interaction, texts_for(interaction)("setup.done_room", room=room.name))

    async def add_schedule(
        self, interaction: Interaction, room_id: int, day: int, time: str, minutes: int
    ) -> None:
        """Let sessions of a room open by themselves, weekly, in the server's zone."""
        guild_id = guild_id_of(interaction)
        local_minute = read_clock_time(time)
        if local_minute is None:
            raise RefusalError("refusals.clock_time", typed=time[:20])
        found = await self.rooms.get(guild_id, room_id)
        zone = (await self.guilds.get(guild_id)).zone
        schedule = await self._schedules.add(guild_id, found.room_id, 1 << day, local_minute, zone, minutes)
        say = texts_for(interaction)
        plan = Plan(schedule)
        ahead = self._schedules.upcoming(plan, schedule_panels.PREVIEWED)
        done = say("setup.done_schedule", room=found.name, when=schedule_panels.when(schedule, say))
        coming = schedule_panels.preview(schedule_panels.Timetable(found, plan, ahead), say)
        await self.show(interaction, f"{done}\n{coming}")


def _languages(interaction: Interaction, guild: Guild) -> panels.Languages:
    texts = interaction.client.services.texts
    names = {locale: texts.say("language.name", locale) for locale in locales()}
    told = interaction.guild.preferred_locale.value if interaction.guild else None
    return panels.Languages(names, guild.locale, texts.locale_of(guild.locale or told))


async def _answer(interaction: Interaction, view: ui.LayoutView) -> None:
    if interaction.message is not None:
        await replace_panel(interaction, view)
    else:
        await send_panel(interaction, view)
