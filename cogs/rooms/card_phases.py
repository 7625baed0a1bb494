"""Posts the card of a session, edits it when a phase begins, and closes it."""

import logging
from datetime import timedelta
from enum import Enum, auto

import discord

from bot.delivery.outcome import Outcome, Problem, classify, is_retry_due
from bot.gateway.answers import FAILED, UNKNOWN_MESSAGE, answer_of
from bot.gateway.client import Client
from bot.gateway.sender import Later, Recorded, Refused, Sent, Unknown
from bot.rooms.sessions.cards import Cards
from bot.rooms.sessions.model import Card, Phase, Session
from bot.rooms.sessions.rules import begins_at, may_spend
from bot.rooms.sessions.seats import Seats
from bot.rooms.sessions.service import Sessions
from bot.scheduling.due_queue import Due
from cogs.rooms import routes
from cogs.rooms.card_updater import CardUpdater
from cogs.ui.bot_permissions import may_post

log = logging.getLogger(__name__)

_OLD_MESSAGE = 30046
_FORBIDDEN = 403
_NOT_FOUND = 404
_UNUSABLE_CHANNEL = {_FORBIDDEN, _NOT_FOUND}  # the channel, as answered to a post
_GIVE_UP_CLOSING_AFTER = timedelta(minutes=10)  # after its end, if Discord does not let the card be closed
_MOST_TRIES = 5  # to close it, a minute apart, also if the process was down at the end


class _Next(Enum):
    """What to do after an attempt to show a phase."""

    WAIT = auto()  # until the next phase begins
    CLOSE = auto()  # the session: nothing more can be shown
    RETRY = auto()  # when the worker claims the row again


