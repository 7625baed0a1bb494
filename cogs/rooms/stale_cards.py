"""Edits, at a start, only the cards that a crash left out of date."""

from discord.ext import commands

from bot.rooms.sessions.cards import Cards
from cogs.rooms.card_phases import CardPhases
from cogs.rooms.card_updater import CardUpdater


class StaleCardRepair(commands.Cog):
    """Edits cards that may lack a change, if their sessions may spend a request on it."""

    def __init__(self, cards: Cards, updater: CardUpdater, phases: CardPhases) -> None:
        self._cards = cards
        self._updater = updater
        self._phases = phases
        self._is_done = False

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Repair cards once per process: later the updater knows which cards are stale."""
        if self._is_done:
            return
        self._is_done = True
        for session_id in await self._cards.outdated():
            self._updater.note(session_id, is_stale=True)
            await self._phases.renew(session_id)
