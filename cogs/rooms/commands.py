"""`/sit` and `/rooms`."""

from discord import app_commands
from discord.ext import commands

from bot.errors import RefusalError
from bot.gateway.client import Interaction
from bot.gateway.interactions import can_see, guarded, guild_id_of, in_server, require_guild
from bot.privacy.consents import Consents
from bot.rooms.model import Room
from bot.rooms.rules import LENGTHS, meant
from bot.rooms.service import Rooms
from bot.rooms.sessions.model import Visibility
from bot.rooms.sessions.service import Sessions
from cogs.rooms import cards
from cogs.rooms.card_phases import Phases
from cogs.rooms.card_updater import Painter
from cogs.rooms.visibility import rest_of
from cogs.ui.panels import send_panel, texts_for

_MOST_CHOICES = 25
_MINUTES = [app_commands.Choice(name=f"{minutes} minutes", value=minutes) for minutes in LENGTHS]


class RoomsCog(commands.Cog):
    """The commands of rooms, for members."""

    def __init__(
        self, rooms: Rooms, sessions: Sessions, consents: Consents, painter: Painter, phases: Phases
    ) -> None:
        self._rooms = rooms
        self._sessions = sessions
        self._consents = consents
        self._painter = painter
        self._phases = phases

    @guarded(in_server)
    @app_commands.command(description="Take a seat in a quiet room, or open one")
    @app_commands.describe(
        room="Which room; without it, one that is open",
        minutes="How long you sit; if you open it, how long it lasts",
        hidden="Sit on no card: you alone see that you are here",
    )
    @app_commands.choices(minutes=_MINUTES)
    @app_commands.guild_only()
    async def sit(
        self,
        interaction: Interaction,
        room: str | None = None,
        minutes: int | None = None,
        hidden: bool = False,
    ) -> None:
        """Take a seat where a session is open, or open one."""
        visibility = Visibility.HIDDEN if hidden else None
        chosen = await self._choose(interaction, room, visibility)
        sat = await self._sessions.sit(chosen, interaction.user.id, minutes, visibility)
        consents = await self._consents.of_member(interaction.user.id, chosen.guild_id)
        is_first = not consents and not sat.kept
        view = cards.seat(sat, texts_for(interaction), is_first=is_first, is_elsewhere=True)
        try:
            await send_panel(interaction, view)
        finally:  # they sit, whether Discord takes the answer or not
            await self._painter.refresh(sat.session.session_id)

    @sit.autocomplete("room")
    async def complete_room(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Offer the rooms that the member can see."""
        return [
            app_commands.Choice(name=room.name, value=str(room.room_id))
            for room in await self._seen_by(interaction)
            if typed.casefold() in room.name.casefold()
        ][:_MOST_CHOICES]

    @guarded(in_server)
    @app_commands.command(description="What is open now, and what comes next")
    @app_commands.guild_only()
    async def rooms(self, interaction: Interaction) -> None:
        """List the rooms that the member can see."""
        seen = {room.room_id for room in await self._seen_by(interaction)}
        listings = await self._sessions.listing(guild_id_of(interaction))
        shown = [each for each in listings if each.room.room_id in seen]
        if not shown:
            raise RefusalError("refusals.no_rooms")
        rests = {each.room.room_id: rest_of(interaction, each.room) for each in shown}
        await send_panel(interaction, cards.rooms(shown, rests, texts_for(interaction)))

    @commands.Cog.listener()
    async def on_seats_changed(self, session_ids: list[int]) -> None:
        """Let cards show what members chose elsewhere, where that costs nothing."""
        for session_id in session_ids:
            await self._painter.refresh(session_id)

    @commands.Cog.listener()
    async def on_names_withdrawn(self, session_ids: list[int]) -> None:
        """Take a name off open cards, at the price of a phase's edit where no tap is at hand."""
        for session_id in session_ids:
            if not await self._painter.refresh(session_id):
                await self._phases.renew(session_id)

    async def _seen_by(self, interaction: Interaction) -> list[Room]:
        guild = require_guild(interaction)
        return [
            room for room in await self._rooms.of_guild(guild.id) if can_see(interaction, room.channel_id)
        ]

    async def _choose(
        self, interaction: Interaction, typed: str | None, visibility: Visibility | None
    ) -> Room:
        """Return the room meant. Raises RefusalError where there is none or it rests."""
        seen = await self._seen_by(interaction)
        if typed is not None:
            room = meant(seen, typed)
            if room is None:
                raise RefusalError("refusals.room_gone")
            seen = [room]
        rests = {each.room_id: rest_of(interaction, each) for each in seen}
        if seen and all(rests.values()):
            raise RefusalError(f"refusals.channel_{rests[seen[0].room_id]}", room=seen[0].name)
        usable = {room_id for room_id, rest in rests.items() if rest is None}
        return await self._sessions.choose(
            guild_id_of(interaction), usable, interaction.user.id, visibility
        )
