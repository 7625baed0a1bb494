"""Brings a session's card to the phase that the clock says: posts it, edits it, closes it."""

import logging

import discord

from bot.gateway.client import Client
from bot.rooms.sessions.model import Card, Phase, Session
from bot.rooms.sessions.rules import may_spend
from bot.rooms.sessions.service import Sessions
from bot.scheduling.due_queue import Due
from cogs.rooms import routes
from cogs.rooms.card_updater import UNDONE, Painter
from cogs.rooms.cards import card
from cogs.ui.panels import UNKNOWN_MESSAGE
from cogs.ui.sent_messages import find_sent

log = logging.getLogger(__name__)

_OLD_MESSAGE = 30046


class Phases:
    """Acts on due phases. Each run works from what is stored, so it may be repeated at any point."""

    def __init__(self, client: Client, sessions: Sessions, painter: Painter) -> None:
        self._client = client
        self._sessions = sessions
        self._painter = painter
        self._lost: set[int] = set()  # sessions whose card was sent, and the answer never came

    async def act(self, due: Due) -> None:
        """Make the card of the session true, then wait for the next phase, or forget it once closed."""
        session_id = due.subject_id
        try:
            async with self._painter.lock(session_id):
                shown = await self._read(session_id)
                if shown is not None and due.claims > 1 and await self._note_lost(shown.session):
                    shown = await self._read(session_id)
                is_over = shown is None or not await self._show(shown) or shown.phase is Phase.CLOSED
        except Exception:  # the worker comes back in a minute; a tap at hand need not wait for it
            self._painter.note(session_id, is_stale=True)
            await self._painter.catch_up(session_id)
            raise
        if shown is None or is_over:
            self._lost.discard(session_id)
            await self._sessions.close(session_id)
            self._painter.forget(session_id)
        else:
            await self._sessions.await_next_phase(session_id, shown.phase)
            await self._painter.catch_up(session_id)

    async def renew(self, session_id: int) -> None:
        """Spend a request on a card that shows what it may not any longer, if one is to spare.

        A phase edit may be the price; the close is never. Nothing is spent where the card became true
        while it was waited for, or a tap can carry the edit.
        """
        if not self._painter.is_stale(session_id):
            return
        async with self._painter.lock(session_id):
            if self._painter.is_stale(session_id) and not await self._painter.carry(session_id):
                shown = await self._read(session_id)
                if shown is None:
                    self._painter.forget(session_id)
                elif not await self._spend(shown):
                    self._painter.note(session_id, is_stale=True)
        await self._painter.catch_up(session_id)

    async def _read(self, session_id: int) -> Card | None:
        """Return what the card has to show; whatever changes from here on makes it stale again."""
        self._painter.note(session_id, is_stale=False)
        return await self._sessions.find_card(session_id)

    async def _note_lost(self, session: Session) -> bool:
        """Note a card that was posted and never noted; return whether there was one."""
        if session.message_id is not None:
            return False
        channel, wanted = self._channel(session), routes.HOW(session.session_id)
        found = await find_sent(channel, self._client.user, wanted)
        if found is None:
            return False
        self._lost.discard(session.session_id)
        await self._sessions.set_card(
            session.session_id, found, None
        )  # with what it said when it was posted
        return True

    async def _spend(self, shown: Card) -> bool:
        """Edit the card between phases; return whether it was done."""
        session = shown.session
        is_up = session.message_id is not None and shown.phase is not Phase.CLOSED
        if not is_up or not may_spend(session, shown.phase):
            return False
        try:
            message_id = await self._edit(shown)
        except UNDONE as error:
            code = error.code if isinstance(error, discord.HTTPException) else None
            if code == UNKNOWN_MESSAGE:
                await self._sessions.set_card(session.session_id, None, None)
            elif code == _OLD_MESSAGE:
                await self._sessions.set_card(session.session_id, session.message_id, session.shown_phase)
            log.info("a card could not be edited between phases; the next tap or phase will")
            return False
        await self._sessions.set_card(session.session_id, message_id, shown.phase)
        await self._sessions.note_shown_revision(session)
        return True

    async def _show(self, shown: Card) -> bool:
        """Post or edit the card where that is due; return False where the channel cannot be used."""
        if not self._is_due(shown):
            return True
        session = shown.session
        try:
            message_id = await (self._post(shown) if session.message_id is None else self._edit(shown))
        except discord.NotFound as error:
            await self._sessions.set_card(session.session_id, None, None)
            return error.code == UNKNOWN_MESSAGE and await self._show_again(session.session_id)
        except discord.Forbidden:
            return False
        except discord.HTTPException as error:
            if error.code != _OLD_MESSAGE:
                raise
            return await self._refused(shown, error)
        if session.message_id is None and session.session_id in self._lost:
            self._lost.discard(session.session_id)  # this is the post of before, with what it said then
            await self._sessions.set_card(session.session_id, message_id, None)
            return await self._show_again(session.session_id)
        await self._sessions.set_card(session.session_id, message_id, shown.phase)
        await self._sessions.note_shown_revision(session)
        return True

    def _is_due(self, shown: Card) -> bool:
        """Return whether a request is to be spent on showing the phase."""
        session = shown.session
        if session.shown_phase is shown.phase:
            return False
        is_there = session.message_id is not None or session.session_id in self._lost
        if shown.phase is Phase.CLOSED and not is_there:
            return False
        if may_spend(session, shown.phase):
            return True
        self._painter.note(session.session_id, is_stale=True)  # a tap shows the phase, where it can
        return False

    async def _show_again(self, session_id: int) -> bool:
        again = await self._read(session_id)
        return again is None or await self._show(again)

    async def _refused(self, shown: Card, error: discord.HTTPException) -> bool:
        """Do without an edit that Discord refuses because the message is old and was edited too often.

        A tap that is at hand may edit all the same. Otherwise a phase is left to the next tap, its request
        counted, and the close is tried again by the worker: it raises `error`.
        """
        session = shown.session
        is_carried = await self._painter.carry(session.session_id)
        if shown.phase is Phase.CLOSED:
            if not is_carried:
                raise error
            return True
        await self._sessions.set_card(session.session_id, session.message_id, shown.phase)
        return True

    async def _post(self, shown: Card) -> int:
        session = shown.session
        # The nonce makes a repeated post, after a crash between sending and noting, the same message.
        nonce = f"{session.session_id}.{int(session.opened_at.timestamp())}.{session.requests_spent}"
        view = card(shown, await self._painter.say(session.guild_id))
        try:
            message = await self._channel(session).send(view=view, silent=True, nonce=nonce)
        except UNDONE as error:
            if not isinstance(error, discord.NotFound | discord.Forbidden):
                self._lost.add(session.session_id)  # it may stand in the channel all the same
            raise
        return message.id

    async def _edit(self, shown: Card) -> int:
        session = shown.session
        message_id = session.message_id or 0
        message = self._channel(session).get_partial_message(message_id)
        # Discord forgets at an edit what was said when sending: without this, listed names are mentions.
        silent = discord.AllowedMentions.none()
        view = card(shown, await self._painter.say(session.guild_id))
        await message.edit(view=view, allowed_mentions=silent)
        return message_id

    def _channel(self, session: Session) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(session.channel_id, guild_id=session.guild_id)
