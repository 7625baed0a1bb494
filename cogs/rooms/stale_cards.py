"""What a start does about cards: those that a crash left wrong are made true, and no others are touched."""

from discord.ext import commands

from bot.rooms.sessions.service import Sessions
from cogs.rooms.card_phases import Phases
from cogs.rooms.card_updater import Painter


class Beginning(commands.Cog):
    """Renews cards that were not seen to show all that changed, as far as their budget goes."""

    def __init__(self, sessions: Sessions, painter: Painter, phases: Phases) -> None:
        self._sessions = sessions
        self._painter = painter
        self._phases = phases
        self._is_done = False

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Look once a start: later the painter knows by itself."""
        if self._is_done:
            return
        self._is_done = True
        for wrong in await self._sessions.wrong_cards():
            self._painter.note(wrong.session_id, is_stale=True)
            await self._phases.renew(wrong.session_id)
