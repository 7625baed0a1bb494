"""`/sit` and `/rooms`."""

from functools import partial

import discord
from discord import app_commands
from discord.ext import commands

from bot.errors import RefusalError
from bot.gateway.client import Interaction
from bot.gateway.command_texts import choice
from bot.gateway.interactions import can_see, guarded, guild_id_of, in_server, may_sit, require_guild
from bot.rooms.model import Room
from bot.rooms.rules import LENGTHS, MOST_ROUNDS
from bot.rooms.service import Rooms
from bot.rooms.sessions.model import Visibility
from bot.rooms.sessions.service import Sessions
from bot.servers.days_off.service import DaysOff
from cogs.rooms import cards
from cogs.rooms.card_updater import CardUpdater
from cogs.rooms.seat_questions import asking
from cogs.rooms.visibility import choose_rooms, why_unavailable
from cogs.ui.panels import send_panel, texts_for
from cogs.ui.pauses import paused_line
from cogs.ui.typed_values import matching

_MINUTES = [choice(minutes, "setup.form.minutes", count=minutes) for minutes in LENGTHS]


class RoomsCog(commands.Cog):
    """The commands of members for rooms."""

    def __init__(self, rooms: Rooms, sessions: Sessions, days_off: DaysOff, updater: CardUpdater) -> None:
        self._rooms = rooms
        self._sessions = sessions
        self._days_off = days_off
        self._updater = updater

    @guarded(may_sit)
    @app_commands.command()
    @app_commands.choices(minutes=_MINUTES)
    async def sit(
        self,
        interaction: Interaction,
        room: str | None = None,
        minutes: int | None = None,
        rounds: app_commands.Range[int, 1, MOST_ROUNDS] | None = None,
        hidden: bool = False,
    ) -> None:
        """Take a seat where a session is open, or open one."""
        require_guild(interaction)
        async with asking(interaction, minutes, rounds, is_hidden=hidden):
            result = await self._sessions.sit(
                guild_id_of(interaction),
                interaction.user.id,
                partial(choose_rooms, interaction, room, interaction.client.services.clock.now()),
                minutes,
                Visibility.HIDDEN if hidden else None,
                rounds=rounds,
                is_moderator=interaction.permissions.manage_guild,
                channel_id=_channel_of(interaction) if room is None else None,
            )
            view = cards.seat_panel(result, texts_for(interaction), is_elsewhere=True)
            try:
                await send_panel(interaction, view)
            finally:  # they sit, whether Discord takes the answer or not
                await self._updater.show_seat(result)

    @sit.autocomplete("room")
    async def complete_room(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Offer the rooms that the member can see."""
        rooms = await self._seen_by(interaction)
        return matching([(room.name, str(room.room_id)) for room in rooms], typed)

    @guarded(in_server)
    @app_commands.command()
    async def rooms(self, interaction: Interaction) -> None:
        """List the rooms that the member can see."""
        await self.show_rooms(interaction)

    async def show_rooms(self, interaction: Interaction) -> None:
        """List the rooms that the member can see. Raises RefusalError if there is none."""
        require_guild(interaction)
        listings = await self._sessions.listing(guild_id_of(interaction))
        shown = [each for each in listings if can_see(interaction, each.room.channel_id)]
        if not shown:
            raise RefusalError("refusals.no_rooms")
        now = interaction.client.services.clock.now()
        unavailable = {each.room.room_id: why_unavailable(interaction, each.room, now) for each in shown}
        say = texts_for(interaction)
        guild = await interaction.client.services.server_settings.get(guild_id_of(interaction))
        paused = paused_line(guild, say)
        today = (await self._days_off.of_guild(guild_id_of(interaction))).now
        off = say("rooms.list.days_off", last=today.last_date) if today else ""
        await send_panel(interaction, cards.rooms_panel(shown, unavailable, say, paused, off))

    async def _seen_by(self, interaction: Interaction) -> list[Room]:
        guild = require_guild(interaction)
        return [
            room for room in await self._rooms.of_guild(guild.id) if can_see(interaction, room.channel_id)
        ]


def _channel_of(interaction: Interaction) -> int | None:
    """Return the id of the channel where a command was used; of a thread, the channel that it is in."""
    channel = interaction.channel
    return channel.parent_id if isinstance(channel, discord.Thread) else interaction.channel_id