class CardPhases:
    """Acts on due phases. Each run starts from what is stored, so it can be repeated after a crash."""

    def __init__(
        self, client: Client, sessions: Sessions, seats: Seats, cards: Cards, updater: CardUpdater
    ) -> None:
        self._client = client
        self._sessions = sessions
        self._seats = seats
        self._cards = cards
        self._updater = updater

    async def act(self, due: Due) -> None:
        """Show the current phase on the card, then wait for the next one, or delete a closed session."""
        session_id = due.subject_id
        try:
            async with self._updater.lock(session_id):
                shown = await self._read(session_id)
                following = _Next.CLOSE if shown is None else await self._show(shown, due.claims)
        except Exception:  # the worker tries again in a minute; a recent tap can edit the card before
            self._updater.note(session_id, is_stale=True)
            await self._updater.catch_up(session_id)
            raise
        if shown is not None and following is _Next.RETRY:
            if not self._is_given_up(shown.session, due.claims):
                self._updater.note(session_id, is_stale=True)
                await self._updater.catch_up(session_id)
                return
            log.warning("a card could not be closed; its session is deleted anyway")
            await self._cards.note_problem(session_id, Problem.LATER, may_be_out=False)
        if shown is None or following is not _Next.WAIT or shown.phase is Phase.CLOSED:
            await self._sessions.close(session_id)
            self._updater.forget(session_id)
        else:
            await self._sessions.await_next_phase(session_id, shown.phase)
            await self._updater.catch_up(session_id)

    async def renew(self, session_id: int) -> None:
        """Edit a stale card between phases, if the session may spend one more request before its close.

        No request is spent if the card is up to date once its lock is free, or if a recent tap can edit it.
        """
        if not self._updater.is_stale(session_id):
            return
        async with self._updater.lock(session_id):
            if self._updater.is_stale(session_id) and not await self._updater.edit_by_tap(session_id):
                shown = await self._read(session_id)
                if shown is None:
                    self._updater.forget(session_id)
                elif not await self._spend(shown):
                    self._updater.note(session_id, is_stale=True)
        await self._updater.catch_up(session_id)

    async def _read(self, session_id: int) -> Card | None:
        """Return what the card has to show; later changes make it stale again."""
        self._updater.note(session_id, is_stale=False)
        return await self._seats.find_card(session_id)

    async def _spend(self, shown: Card) -> bool:
        """Edit the card between phases; return whether that succeeded."""
        session = shown.session
        is_up = shown.message.message_id is not None and shown.phase is not Phase.CLOSED
        if not is_up or not may_spend(session, shown.message, shown.phase):
            return False
        try:
            message_id = await self._edit(shown)
        except FAILED as error:
            _, code = answer_of(error)
            if code == UNKNOWN_MESSAGE:
                await self._cards.record(session.room_id, None, None)
            elif code == _OLD_MESSAGE:
                message = shown.message
                await self._cards.record(session.room_id, message.message_id, message.shown_phase)
            log.info("a card could not be edited between phases; the next tap or phase will")
            return False
        await self._cards.record(session.room_id, message_id, shown.phase, shown.message.revision)
        return True

    async def _show(self, shown: Card, claims: int = 1) -> _Next:
        """Post or edit the card if it does not show its phase."""
        message = shown.message
        if message.shown_phase is shown.phase:
            return _Next.WAIT
        if shown.phase is Phase.CLOSED and message.message_id is None:
            return await self._find_to_close(shown)
        if not may_spend(shown.session, message, shown.phase):
            # a tap shows the phase, where it can
            self._updater.note(shown.session.session_id, is_stale=True)
            return _Next.WAIT
        if shown.phase is not Phase.CLOSED and not is_retry_due(claims):
            return _Next.RETRY
        return await (self._post(shown) if message.message_id is None else self._edit_phase(shown))

    async def _look_again(self, session_id: int) -> _Next:
        again = await self._read(session_id)
        return _Next.CLOSE if again is None else await self._show(again)

    async def _post(self, shown: Card) -> _Next:
        """Post the card. If that fails, `/quiet check` names the room."""
        session_id, room_id = shown.session.session_id, shown.room.room_id
        intent = await self._cards.begin_posting(session_id)
        if intent is None:
            return await self._look_again(session_id)
        view = self._updater.view(shown)
        marker = routes.HOW(session_id)
        match await self._client.sender.send(intent, self._channel(shown.session), view, marker=marker):
            case Sent(message_id, is_repeat=False):
                await self._cards.record(room_id, message_id, shown.phase, shown.message.revision)
                return _Next.WAIT
            case Sent(message_id):  # with what it said when it was posted
                await self._cards.record(room_id, message_id, None)
            case Refused(code=code) if code == UNKNOWN_MESSAGE:  # it was posted, and someone deleted it
                await self._cards.record(room_id, None, None)
            case Recorded():
                pass
            case Refused() as refused:
                return await self._note_refused(shown.session, refused)
            case Later() | Unknown() as result:
                may_be_out = isinstance(result, Unknown)
                await self._cards.note_problem(session_id, Problem.LATER, may_be_out=may_be_out)
                return _Next.RETRY
        return await self._look_again(session_id)

    async def _note_refused(self, session: Session, refused: Refused) -> _Next:
        """Record why a card could not be posted, unless `/quiet check` can find the reason itself."""
        log.info("a card was refused (%s, code %s)", refused.status, refused.code)
        is_unusable = refused.problem is Problem.REFUSED and refused.status in _UNUSABLE_CHANNEL
        if not is_unusable or may_post(self._client, session.guild_id, session.channel_id):
            session_id, may_be_out = session.session_id, refused.may_be_out
            await self._cards.note_problem(session_id, refused.problem, may_be_out=may_be_out)
        return _Next.CLOSE if is_unusable else _Next.WAIT

    async def _find_to_close(self, shown: Card) -> _Next:
        """Close a card that may be in its channel though no message was recorded, without posting one."""
        session_id, room_id = shown.session.session_id, shown.room.room_id
        intent = await self._cards.find_intent(room_id)
        if intent is None:
            return _Next.CLOSE
        channel, marker = self._channel(shown.session), routes.HOW(session_id)
        result = await self._client.sender.find(intent, channel, marker)
        if isinstance(result, Refused) and intent.has_nonce_at(self._client.services.clock.now()):
            view = self._updater.view(shown)
            sent = await self._client.sender.send(intent, channel, view, marker=marker)
            result = sent if isinstance(sent, Sent) else result
        if isinstance(result, Sent):
            await self._cards.record(room_id, result.message_id, None)
            return await self._look_again(session_id)
        if isinstance(result, Refused):
            await self._cards.note_problem(session_id, result.problem, may_be_out=False)
        return _Next.RETRY if isinstance(result, Unknown) else _Next.CLOSE

    async def _edit_phase(self, shown: Card) -> _Next:
        session = shown.session
        try:
            message_id = await self._edit(shown)
        except FAILED as error:
            return await self._not_edited(shown, *answer_of(error))
        await self._cards.record(session.room_id, message_id, shown.phase, shown.message.revision)
        return _Next.WAIT

    async def _not_edited(self, shown: Card, status: int | None, code: int) -> _Next:
        session_id, room_id = shown.session.session_id, shown.room.room_id
        message_id = shown.message.message_id
        if status == _NOT_FOUND:
            await self._cards.record(room_id, None, None)
            return await self._look_again(session_id) if code == UNKNOWN_MESSAGE else _Next.CLOSE
        log.info("a card was not edited (%s, code %s)", status, code)
        is_carried = code == _OLD_MESSAGE and await self._updater.edit_by_tap(session_id)
        is_left = code == _OLD_MESSAGE and shown.phase is not Phase.CLOSED
        if is_carried or is_left:  # else the next tap shows the phase, and the request is counted
            if shown.phase is not Phase.CLOSED:
                await self._cards.record(room_id, message_id, shown.phase)
            return _Next.WAIT
        if classify(status, code) is not Outcome.REFUSED:
            return _Next.RETRY
        if status == _FORBIDDEN or shown.phase is Phase.CLOSED:
            return _Next.CLOSE
        await self._cards.record(room_id, message_id, shown.phase)
        await self._cards.note_problem(session_id, Problem.REFUSED, may_be_out=False)
        return _Next.WAIT

    def _is_given_up(self, session: Session, claims: int) -> bool:
        """Return whether the session is deleted though its card could not be closed."""
        over_at = begins_at(session, Phase.CLOSED) + _GIVE_UP_CLOSING_AFTER
        return claims > _MOST_TRIES and self._client.services.clock.now() >= over_at

    async def _edit(self, shown: Card) -> int:
        session = shown.session
        message_id = shown.message.message_id or 0
        message = self._channel(session).get_partial_message(message_id)
        # An edit does not inherit this from the message: without it, Discord would ping the members named.
        silent = discord.AllowedMentions.none()
        view = self._updater.view(shown)
        await message.edit(view=view, allowed_mentions=silent)
        return message_id

    def _channel(self, session: Session) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(session.channel_id, guild_id=session.guild_id)
