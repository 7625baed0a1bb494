"""The answer to a tap on an outdated panel of a seat: the seat that the member has, or else the rooms."""

from bot.gateway.client import Interaction
from bot.gateway.interactions import guild_id_of
from bot.rooms.sessions.seats import Seats
from cogs.rooms import cards
from cogs.ui.panels import send_panel, texts_for
from cogs.ui.routes import Show


class CurrentSeat:
    """Shows a member's seat in the server; `show_rooms` is used if they have none."""

    def __init__(self, seats: Seats, show_rooms: Show) -> None:
        self._seats = seats
        self._show_rooms = show_rooms

    async def show(self, interaction: Interaction) -> None:
        """Send the private panel. Raises RefusalError if there is nothing to show."""
        seat = await self._seats.find_in_server(guild_id_of(interaction), interaction.user.id)
        if seat is None:
            await self._show_rooms(interaction)
            return
        view = cards.seat_panel(seat, texts_for(interaction), is_elsewhere=True)
        await send_panel(interaction, view)
