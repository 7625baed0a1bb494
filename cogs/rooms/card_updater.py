"""Edits cards after any number of taps, without spending rate-limited requests.

The interaction of a tap on a card may edit that card for fifteen minutes, outside all rate limits. Each
card is edited by one request at a time. Taps that arrive meanwhile are acknowledged at once; the newest of
them makes the next edit, which shows the state after all of them.
"""

import asyncio
import logging
from dataclasses import dataclass, field

import discord

from bot.gateway.answers import FAILED, UNKNOWN_MESSAGE
from bot.gateway.client import Client, Interaction
from bot.rooms.sessions.model import Card
from bot.rooms.sessions.seats import Seats
from bot.texts.catalogue import Say
from cogs.rooms.cards import card_view
from cogs.rooms.voice import members_in_voice

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _CardState:
    """What this process knows of one card.

    `newest` is the tap whose interaction can edit it next. `is_stale`: the card may lack a change.
    `revision` is the newest state of the card that an edit was begun with.
    """

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    newest: Interaction | None = None
    is_stale: bool = False
    revision: int = 0


class CardUpdater:
    """Edits cards. If the process dies, nothing is lost: the next tap, phase or start updates the card."""

    def __init__(self, client: Client, seats: Seats) -> None:
        self._client = client
        self._seats = seats
        self._states: dict[int, _CardState] = {}

    def texts(self, card: Card) -> Say:
        """Return the catalogue in the language of the card's server."""
        guild = None if card.locale else self._client.get_guild(card.room.guild_id)
        return self._client.services.texts.to(
            card.locale or (guild.preferred_locale.value if guild else None)
        )

    def view(self, card: Card) -> discord.ui.LayoutView:
        """Return the message of a card, with the people who are in its voice channel now."""
        return card_view(card, self.texts(card), self.in_voice(card))

    def in_voice(self, card: Card) -> frozenset[int] | None:
        """Return the ids of the members in the card's voice channel; None if there is no channel."""
        if card.room.voice_channel_id is None:
            return None
        return members_in_voice(self._client, card.room.voice_channel_id)

    def lock(self, session_id: int) -> asyncio.Lock:
        """Return the lock under which the session's card is edited."""
        return self._state(session_id).lock

    async def answer(self, interaction: Interaction, card: Card) -> None:
        """Acknowledge a tap by editing its card to the result: `card`, or a newer version of it."""
        session_id = card.session.session_id
        state = self._state(session_id)
        if state.lock.locked():
            state.is_stale = True
            await interaction.response.defer()
            state.newest = interaction  # only now: before its acknowledgement it cannot edit
            await self._update(session_id, state)
            return
        try:
            async with state.lock:
                await self._acknowledge(interaction, card, state)
        finally:
            await self._update(session_id, state)

    async def refresh(self, session_id: int) -> bool:
        """Show a change that was not made by a tap on the card, if a tap's interaction can still edit it.

        Otherwise the next tap or phase shows it: no rate-limited request is spent. Returns whether the card
        was edited.
        """
        state = self._state(session_id)
        state.is_stale = True
        await self._update(session_id, state)
        return not state.is_stale

    async def catch_up(self, session_id: int) -> None:
        """Show the taps that arrived while another task held `lock`."""
        state = self._states.get(session_id)
        if state is not None:
            await self._update(session_id, state)

    def is_stale(self, session_id: int) -> bool:
        """Return whether the card may lack a change."""
        state = self._states.get(session_id)
        return state is not None and state.is_stale

    def note(self, session_id: int, *, is_stale: bool) -> None:
        """Note, under the lock, that an edit begins (before its state is read), or that it failed."""
        self._state(session_id).is_stale = is_stale

    async def edit_by_tap(self, session_id: int) -> bool:
        """Edit the card by the newest tap that can, under the lock; return whether one could."""
        return await self._edit_by_tap(session_id, self._state(session_id))

    def forget(self, session_id: int) -> None:
        """Forget the card of a session that closed."""
        self._states.pop(session_id, None)

    async def _edit_by_tap(self, session_id: int, state: _CardState) -> bool:
        """See `edit_by_tap`. Drops the card's state if the session has closed."""
        while (tap := state.newest) is not None and not tap.is_expired():
            state.is_stale = False  # before the card is read: later changes make it stale again
            card = await self._seats.find_card(session_id)
            if card is None:
                self.forget(session_id)
                return False
            try:
                await tap.edit_original_response(view=self._next_view(card, state))
            except FAILED:
                state.is_stale = True
                if state.newest is tap:  # else a newer tap arrived meanwhile, and tries
                    state.newest = None
                log.info("a card could not be edited by its tap; the next tap or phase will")
            else:
                self._seats.note_shown(card.message)
                return True
        if await self._seats.find_card(session_id) is None:
            self.forget(session_id)
        return False

    async def _acknowledge(self, interaction: Interaction, card: Card, state: _CardState) -> None:
        """Answer a tap with its card, read again if something else has changed since."""
        session_id = card.session.session_id
        if state.is_stale or card.message.revision < state.revision:
            state.is_stale = False
            newer = await self._seats.find_card(session_id)
            if newer is None:
                self.forget(session_id)
                await interaction.response.defer()
                return
            card = newer
        try:
            await interaction.response.edit_message(view=self._next_view(card, state))
        except FAILED as error:
            state.is_stale = True
            if not (isinstance(error, discord.NotFound) and error.code == UNKNOWN_MESSAGE):
                raise
            await interaction.response.defer()  # the card was deleted meanwhile: what was tapped is done
        else:
            state.newest = interaction
            self._seats.note_shown(card.message)

    async def _update(self, session_id: int, state: _CardState) -> None:
        """Edit until the card is up to date; if another task holds the lock, that task does it."""
        while state.is_stale and not state.lock.locked():
            async with state.lock:
                if not await self._edit_by_tap(session_id, state):
                    return

    def _next_view(self, card: Card, state: _CardState) -> discord.ui.LayoutView:
        state.revision = max(state.revision, card.message.revision)
        return self.view(card)

    def _state(self, session_id: int) -> _CardState:
        return self._states.setdefault(session_id, _CardState())
