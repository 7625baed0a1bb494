"""The set-up panel of one room: shows it, and changes, moves and removes what moderators choose."""

from collections.abc import Awaitable, Callable
from functools import partial

import discord

from bot.errors import RefusalError, StaleError
from bot.gateway.client import Interaction
from bot.gateway.interactions import guild_id_of, require_guild
from bot.rooms.model import Room
from bot.rooms.service import Rooms
from bot.rooms.shown import ShownRoom
from bot.texts.catalogue import Markup
from cogs.rooms import room_forms, room_panels, routes
from cogs.rooms.voice_setup import VoiceSetup
from cogs.ui import bot_permissions
from cogs.ui.bot_permissions import usable_channel
from cogs.ui.forms import Form, typed
from cogs.ui.panels import chosen, replace_panel, send_panel, texts_for
from cogs.ui.routes import NoPayload

Change = Callable[[Room], Awaitable[str]]  # changes a room, and says what was done


class RoomSetup:
    """Shows and changes one room. Changes are answered with the room's updated panel.

    A tap on an outdated panel changes nothing: the answer says so and shows the room as it is.
    """

    def __init__(self, rooms: Rooms, voice: VoiceSetup) -> None:
        self._rooms = rooms
        self._voice = voice

    @routes.OPEN_ROOM.handler
    async def open(self, interaction: Interaction, _: NoPayload) -> None:
        """Show the room that was chosen."""
        await self.show(interaction, chosen(interaction, int))

    @routes.SHOW_ROOM.handler
    async def open_by_button(self, interaction: Interaction, payload: routes.RoomId) -> None:
        """Show a room."""
        await self.show(interaction, payload.room_id)

    @routes.ASK_EDIT_ROOM.handler
    async def ask_edit(self, interaction: Interaction, payload: routes.RoomId) -> None:
        """Open the form for the room's name and seats."""
        shown = await self._look(interaction, payload.room_id)
        await interaction.response.send_modal(await self.edit_form(interaction, room_panels.ref(shown)))

    @routes.EDIT_ROOM.form
    async def edit_form(self, interaction: Interaction, payload: routes.RoomRef) -> Form:
        """Return the form for the room's name and seats, as they are now."""
        shown = await self._look(interaction, payload.room_id)
        custom_id = routes.EDIT_ROOM.of(room_panels.ref(shown))
        return room_forms.edit_form(custom_id, shown.room, texts_for(interaction))

    @routes.EDIT_ROOM.handler
    async def edit(self, interaction: Interaction, payload: routes.RoomRef) -> None:
        """Give the room the name and the seats that were typed."""
        given, guild_id = typed(interaction), guild_id_of(interaction)
        name, count = given.text("name"), room_forms.read_count(given.text("seats"))
        old = await self._rooms.get(guild_id, payload.room_id)
        room = await self._rooms.edit(guild_id, old.room_id, name, count, seen=payload.fingerprint)
        key = "setup.unchanged" if room == old else "setup.done_room_edited"
        done = texts_for(interaction)(key, room=room.name, count=room.capacity)
        await self.show(interaction, room.room_id, done)

    @routes.MOVE_ROOM.handler
    async def move(self, interaction: Interaction, payload: routes.RoomRef) -> None:
        """Post the room's next cards in the channel that was chosen."""

        async def change(room: Room) -> str:
            channel, say = usable_channel(interaction, chosen(interaction, int)), texts_for(interaction)
            if channel.id == room.channel_id:
                return say("setup.unchanged")
            await self._rooms.move(room.guild_id, room.room_id, channel.id, seen=payload.fingerprint)
            return say("setup.done_moved", room=room.name, where=Markup(channel.mention))

        await self._change(interaction, payload, change)

    @routes.ASK_ADD_VOICE.handler
    async def ask_add_voice(self, interaction: Interaction, payload: routes.RoomId) -> None:
        """Open the form for the room's silent voice channel."""
        shown = await self._look(interaction, payload.room_id)
        await interaction.response.send_modal(await self.voice_form(interaction, room_panels.ref(shown)))

    @routes.ADD_VOICE.form
    async def voice_form(self, interaction: Interaction, payload: routes.RoomRef) -> Form:
        """Return the form that asks how many people the voice channel takes."""
        ref = room_panels.ref(await self._look(interaction, payload.room_id))
        return room_forms.voice_form(routes.ADD_VOICE.of(ref), texts_for(interaction))

    @routes.ADD_VOICE.handler
    async def add_voice(self, interaction: Interaction, payload: routes.RoomRef) -> None:
        """Make the room's silent voice channel, for as many people as were typed."""
        limit = room_forms.read_limit(typed(interaction).text("limit"))

        async def change(room: Room) -> str:
            return await self._voice.turn_on(interaction, room, limit, seen=payload.fingerprint)

        await self._change(interaction, payload, change)

    @routes.LEAVE_VOICE.handler
    async def leave_voice(self, interaction: Interaction, payload: routes.RoomRef) -> None:
        """Take the voice channel from the room, without deleting it."""

        async def change(room: Room) -> str:
            return await self._voice.turn_off(interaction, room, delete=False, seen=payload.fingerprint)

        await self._change(interaction, payload, change)

    @routes.ASK_DELETE_VOICE.handler
    async def ask_delete_voice(self, interaction: Interaction, payload: routes.RoomRef) -> None:
        """Ask before the voice channel is deleted."""
        if shown := await self._find_current(interaction, payload):
            await replace_panel(interaction, room_panels.ask_voice_deletion(shown, texts_for(interaction)))

    @routes.DELETE_VOICE.handler
    async def delete_voice(self, interaction: Interaction, payload: routes.RoomRef) -> None:
        """Delete the room's voice channel, if the bot made it."""

        async def change(room: Room) -> str:
            return await self._voice.turn_off(interaction, room, delete=True, seen=payload.fingerprint)

        await self._change(interaction, payload, change)

    @routes.ASK_REMOVE_ROOM.handler
    async def ask_remove(self, interaction: Interaction, payload: routes.RoomRef) -> None:
        """Ask before the room is removed."""
        await self._rooms.get_removable(guild_id_of(interaction), payload.room_id)
        if shown := await self._find_current(interaction, payload):
            await replace_panel(interaction, room_panels.ask_removal(shown, texts_for(interaction)))

    @routes.REMOVE_ROOM.handler
    async def remove(self, interaction: Interaction, payload: routes.RoomRemoval) -> None:
        """Remove the room, with its voice channel if that was chosen."""
        with_voice, seen = payload.deletes_voice, payload.fingerprint
        try:
            await self._voice.remove_room(interaction, payload.room_id, delete_voice=with_voice, seen=seen)
        except StaleError:
            await self._show_stale(interaction, payload.room_id)

    @routes.SWITCH_EVENTS.handler
    async def switch_events(self, interaction: Interaction, payload: routes.RoomSwitch) -> None:
        """Turn native events for the room's times on or off."""

        async def change(room: Room) -> str:
            return await self._voice.switch_events(
                interaction, room, is_on=payload.is_on, seen=payload.fingerprint
            )

        await self._change(interaction, payload, change)

    @routes.SWITCH_QUESTION.handler
    async def switch_question(self, interaction: Interaction, payload: routes.RoomSwitch) -> None:
        """Turn the arriving question on the room's cards on or off."""
        save = partial(self._rooms.ask_arriving, asks=payload.is_on, seen=payload.fingerprint)
        await self._switch(interaction, payload, save, "setup.done_asks", "setup.done_asks_not")

    @routes.SWITCH_NEXT.handler
    async def switch_next(self, interaction: Interaction, payload: routes.RoomSwitch) -> None:
        """Let the card stay between sessions and show what comes next, or be deleted at each close."""
        save = partial(self._rooms.show_next, shown=payload.is_on, seen=payload.fingerprint)
        await self._switch(interaction, payload, save, "setup.done_shows_next", "setup.done_shows_no_next")

    @routes.SWITCH_OPENING.handler
    async def switch_opening(self, interaction: Interaction, payload: routes.RoomSwitch) -> None:
        """Let members open sessions in the room, or only schedules and moderators."""
        save = partial(self._rooms.let_members_open, allowed=payload.is_on, seen=payload.fingerprint)
        await self._switch(
            interaction, payload, save, "setup.done_members_open", "setup.done_moderators_open"
        )

    @routes.SWITCH_THREADS.handler
    async def switch_threads(self, interaction: Interaction, payload: routes.RoomSwitch) -> None:
        """Turn offers of new check-in threads in the room's channel on or off. Existing ones continue."""

        async def change(room: Room) -> str:
            return await self._offer_threads(interaction, room, payload)

        await self._change(interaction, payload, change)

    async def _switch(
        self,
        interaction: Interaction,
        payload: routes.RoomSwitch,
        save: Callable[[int, int], Awaitable[Room]],
        on: str,
        off: str,
    ) -> None:
        """Turn one choice of a room on or off; `on` and `off` are the keys of what is said then."""

        async def change(room: Room) -> str:
            await save(room.guild_id, room.room_id)
            return texts_for(interaction)(on if payload.is_on else off, room=room.name)

        await self._change(interaction, payload, change)

    async def _offer_threads(self, interaction: Interaction, room: Room, payload: routes.RoomSwitch) -> str:
        guild, say = require_guild(interaction), texts_for(interaction)
        room = await self._rooms.offer_threads(
            guild.id, room.room_id, offered=payload.is_on, seen=payload.fingerprint
        )
        if not payload.is_on:
            return say("setup.done_no_threads", room=room.name)
        done = say("setup.done_threads", room=room.name)
        channel = guild.get_channel(room.channel_id)
        held = bot_permissions.held_in(guild, channel) if channel else discord.Permissions.none()
        if not bot_permissions.can_have_threads(channel):
            return "\n".join([done, say("setup.threads_nowhere")])
        if lacks := bot_permissions.missing(bot_permissions.THREAD_NEEDS, held):
            return "\n".join([done, say("setup.threads_wait", missing=bot_permissions.words(lacks, say))])
        return done

    # By command

    async def ask_removal_of(self, interaction: Interaction, typed_room: str) -> None:
        """Ask a moderator before removing the room that they named in a command."""
        guild_id = require_guild(interaction).id
        found = await self._rooms.find(guild_id, typed_room)
        await self._rooms.get_removable(guild_id, found.room_id)
        shown = await self._look(interaction, found.room_id)
        await send_panel(interaction, room_panels.ask_removal(shown, texts_for(interaction)))

    async def ask_voice_deletion_of(self, interaction: Interaction, typed_room: str) -> None:
        """Ask a moderator before deleting the voice channel of the room that they named in a command.

        Raises RefusalError if it has none that the bot made.
        """
        found = await self._rooms.find(guild_id_of(interaction), typed_room)
        shown = await self._look(interaction, found.room_id)
        if shown.room.voice_channel_id is None:
            raise RefusalError("refusals.voice_none", room=shown.room.name)
        if not shown.room.bot_made_voice:
            raise RefusalError("refusals.voice_not_made", room=shown.room.name)
        await send_panel(interaction, room_panels.ask_voice_deletion(shown, texts_for(interaction)))

    async def show(self, interaction: Interaction, room_id: int, done: str = "") -> None:
        """Show the room's panel in the place of the one that was tapped; `done` says what was changed."""
        shown = await self._look(interaction, room_id)
        await replace_panel(interaction, room_panels.page(shown, texts_for(interaction), done))

    async def _look(self, interaction: Interaction, room_id: int) -> ShownRoom:
        return await self._rooms.look(guild_id_of(interaction), room_id)

    async def _find_current(self, interaction: Interaction, payload: routes.RoomRef) -> ShownRoom | None:
        """Return the room if it is as the panel shows it; otherwise say that it isn't, and return None."""
        shown = await self._look(interaction, payload.room_id)
        if shown.fingerprint == payload.fingerprint:
            return shown
        await self._show_stale(interaction, payload.room_id)
        return None

    async def _show_stale(self, interaction: Interaction, room_id: int) -> None:
        await self.show(interaction, room_id, texts_for(interaction)("setup.stale"))

    async def _change(
        self, interaction: Interaction, payload: routes.RoomRef | routes.RoomSwitch, change: Change
    ) -> None:
        """Change the room, and show it; if it isn't as the panel shows it, `change` raises StaleError."""
        room = await self._rooms.get(guild_id_of(interaction), payload.room_id)
        try:
            done = await change(room)
        except StaleError:
            await self._show_stale(interaction, payload.room_id)
        else:
            await self.show(interaction, payload.room_id, done)
