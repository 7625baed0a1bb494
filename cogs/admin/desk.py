"""Where set-up is done, by command, button or form alike: who may, what is checked, what is shown."""

import discord
from discord import ui

from bot.boundary import server
from bot.client import Interaction
from bot.errors import RefusalError
from bot.guilds.model import Guild
from bot.guilds.service import Guilds
from bot.rooms.model import Room
from bot.rooms.rules import DEFAULT_CAPACITY, LONGEST_NAME
from bot.rooms.service import Rooms
from bot.schedules.model import Plan
from bot.schedules.rules import read_clock_time
from bot.schedules.service import Schedules
from bot.sessions.service import Sessions
from bot.texts.catalogue import Markup, locales
from cogs.admin import needs, panels, times
from cogs.admin.gate import managed
from cogs.ui.panel import speaker, tell, turn_into


class SetupDesk:
    """Changes a server's set-up. Every method answers the moderator with the panel as it then stands."""

    def __init__(self, guilds: Guilds, rooms: Rooms, schedules: Schedules, sessions: Sessions) -> None:
        self.guilds = guilds
        self.rooms = rooms
        self._schedules = schedules
        self._sessions = sessions

    async def show(self, interaction: Interaction, done: str = "") -> None:
        """Show the panel privately, or renew the one that was tapped."""
        guild_id = managed(interaction)
        listings = {each.room.room_id: each for each in await self._sessions.listing(guild_id)}
        rooms = [
            panels.RoomSetup(each.room, await self._schedules.of_room(room_id), each.next_at)
            for room_id, each in listings.items()
        ]
        guild = await self.guilds.get(guild_id)
        languages = _languages(interaction, guild)
        await _answer(interaction, panels.setup(guild, languages, rooms, speaker(interaction), done))

    async def set_zone(self, interaction: Interaction, typed: str) -> None:
        """Keep the server's zone."""
        zone = await self.guilds.set_zone(managed(interaction), typed)
        await self.show(interaction, speaker(interaction)("setup.done_zone", zone=zone))

    async def set_language(self, interaction: Interaction, locale: str) -> None:
        """Keep the language that cards speak, or follow Discord's."""
        chosen = None if locale == panels.FOLLOWED else locale
        await self.guilds.set_locale(managed(interaction), chosen)
        await self.show(interaction, speaker(interaction)("setup.done_language"))

    async def set_places(self, interaction: Interaction, places: str) -> None:
        """Keep what /help-now says."""
        await self.guilds.set_places(managed(interaction), places)
        place = "setup.done_places" if places.strip() else "setup.done_no_places"
        await self.show(interaction, speaker(interaction)(place))

    async def add_room(
        self, interaction: Interaction, channel_id: int, name: str | None, capacity: int | None
    ) -> None:
        """Add a room with its card in a channel; without a name it is called as the channel."""
        room = await self.create_room(interaction, channel_id, name, capacity)
        await self.show(interaction, speaker(interaction)("setup.done_room", room=room.name))

    async def create_room(
        self, interaction: Interaction, channel_id: int, name: str | None, capacity: int | None
    ) -> Room:
        """Add a room and return it, without an answer. Raises RefusalError as `add_room`."""
        guild_id = managed(interaction)
        channel = usable_channel(interaction, channel_id)
        return await self.rooms.add(
            guild_id,
            channel_id,
            name if name is not None else _name_of(channel),
            DEFAULT_CAPACITY if capacity is None else capacity,
        )

    async def ask_arriving(self, interaction: Interaction, typed: str, *, asks: bool) -> None:
        """Let a room's cards ask the arriving question, or not."""
        guild_id = managed(interaction)
        found = await self.rooms.find(guild_id, typed)
        room = await self.rooms.ask_arriving(guild_id, found.room_id, asks=asks)
        place = "setup.done_asks" if asks else "setup.done_asks_not"
        await self.show(interaction, speaker(interaction)(place, room=room.name))

    async def add_schedule(
        self, interaction: Interaction, room: str, day: int, time: str, minutes: int, zone: str | None
    ) -> None:
        """Let sessions of a room open by themselves, weekly; in the server's zone if none is named."""
        guild_id = managed(interaction)
        local_minute = read_clock_time(time)
        if local_minute is None:
            raise RefusalError("refusals.clock_time", typed=time[:20])
        found = await self.rooms.find(guild_id, room)
        chosen = zone or (await self.guilds.get(guild_id)).zone
        schedule = await self._schedules.add(
            guild_id, found.room_id, 1 << day, local_minute, chosen, minutes
        )
        say = speaker(interaction)
        plan = Plan(schedule)
        ahead = self._schedules.upcoming(plan, times.PREVIEWED)
        done = say("setup.done_schedule", room=found.name, when=times.when(schedule, say))
        coming = times.preview(times.Timetable(found, plan, ahead), say)
        await self.show(interaction, f"{done}\n{coming}")


def _languages(interaction: Interaction, guild: Guild) -> panels.Languages:
    texts = interaction.client.services.texts
    names = {locale: texts.say("language.name", locale) for locale in locales()}
    told = interaction.guild.preferred_locale.value if interaction.guild else None
    return panels.Languages(names, guild.locale, texts.locale_of(guild.locale or told))


def usable_channel(interaction: Interaction, channel_id: int) -> discord.TextChannel:
    """Return a text channel that a card can be posted in. Raises RefusalError naming what is amiss."""
    guild = server(interaction)
    channel = guild.get_channel(channel_id)
    if not isinstance(channel, discord.TextChannel):
        raise RefusalError("refusals.no_text_channel")
    held = channel.permissions_for(guild.me)
    missing = needs.missing(needs.CARD_NEEDS, held)
    if missing:
        where, named = Markup(channel.mention), needs.words(missing, speaker(interaction))
        raise RefusalError("refusals.channel_permissions", where=where, missing=named)
    return channel


def _name_of(channel: discord.TextChannel) -> str:
    return channel.name.replace("-", " ").replace("_", " ").strip().capitalize()[:LONGEST_NAME]


async def _answer(interaction: Interaction, view: ui.LayoutView) -> None:
    if interaction.message is not None:
        await turn_into(interaction, view)
    else:
        await tell(interaction, view)
