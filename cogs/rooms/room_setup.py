"""The set-up panel of one room, where each of its settings can be changed."""

import discord
from discord import ui

from bot.gateway.client import Interaction
from bot.gateway.interactions import guild_id_of, require_guild
from bot.rooms.model import Room
from bot.rooms.service import Rooms
from bot.texts.catalogue import Markup, Say
from cogs.rooms import routes
from cogs.rooms.voice_setup import VoiceSetup
from cogs.ui import bot_permissions
from cogs.ui.bot_permissions import usable_channel
from cogs.ui.links import SHOW_SETUP
from cogs.ui.panels import Component, button, channel_select, chosen, panel, replace_panel, texts_for
from cogs.ui.routes import NoPayload


class RoomSetup:
    """Shows and changes one room. Every method answers with the room's updated panel."""

    def __init__(self, rooms: Rooms, voice: VoiceSetup) -> None:
        self._rooms = rooms
        self._voice = voice

    @routes.OPEN_ROOM.handler
    async def open(self, interaction: Interaction, _: NoPayload) -> None:
        """Show the room that was chosen."""
        room = await self._rooms.get(guild_id_of(interaction), chosen(interaction, int))
        await self._show(interaction, room.room_id)

    @routes.MOVE_ROOM.handler
    async def move(self, interaction: Interaction, payload: routes.RoomRef) -> None:
        """Post the room's next cards in the channel that was chosen."""
        channel = usable_channel(interaction, chosen(interaction, int))
        room = await self._rooms.move(guild_id_of(interaction), payload.room_id, channel.id)
        done = texts_for(interaction)("setup.done_moved", room=room.name, where=Markup(channel.mention))
        await self._show(interaction, room.room_id, done)

    @routes.ADD_VOICE.handler
    async def add_voice(self, interaction: Interaction, payload: routes.RoomRef) -> None:
        """Make the room's silent voice channel."""
        room = await self._rooms.get(guild_id_of(interaction), payload.room_id)
        await self._show(interaction, room.room_id, await self._voice.turn_on(interaction, room))

    @routes.REMOVE_VOICE.handler
    async def remove_voice(self, interaction: Interaction, payload: routes.VoiceRemoval) -> None:
        """Take the voice channel from the room; delete it if that was chosen and the bot made it."""
        room = await self._rooms.get(guild_id_of(interaction), payload.room_id)
        done = await self._voice.turn_off(interaction, room, delete=payload.deletes_channel)
        await self._show(interaction, room.room_id, done)

    @routes.SWITCH_EVENTS.handler
    async def switch_events(self, interaction: Interaction, payload: routes.RoomSwitch) -> None:
        """Turn native events for the room's times on or off."""
        room = await self._rooms.get(guild_id_of(interaction), payload.room_id)
        done = await self._voice.switch_events(interaction, room, is_on=payload.is_on)
        await self._show(interaction, room.room_id, done)

    @routes.SWITCH_QUESTION.handler
    async def switch_question(self, interaction: Interaction, payload: routes.RoomSwitch) -> None:
        """Turn the arriving question on the room's cards on or off."""
        asks = payload.is_on
        room = await self._rooms.ask_arriving(guild_id_of(interaction), payload.room_id, asks=asks)
        place = "setup.done_asks" if asks else "setup.done_asks_not"
        await self._show(interaction, room.room_id, texts_for(interaction)(place, room=room.name))

    @routes.SWITCH_OPENING.handler
    async def switch_opening(self, interaction: Interaction, payload: routes.RoomSwitch) -> None:
        """Let members open sessions in the room, or only schedules and moderators."""
        allowed = payload.is_on
        room = await self._rooms.let_members_open(
            guild_id_of(interaction), payload.room_id, allowed=allowed
        )
        key = "setup.done_members_open" if allowed else "setup.done_moderators_open"
        await self._show(interaction, room.room_id, texts_for(interaction)(key, room=room.name))

    @routes.SWITCH_THREADS.handler
    async def switch_threads(self, interaction: Interaction, payload: routes.RoomSwitch) -> None:
        """Turn offers of new check-in threads in the room's channel on or off. Existing ones continue."""
        guild, say = require_guild(interaction), texts_for(interaction)
        room = await self._rooms.offer_threads(guild.id, payload.room_id, offered=payload.is_on)
        if not payload.is_on:
            await self._show(interaction, room.room_id, say("setup.done_no_threads", room=room.name))
            return
        done = str(say("setup.done_threads", room=room.name))
        channel = guild.get_channel(room.channel_id)
        held = bot_permissions.held_in(guild, channel) if channel else discord.Permissions.none()
        if not bot_permissions.can_have_threads(channel):
            done = "\n".join([done, say("setup.threads_nowhere")])
        elif lacks := bot_permissions.missing(bot_permissions.THREAD_NEEDS, held):
            done = "\n".join([done, say("setup.threads_wait", missing=bot_permissions.words(lacks, say))])
        await self._show(interaction, room.room_id, done)

    async def _show(self, interaction: Interaction, room_id: int, done: str = "") -> None:
        room = await self._rooms.get(guild_id_of(interaction), room_id)
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
        say("setup.threads_on" if room.allows_checkin_threads else "setup.threads_off"),
        say("setup.members_open" if room.members_may_open else "setup.moderators_open"),
    ]
    return panel(
        [
            say("setup.room", room=room.name, where=where, count=room.capacity),
            "\n".join(choices),
            done,
        ],
        [
            [channel_select(say("setup.move_room"), routes.MOVE_ROOM(room.room_id))],
            _switches(room, say),
            [button(say("setup.button.back"), SHOW_SETUP())],
        ],
    )


def _switches(room: Room, say: Say) -> list[Component]:
    room_id = room.room_id
    if room.voice_channel_id is None:
        voice = [button(say("setup.button.voice_on"), routes.ADD_VOICE(room_id))]
    else:
        voice = [button(say("setup.button.voice_off"), routes.REMOVE_VOICE(room_id, deletes_channel=False))]
        if room.bot_made_voice:
            delete = routes.REMOVE_VOICE(room_id, deletes_channel=True)
            voice.append(button(say("setup.button.voice_gone"), delete))
    events = "setup.button.events_off" if room.has_events else "setup.button.events_on"
    question = "setup.button.arriving_off" if room.asks_arriving else "setup.button.arriving_on"
    threads = "setup.button.threads_off" if room.allows_checkin_threads else "setup.button.threads_on"
    opening = "setup.button.moderators_open" if room.members_may_open else "setup.button.members_open"
    return [
        *voice,
        button(say(events), routes.SWITCH_EVENTS(room_id, not room.has_events)),
        button(say(question), routes.SWITCH_QUESTION(room_id, not room.asks_arriving)),
        button(say(threads), routes.SWITCH_THREADS(room_id, not room.allows_checkin_threads)),
        button(say(opening), routes.SWITCH_OPENING(room_id, not room.members_may_open)),
    ]
