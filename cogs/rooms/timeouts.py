"""Members whom a moderator put in a timeout in Discord: they lose their seats in that server.

The bot learns of a timeout from the member's next interaction alone. To hear of it sooner it would need a
privileged intent.
"""

from discord.ext import commands

from bot.gateway.client import Interaction
from bot.gateway.interactions import guild_id_of, timed_out_until
from bot.rooms.sessions.seats import Seats
from cogs.rooms.card_updater import CardUpdater


class MemberTimeouts(commands.Cog):
    """Gives up the seats of members who are in a timeout."""

    def __init__(self, seats: Seats, updater: CardUpdater) -> None:
        self._seats = seats
        self._updater = updater

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """Give up the member's seats if Discord says that they are in a timeout."""
        if timed_out_until(interaction) is None:
            return
        interaction.client.begin_work()
        for room_id in await self._seats.leave_all(guild_id_of(interaction), interaction.user.id):
            await self._updater.refresh(room_id)
