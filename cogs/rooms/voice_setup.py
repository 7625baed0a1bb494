"""Turns silent voice and native events on and off for a room, and removes rooms."""

from bot.delivery.outcome import Outcome
from bot.errors import RefusalError, require_seen
from bot.gateway.answers import FAILED
from bot.gateway.client import Interaction
from bot.gateway.interactions import guild_id_of, require_guild
from bot.rooms.model import Room
from bot.rooms.service import Rooms
from bot.scheduling.locks import KeyedLocks
from bot.scheduling.token_buckets import MemberAndServerLimit, Rate
from bot.texts.catalogue import Markup
from cogs.rooms import silent_voice
from cogs.rooms.room_creation import create_room
from cogs.ui import bot_permissions
from cogs.ui.bot_permissions import usable_channel
from cogs.ui.links import ShowSetup
from cogs.ui.panels import texts_for

_MEMBER_RATE = Rate(burst=5, every_seconds=2 * 60)
_SERVER_RATE = Rate(burst=10, every_seconds=2 * 60)


class VoiceSetup:
    """Makes and removes voice channels, and switches events.

    Methods that are given `seen`, the fingerprint of the room as the moderator saw it, raise StaleError if
    the room was changed since.
    """

    def __init__(self, show_setup: ShowSetup, rooms: Rooms) -> None:
        self._show_setup = show_setup
        self._rooms = rooms
        self._locks = KeyedLocks()  # by room: repeated taps make or remove one channel
        self._made = MemberAndServerLimit(_MEMBER_RATE, _SERVER_RATE)

    async def add_room(
        self, interaction: Interaction, channel_id: int, name: str | None, seats: int | None, limit: int
    ) -> None:
        """Add a room with a silent voice channel, for up to `limit` people (0: as many as come)."""
        _require_manage_channels(interaction)
        usable_channel(interaction, channel_id)
        self._count_made(interaction)
        await _defer(interaction)
        room = await create_room(interaction, self._rooms, channel_id, name, seats)
        ready = texts_for(interaction)("setup.done_room", room=room.name)
        given = await self._give_voice(interaction, room, limit)
        await self._show_setup(interaction, f"{ready}\n{given}")

    async def turn_on(
        self, interaction: Interaction, room: Room, limit: int = 0, *, seen: int | None = None
    ) -> str:
        """Make the room's silent voice channel, and return a text that says how it went.

        Raises RefusalError if it has one, if the bot may not make channels, or if it made many just now.
        """
        _require_manage_channels(interaction)
        await _defer(interaction)
        async with self._locks.of(room.room_id):
            room = await self._look(room, seen)
            if require_guild(interaction).get_channel(room.voice_channel_id or 0):
                raise RefusalError("refusals.voice_there", room=room.name)
            self._count_made(interaction)
            return await self._give_voice(interaction, room, limit, seen)

    async def turn_off(
        self, interaction: Interaction, room: Room, *, delete: bool, seen: int | None = None
    ) -> str:
        """Turn silent voice off for the room; `delete`: delete the channel if the bot made it.

        Returns a text that says how it went.
        """
        require_guild(interaction)
        await _defer(interaction)
        async with self._locks.of(room.room_id):
            room = await self._look(room, seen)
            if room.voice_channel_id is None:
                raise RefusalError("refusals.voice_none", room=room.name)
            await self._rooms.set_voice(room.guild_id, room.room_id, None, made=False, seen=seen)
            deleted = texts_for(interaction)("setup.done_no_voice", room=room.name)
            cleared = await self._delete_voice(interaction, room, delete=delete)
            return "\n".join(filter(None, [deleted, cleared]))

    async def set_voice(self, interaction: Interaction, typed: str, *, is_on: bool, limit: int) -> None:
        """Turn a room's silent voice on or off; the channel isn't deleted."""
        room = await self._rooms.find(guild_id_of(interaction), typed)
        if is_on:
            done = await self.turn_on(interaction, room, limit)
        else:
            done = await self.turn_off(interaction, room, delete=False)
        await self._show_setup(interaction, done)

    async def set_events(self, interaction: Interaction, typed: str, *, is_on: bool) -> None:
        """Turn native events for a room's schedules on or off."""
        room = await self._rooms.find(guild_id_of(interaction), typed)
        await self._show_setup(interaction, await self.switch_events(interaction, room, is_on=is_on))

    async def switch_events(
        self, interaction: Interaction, room: Room, *, is_on: bool, seen: int | None = None
    ) -> str:
        """Turn a room's native events on or off, and return a text that says so."""
        say, guild = texts_for(interaction), require_guild(interaction)
        if room.has_events == is_on:
            return say("setup.unchanged")
        await self._rooms.set_events(guild_id_of(interaction), room.room_id, is_on=is_on, seen=seen)
        if not is_on:
            return say("setup.done_no_events", room=room.name)
        lacks = bot_permissions.missing(bot_permissions.EVENT_NEEDS, bot_permissions.held_in(guild))
        if lacks:
            return say("setup.events_wait", room=room.name, missing=bot_permissions.words(lacks, say))
        return say("setup.done_events", room=room.name)

    async def remove_room(
        self, interaction: Interaction, room_id: int, *, delete_voice: bool, seen: int
    ) -> None:
        """Remove a room; `delete_voice`: delete its voice channel if the bot made it.

        Answers with the updated set-up panel.
        """
        room = await self._rooms.remove(require_guild(interaction).id, room_id, seen=seen)
        await _defer(interaction)
        lines = [str(texts_for(interaction)("setup.done_removed", room=room.name))]
        if room.voice_channel_id is not None:
            lines.append(await self._delete_voice(interaction, room, delete=delete_voice))
        await self._show_setup(interaction, "\n".join(filter(None, lines)))

    async def _look(self, room: Room, seen: int | None) -> Room:
        """Return the room as it is now. Raises StaleError if it is not as the moderator saw it."""
        shown = await self._rooms.look(room.guild_id, room.room_id)
        require_seen(seen, shown.fingerprint, "setup.stale")
        return shown.room

    async def _give_voice(
        self, interaction: Interaction, room: Room, limit: int, seen: int | None = None
    ) -> str:
        say = texts_for(interaction)
        beside = usable_channel(interaction, room.channel_id)
        used = {each.voice_channel_id or 0 for each in await self._rooms.of_guild(room.guild_id)}
        name = _channel_name(interaction, room)
        channel = silent_voice.find_left(beside, name, limit, used)
        try:
            channel = channel or await silent_voice.make_silent(beside, name, limit)
        except FAILED:
            return say("setup.voice_refused", room=room.name)
        try:
            await self._rooms.set_voice(room.guild_id, room.room_id, channel.id, made=True, seen=seen)
        except RefusalError:
            await silent_voice.delete(channel)  # the room was removed or changed meanwhile
            raise
        done = say("setup.done_voice", room=room.name, where=Markup(channel.mention))
        left = silent_voice.still_allowed(channel)
        if left:
            return "\n".join([done, say("setup.voice_open", missing=bot_permissions.words(left, say))])
        return done

    def _count_made(self, interaction: Interaction) -> None:
        """Count a channel that is going to be made. Raises RefusalError if there were too many."""
        guild_id, now = guild_id_of(interaction), interaction.client.services.clock.now()
        if not self._made.take(guild_id, interaction.user.id, now.timestamp()):
            raise RefusalError("refusals.voice_often")

    async def _delete_voice(self, interaction: Interaction, room: Room, *, delete: bool) -> str:
        """Delete a voice channel that its room no longer uses, or leave it; return a text that says so."""
        say = texts_for(interaction)
        channel = require_guild(interaction).get_channel(room.voice_channel_id or 0)
        if channel is None:
            return ""
        where = Markup(channel.mention)
        if not (delete and room.bot_made_voice):
            return say("setup.voice_left", where=where)
        match await silent_voice.delete(channel):
            case Outcome.DONE:
                return say("setup.voice_deleted")
            case Outcome.REFUSED:
                return say("setup.voice_left", where=where)
        return say("setup.voice_unsure", where=where)


def _channel_name(interaction: Interaction, room: Room) -> str:
    """Return the name of a room's new voice channel, in the server's language, unlike the room's."""
    locale = interaction.guild_locale
    say = interaction.client.services.texts.to(locale.value if locale else None)
    return say("setup.voice_name", room=Markup(room.name))


def _require_manage_channels(interaction: Interaction) -> None:
    """Raise RefusalError if the bot may not make channels, or is in a timeout."""
    bot_permissions.check_timeout(interaction)
    if not bot_permissions.held_in(require_guild(interaction)).manage_channels:
        raise RefusalError("refusals.voice_permission")


async def _defer(interaction: Interaction) -> None:
    """Defer the answer: the bot makes requests before it."""
    if not interaction.response.is_done():
        await interaction.response.defer(ephemeral=True, thinking=interaction.message is None)
