"""One room's own panel in set-up: each of its choices can be changed there at any time."""

import discord
from discord import ui

from bot.gateway.client import Client, Interaction
from bot.gateway.interactions import require_guild
from bot.rooms.model import Room
from bot.rooms.service import Rooms
from bot.texts.catalogue import Markup, Say
from cogs.rooms.voice_setup import VoiceDesk
from cogs.ui import bot_permissions
from cogs.ui.bot_permissions import usable_channel
from cogs.ui.components import Durable, button, channel_select, chosen_value
from cogs.ui.guards import managed
from cogs.ui.panels import panel, replace_panel, texts_for

_TOO_LARGE = 1 << 63  # for the database, and for Discord's ids


class RoomDesk:
    """Shows and changes one room. Every method answers with the panel as it then stands."""

    def __init__(self, rooms: Rooms, voice: VoiceDesk) -> None:
        self._rooms = rooms
        self._voice = voice

    def register(self, bot: Client) -> None:
        """Name the actions."""
        bot.on_action("setup:room", self.open)
        bot.on_action("setup:move_room", self.move)
        bot.on_action("setup:voice_on", self.give_voice)
        bot.on_action("setup:voice_off", self.part_from_voice)
        bot.on_action("setup:voice_gone", self.delete_voice)
        bot.on_action("setup:events_on", self.announce)
        bot.on_action("setup:events_off", self.announce_nothing)
        bot.on_action("setup:arriving_on", self.ask_arriving)
        bot.on_action("setup:arriving_off", self.ask_nothing)
        bot.on_action("setup:threads_on", self.offer_threads)
        bot.on_action("setup:threads_off", self.offer_no_threads)

    async def open(self, interaction: Interaction, _: str) -> None:
        """Show the room that was chosen."""
        room = await self._find(interaction, chosen_value(interaction))
        await self._show(interaction, room.room_id)

    async def move(self, interaction: Interaction, detail: str) -> None:
        """Let the room's next cards come to the channel that was chosen."""
        guild_id = managed(interaction)
        channel = usable_channel(interaction, _number(chosen_value(interaction)))
        room = await self._rooms.move(guild_id, _number(detail), channel.id)
        done = texts_for(interaction)("setup.done_moved", room=room.name, where=Markup(channel.mention))
        await self._show(interaction, room.room_id, done)

    async def give_voice(self, interaction: Interaction, detail: str) -> None:
        """Make the room's silent voice channel."""
        room = await self._find(interaction, detail)
        await self._show(interaction, room.room_id, await self._voice.turn_on(interaction, room))

    async def part_from_voice(self, interaction: Interaction, detail: str) -> None:
        """Let the room be without voice; its voice channel stays."""
        await self._turn_voice_off(interaction, detail, delete=False)

    async def delete_voice(self, interaction: Interaction, detail: str) -> None:
        """Let the room be without voice; the voice channel that the bot made goes."""
        await self._turn_voice_off(interaction, detail, delete=True)

    async def announce(self, interaction: Interaction, detail: str) -> None:
        """Let native events announce the room's times."""
        await self._switch_events(interaction, detail, is_on=True)

    async def announce_nothing(self, interaction: Interaction, detail: str) -> None:
        """Let no native events announce the room's times."""
        await self._switch_events(interaction, detail, is_on=False)

    async def ask_arriving(self, interaction: Interaction, detail: str) -> None:
        """Let the room's cards ask the arriving question."""
        room = await self._rooms.ask_arriving(managed(interaction), _number(detail), asks=True)
        await self._show(
            interaction, room.room_id, texts_for(interaction)("setup.done_asks", room=room.name)
        )

    async def ask_nothing(self, interaction: Interaction, detail: str) -> None:
        """Let the room's cards ask nothing."""
        room = await self._rooms.ask_arriving(managed(interaction), _number(detail), asks=False)
        done = texts_for(interaction)("setup.done_asks_not", room=room.name)
        await self._show(interaction, room.room_id, done)

    async def offer_threads(self, interaction: Interaction, detail: str) -> None:
        """Let check-ins come in private threads of the room's channel."""
        guild_id, guild = managed(interaction), require_guild(interaction)
        room = await self._rooms.offer_threads(guild_id, _number(detail), offered=True)
        say = texts_for(interaction)
        done = str(say("setup.done_threads", room=room.name))
        channel = guild.get_channel(room.channel_id)
        held = channel.permissions_for(guild.me) if channel else discord.Permissions.none()
        if lacks := bot_permissions.missing(bot_permissions.THREAD_NEEDS, held):
            done = "\n".join([done, say("setup.threads_wait", missing=bot_permissions.words(lacks, say))])
        await self._show(interaction, room.room_id, done)

    async def offer_no_threads(self, interaction: Interaction, detail: str) -> None:
        """Offer no threads anew; those that are there go on."""
        room = await self._rooms.offer_threads(managed(interaction), _number(detail), offered=False)
        done = texts_for(interaction)("setup.done_no_threads", room=room.name)
        await self._show(interaction, room.room_id, done)

    async def _turn_voice_off(self, interaction: Interaction, detail: str, *, delete: bool) -> None:
        room = await self._find(interaction, detail)
        done = await self._voice.turn_off(interaction, room, delete=delete)
        await self._show(interaction, room.room_id, done)

    async def _switch_events(self, interaction: Interaction, detail: str, *, is_on: bool) -> None:
        room = await self._find(interaction, detail)
        done = await self._voice.switch_events(interaction, room, is_on=is_on)
        await self._show(interaction, room.room_id, done)

    async def _find(self, interaction: Interaction, typed: str) -> Room:
        return await self._rooms.get(managed(interaction), _number(typed))

    async def _show(self, interaction: Interaction, room_id: int, done: str = "") -> None:
        room = await self._rooms.get(managed(interaction), room_id)
        await replace_panel(interaction, page(room, texts_for(interaction), done))


