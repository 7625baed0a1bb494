"""Edits cards after any number of taps, without spending rate-limited requests.

The interaction of a tap on a card may edit that card for fifteen minutes, outside the global rate limit.
Each card is edited by one request at a time. Taps that arrive meanwhile are acknowledged at once; the
newest of them makes the next edit, which shows the state after all of them. Where no tap can edit a card,
the worker is asked to (see `card_delivery`).
"""

import asyncio
import logging
from dataclasses import dataclass, field

import discord

from bot.gateway.answers import FAILED, UNKNOWN_MESSAGE
from bot.gateway.client import Client, Interaction
from bot.rooms.sessions.cards import Cards
from bot.rooms.sessions.model import Card, Phase, SeatResult, ShownCard
from bot.rooms.sessions.rules import next_edit
from bot.texts.catalogue import Say
from cogs.rooms.card_views import card_view, checksum
from cogs.rooms.voice import count_in_voice

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
    """Edits cards. If the process dies, the next start looks at the cards that lack a change."""

    def __init__(self, client: Client, cards: Cards) -> None:
        self._client = client
        self._cards = cards
        self._states: dict[int, _CardState] = {}

    def texts(self, card: ShownCard) -> Say:
        """Return the catalogue in the language of the card's server."""
        guild = None if card.locale else self._client.get_guild(card.room.guild_id)
        return self._client.services.texts.to(
            card.locale or (guild.preferred_locale.value if guild else None)
        )

    def view(self, card: ShownCard) -> discord.ui.LayoutView:
        """Return the message of a card, with how many people are in its voice channel now."""
        return card_view(card, self.texts(card), self.in_voice(card))

    def in_voice(self, card: ShownCard) -> int | None:
        """Return how many people are in the room's voice channel; None if there is no channel."""
        if card.room.voice_channel_id is None:
            return None
        guild = self._client.get_guild(card.room.guild_id)
        return count_in_voice(guild, card.room.voice_channel_id)

    def lock(self, room_id: int) -> asyncio.Lock:
        """Return the lock under which the room's card is edited."""
        return self._state(room_id).lock

    async def answer(self, interaction: Interaction, card: Card) -> None:
        """Acknowledge a tap by editing its card to the result: `card`, or a newer version of it."""
        room_id = card.room.room_id
        state = self._state(room_id)
        if state.lock.locked():
            state.is_stale = True
            await interaction.response.defer()
            state.newest = interaction  # only now: before its acknowledgement it cannot edit
            await self._update(room_id, state)
            return
        try:
            async with state.lock:
                await self._acknowledge(interaction, card, state)
        finally:
            await self._update(room_id, state)

    async def refresh(self, room_id: int) -> None:
        """Show a change that no tap on the card made: by a recent tap's interaction, else by the worker."""
        state = self._state(room_id)
        state.is_stale = True
        await self._update(room_id, state)
        self.forget_idle(room_id)  # the worker of another process may be the one that was asked

    async def show_seat(self, result: SeatResult) -> None:
        """Show a seat that was not taken by a tap on the card.

        If a session opened with the seat, its card is due already, so the worker shows it.
        """
        if result.was_seated or not result.seat.opened_session:
            await self.refresh(result.card.room.room_id)

    async def catch_up(self, room_id: int, *, is_retried: bool) -> None:
        """Show the taps that arrived while another task held `lock`.

        `is_retried`: the worker brings the card up to date later anyway, so it is not asked to at once.
        """
        state = self._states.get(room_id)
        if state is not None:
            await self._update(room_id, state, may_ask=not is_retried)

    def note_read(self, room_id: int) -> None:
        """Note, under the lock, that an edit begins and its state is read now."""
        self._state(room_id).is_stale = False

    async def edit_by_tap(self, room_id: int) -> bool:
        """Edit the card by the newest tap that can, under the lock; return whether one could."""
        return await self._edit_by_tap(room_id, self._state(room_id))

    def forget_idle(self, room_id: int) -> None:
        """Forget a card that no task edits, and that no tap can edit any more."""
        state = self._states.get(room_id)
        if state is None or state.lock.locked() or state.is_stale:
            return
        if state.newest is None or self._is_expired(state.newest):
            del self._states[room_id]

    async def _edit_by_tap(self, room_id: int, state: _CardState) -> bool:
        while (tap := state.newest) is not None and not self._is_expired(tap):
            state.is_stale = False  # before the card is read: later changes make it stale again
            card = await self._cards.find(room_id)
            if card is None or card.message.goes_down or _is_closing(card):
                return card is None or not card.message.goes_down
            message_id = _message_of(tap)
            if card.message.message_id != message_id:
                state.newest = None
                state.is_stale = True
                return False
            try:
                view = self._next_view(card, state)
                await tap.edit_original_response(view=view)
            except FAILED:
                state.is_stale = True
                if state.newest is tap:  # else a newer tap arrived meanwhile, and tries
                    state.newest = None
                log.info("a card could not be edited by its tap; the worker will edit it")
            else:
                self._note_shown(card, message_id, view)
                return True
        return False

    async def _acknowledge(self, interaction: Interaction, card: Card, state: _CardState) -> None:
        """Answer a tap with its card, read again if something else has changed since."""
        shown: ShownCard | None = card
        message_id = _message_of(interaction)
        is_other = card.message.message_id != message_id
        if state.is_stale or is_other or _is_closing(card) or card.message.revision < state.revision:
            state.is_stale = False
            shown = await self._cards.find(card.room.room_id)
        if shown is None or _is_closing(shown):  # whatever closes it edits the card
            await interaction.response.defer()
            return
        if shown.message.message_id not in {None, message_id}:  # a message that is not the card any more
            await interaction.response.defer()
            await self._cards.discard(shown.message, message_id)
            state.is_stale = True
            return
        view = self._next_view(shown, state)
        try:
            await interaction.response.edit_message(view=view)
        except FAILED as error:
            state.is_stale = True
            if not (isinstance(error, discord.NotFound) and error.code == UNKNOWN_MESSAGE):
                raise
            await interaction.response.defer()  # the card was deleted meanwhile: what was tapped is done
        else:
            state.newest = interaction
            self._note_shown(shown, message_id, view)

    def _note_shown(self, card: ShownCard, message_id: int, view: discord.ui.LayoutView) -> None:
        """Record an edit by a tap, and let the worker make the next change, such as the next phase."""
        until = next_edit(card, self.in_voice(card))
        self._cards.note_shown(card.message, message_id, checksum(view), until)

    async def _update(self, room_id: int, state: _CardState, *, may_ask: bool = True) -> None:
        """Edit until the card is up to date; if another task holds the lock, that task does it."""
        while state.is_stale and not state.lock.locked():
            async with state.lock:
                if await self._edit_by_tap(room_id, state):
                    continue
                state.is_stale = False
            if may_ask:
                await self._cards.ask(room_id)

    def _is_expired(self, tap: Interaction) -> bool:
        """Return whether Discord refuses an edit by this tap, by the bot's clock, which the demo moves."""
        return self._client.services.clock.now() >= tap.expires_at

    def _next_view(self, card: ShownCard, state: _CardState) -> discord.ui.LayoutView:
        state.revision = max(state.revision, card.message.revision)
        return self.view(card)

    def _state(self, room_id: int) -> _CardState:
        return self._states.setdefault(room_id, _CardState())


def _message_of(interaction: Interaction) -> int:
    return interaction.message.id if interaction.message else 0


def _is_closing(card: ShownCard) -> bool:
    return isinstance(card, Card) and card.phase is Phase.CLOSED
