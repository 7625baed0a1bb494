"""Keeps cards true, whatever the number of taps, without spending rate-limited requests on them.

A tap's own interaction may edit the card it came from, for fifteen minutes, outside all rate limits. One
edit of a card is under way at a time; taps that arrive meanwhile are acknowledged at once, and the newest
of them carries the next edit, which shows the state after all of them.
"""

import asyncio
import logging
from dataclasses import dataclass, field

import aiohttp
import discord

from bot.gateway.client import Client, Interaction
from bot.rooms.sessions.service import Sessions
from bot.texts.catalogue import Say
from cogs.rooms.cards import card
from cogs.ui.panels import UNKNOWN_MESSAGE

log = logging.getLogger(__name__)

UNDONE = (
    discord.HTTPException,
    aiohttp.ClientError,
    OSError,
)  # what a request ends with that did not go well


@dataclass(slots=True)
class _Desk:
    """One card's place in the painter's room."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    newest: Interaction | None = None
    is_stale: bool = False


class Painter:
    """Paints cards. Nothing is lost with it: whatever it holds, the next tap or phase makes good."""

    def __init__(self, client: Client, sessions: Sessions) -> None:
        self._client = client
        self._sessions = sessions
        self._desks: dict[int, _Desk] = {}

    async def say(self, guild_id: int) -> Say:
        """Return the catalogue in the server's language."""
        return await self._client.say_to_server(guild_id)

    def lock(self, session_id: int) -> asyncio.Lock:
        """Return the lock under which the session's card is edited."""
        return self._desk(session_id).lock

    async def answer(self, interaction: Interaction, session_id: int) -> None:
        """Acknowledge a tap on a card, and let the card show its outcome."""
        desk = self._desk(session_id)
        if desk.lock.locked():
            desk.is_stale = True
            await interaction.response.defer()
            desk.newest = interaction  # only now: before its acknowledgment it cannot edit
            await self._paint(session_id, desk)
            return
        try:
            async with desk.lock:
                await self._acknowledge(interaction, session_id, desk)
        finally:
            await self._paint(session_id, desk)

    async def refresh(self, session_id: int) -> bool:
        """Let the card show a change made elsewhere, if a tap's interaction is still at hand.

        Otherwise the next tap or phase shows it: no rate-limited request is spent. Returns whether it
        was shown_revision.
        """
        desk = self._desk(session_id)
        desk.is_stale = True
        await self._paint(session_id, desk)
        return not desk.is_stale

    async def catch_up(self, session_id: int) -> None:
        """Let the card show the taps that came while somebody else edited it under the lock."""
        desk = self._desks.get(session_id)
        if desk is not None:
            await self._paint(session_id, desk)

    def is_stale(self, session_id: int) -> bool:
        """Return whether something changed that the card was not seen to show."""
        desk = self._desks.get(session_id)
        return desk is not None and desk.is_stale

    def note(self, session_id: int, *, is_stale: bool) -> None:
        """Note, under the lock, that an edit begins, before its state is read, or that it failed."""
        self._desk(session_id).is_stale = is_stale

    async def carry(self, session_id: int) -> bool:
        """Edit the card by the newest tap that can, under the lock; return whether one could."""
        return await self._carry(session_id, self._desk(session_id))

    def forget(self, session_id: int) -> None:
        """Clear the desk of a session that closed."""
        self._desks.pop(session_id, None)

    async def _carry(self, session_id: int, desk: _Desk) -> bool:
        """See `carry`. Whoever comes by when the session has closed leaves no desk behind."""
        while (carrier := desk.newest) is not None and not carrier.is_expired():
            desk.is_stale = False  # before the state is read: what changes from here on counts anew
            shown = await self._sessions.find_card(session_id)
            if shown is None:
                self.forget(session_id)
                return False
            say = await self.say(shown.room.guild_id)
            try:
                await carrier.edit_original_response(view=card(shown, say))
            except UNDONE:
                desk.is_stale = True
                if desk.newest is carrier:  # else a newer tap came meanwhile, and tries
                    desk.newest = None
                log.info("a card could not be edited by its tap; the next tap or phase will")
            else:
                await self._sessions.note_shown_revision(shown.session)
                return True
        if await self._sessions.find_card(session_id) is None:
            self.forget(session_id)
        return False

    async def _acknowledge(self, interaction: Interaction, session_id: int, desk: _Desk) -> None:
        """Answer a tap with the card as it now is."""
        desk.is_stale = False
        shown = await self._sessions.find_card(session_id)
        if shown is None:
            self.forget(session_id)
            await interaction.response.defer()
            return
        say = await self.say(shown.room.guild_id)
        try:
            await interaction.response.edit_message(view=card(shown, say))
        except UNDONE as error:
            desk.is_stale = True
            if not (isinstance(error, discord.NotFound) and error.code == UNKNOWN_MESSAGE):
                raise
            await interaction.response.defer()  # the card was deleted meanwhile: what was tapped stands
        else:
            desk.newest = interaction
            await self._sessions.note_shown_revision(shown.session)

    async def _paint(self, session_id: int, desk: _Desk) -> None:
        """Edit until the card is true; whoever holds the lock meanwhile does it for the others."""
        while desk.is_stale and not desk.lock.locked():
            async with desk.lock:
                if not await self._carry(session_id, desk):
                    return

    def _desk(self, session_id: int) -> _Desk:
        return self._desks.setdefault(session_id, _Desk())