def page(room: Room, say: Say, done: str = "") -> ui.LayoutView:
    """Return the panel of one room; `done` says what was just changed."""
    where = Markup(f"<#{room.channel_id}>")
    if room.voice_channel_id is None:
        voice = say("setup.voice_off")
    else:
        voice = say("setup.voice_on", where=Markup(f"<#{room.voice_channel_id}>"))
    choices = [
        voice,
        say("setup.events_on" if room.has_events else "setup.events_off"),
        say("setup.arriving_on" if room.asks_arriving else "setup.arriving_off"),
        say("setup.threads_on" if room.has_threads else "setup.threads_off"),
    ]
    return panel(
        [
            say("setup.room", room=room.name, where=where, count=room.capacity),
            "\n".join(choices),
            done,
        ],
        [
            [channel_select(say("setup.move_room"), "setup:move_room", room.room_id)],
            _switches(room, say),
            [button(say("setup.button.back"), "setup:show")],
        ],
    )


def _switches(room: Room, say: Say) -> list[Durable]:
    number = room.room_id
    if room.voice_channel_id is None:
        voice = [button(say("setup.button.voice_on"), "setup:voice_on", number)]
    else:
        voice = [button(say("setup.button.voice_off"), "setup:voice_off", number)]
        if room.made_voice:
            voice.append(button(say("setup.button.voice_gone"), "setup:voice_gone", number))
    if room.has_events:
        events = button(say("setup.button.events_off"), "setup:events_off", number)
    else:
        events = button(say("setup.button.events_on"), "setup:events_on", number)
    if room.asks_arriving:
        arriving = button(say("setup.button.arriving_off"), "setup:arriving_off", number)
    else:
        arriving = button(say("setup.button.arriving_on"), "setup:arriving_on", number)
    if room.has_threads:
        threads = button(say("setup.button.threads_off"), "setup:threads_off", number)
    else:
        threads = button(say("setup.button.threads_on"), "setup:threads_on", number)
    return [*voice, events, arriving, threads]


def _number(typed: str) -> int:
    """Return a number from a custom id or a select; 0, which nothing has, for what is none."""
    number = int(typed) if typed.isdecimal() else 0
    return number if number < _TOO_LARGE else 0
