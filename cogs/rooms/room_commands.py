"""`/quiet room`: commands for moderators about rooms."""

import discord
from discord import app_commands

from bot.gateway.client import Interaction
from bot.gateway.command_texts import choice
from bot.gateway.interactions import guild_id_of
from bot.rooms.rules import MOST_IN_VOICE, MOST_SEATS
from bot.rooms.service import Rooms
from cogs.rooms.room_creation import create_room
from cogs.rooms.room_setup import RoomSetup
from cogs.rooms.voice_setup import VoiceSetup
from cogs.ui.links import ShowSetup
from cogs.ui.panels import texts_for
from cogs.ui.typed_values import matching

_WHO = [
    choice("everyone", "command_choices.who.everyone"),
    choice("moderators", "command_choices.who.moderators"),
]
_ON_OFF = [choice(1, "command_choices.switch.on"), choice(0, "command_choices.switch.off")]


class RoomCommands(app_commands.Group):
    """The commands of `/quiet room`."""

    def __init__(
        self, rooms: Rooms, voice: VoiceSetup, room_setup: RoomSetup, show_setup: ShowSetup
    ) -> None:
        super().__init__(name="room")
        self._rooms = rooms
        self._voice = voice
        self._room_setup = room_setup
        self._show_setup = show_setup

    @app_commands.command(name="add")
    async def add_room(
        self,
        interaction: Interaction,
        channel: discord.TextChannel,
        name: str | None = None,
        seats: app_commands.Range[int, 1, MOST_SEATS] | None = None,
        voice: bool = False,
        limit: app_commands.Range[int, 0, MOST_IN_VOICE] = 0,
    ) -> None:
        """Add a room."""
        if voice:
            await self._voice.add_room(interaction, channel.id, name, seats, limit)
        else:
            room = await create_room(interaction, self._rooms, channel.id, name, seats)
            await self._show_setup(interaction, texts_for(interaction)("setup.done_room", room=room.name))

    @app_commands.command(name="voice")
    @app_commands.choices(silent=_ON_OFF)
    async def voice_room(
        self,
        interaction: Interaction,
        room: str,
        silent: int,
        limit: app_commands.Range[int, 0, MOST_IN_VOICE] = 0,
        delete: bool = False,
    ) -> None:
        """Turn silent voice on or off."""
        if delete and not silent:
            await self._room_setup.ask_voice_deletion_of(interaction, room)
        else:
            await self._voice.set_voice(interaction, room, is_on=bool(silent), limit=limit)

    @app_commands.command(name="events")
    @app_commands.choices(announced=_ON_OFF)
    async def events_of_room(self, interaction: Interaction, room: str, announced: int) -> None:
        """Turn native events on or off."""
        await self._voice.set_events(interaction, room, is_on=bool(announced))

    @app_commands.command(name="hello")
    @app_commands.choices(asks=_ON_OFF)
    async def arriving(self, interaction: Interaction, room: str, asks: int) -> None:
        """Turn the arriving question on or off."""
        guild_id = guild_id_of(interaction)
        found = await self._rooms.find(guild_id, room)
        changed = await self._rooms.ask_arriving(guild_id, found.room_id, asks=bool(asks))
        key = "setup.done_asks" if asks else "setup.done_asks_not"
        done = "setup.unchanged" if changed == found else key
        await self._show_setup(interaction, texts_for(interaction)(done, room=changed.name))

    @app_commands.command(name="opening")
    @app_commands.choices(who=_WHO)
    async def opening(self, interaction: Interaction, room: str, who: str) -> None:
        """Let members open sessions, or only schedules and moderators."""
        guild_id, allowed = guild_id_of(interaction), who == "everyone"
        found = await self._rooms.find(guild_id, room)
        changed = await self._rooms.let_members_open(guild_id, found.room_id, allowed=allowed)
        key = "setup.done_members_open" if allowed else "setup.done_moderators_open"
        done = "setup.unchanged" if changed == found else key
        await self._show_setup(interaction, texts_for(interaction)(done, room=changed.name))

    @app_commands.command(name="remove")
    async def remove_room(self, interaction: Interaction, room: str) -> None:
        """Ask before a room is removed."""
        await self._room_setup.ask_removal_of(interaction, room)

    @arriving.autocomplete("room")
    @opening.autocomplete("room")
    @voice_room.autocomplete("room")
    @events_of_room.autocomplete("room")
    @remove_room.autocomplete("room")
    async def complete_room(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Offer the server's rooms."""
        rooms = await self._rooms.of_guild(guild_id_of(interaction))
        return matching([(room.name, str(room.room_id)) for room in rooms], typed)
