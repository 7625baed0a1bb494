"""Posts, edits and deletes the messages of cards, where no tap on a card can.

Each run starts from what is stored and from what the message was last seen to show, so it can be repeated
after a crash, and makes no request if nothing has changed.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

import discord

from bot.delivery.outcome import Outcome, Problem, classify, is_retry_due
from bot.gateway.answers import FAILED, UNKNOWN_MESSAGE, answer_of
from bot.gateway.client import Client
from bot.gateway.sender import Later, Recorded, Refused, Sent, Unknown
from bot.rooms.sessions.cards import Cards
from bot.rooms.sessions.model import Card, IdleCard, Phase, ShownCard
from bot.rooms.sessions.old_cards import OldCards
from bot.rooms.sessions.rules import EDIT_PAUSE, next_edit
from bot.rooms.sessions.service import Sessions
from bot.scheduling.due_queue import Due
from cogs.rooms import routes
from cogs.rooms.card_updater import CardUpdater
from cogs.rooms.card_views import checksum
from cogs.ui.bot_permissions import may_post

log = logging.getLogger(__name__)

_OLD_MESSAGE = 30046
_FORBIDDEN = 403
_NOT_FOUND = 404
_UNUSABLE_CHANNEL = {_FORBIDDEN, _NOT_FOUND}  # the channel, as answered to a post
_MOST_STEPS = 5  # in one run, such as: edit, find it deleted, post
_MOST_CLAIMS = 20  # of one change, in about half an hour: then only the next change is tried


@dataclass(frozen=True, slots=True)
class _Wait:
    """The card needs no further request before `until` (None: before something changes)."""

    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Again:
    """What is stored has changed: read it again."""


@dataclass(frozen=True, slots=True)
class _Retry:
    """Try again when the worker claims the row again."""


_Step: TypeAlias = _Wait | _Again | _Retry


class CardDelivery:
    """Brings cards up to date when they are due, and deletes messages that were cards."""

    def __init__(
        self,
        client: Client,
        sessions: Sessions,
        cards: Cards,
        old_cards: OldCards,
        updater: CardUpdater,
    ) -> None:
        self._client = client
        self._sessions = sessions
        self._cards = cards
        self._old_cards = old_cards
        self._updater = updater

    async def act(self, due: Due) -> None:
        """Bring the card of a room up to date, and wait until it has to change again."""
        room_id = due.subject_id
        step: _Step = _Retry()  # also if an error of ours stops it
        try:
            async with self._updater.lock(room_id):
                step = await self._bring_up_to_date(room_id, due.claims)
        finally:
            await self._updater.catch_up(room_id, is_retried=isinstance(step, _Retry))
        if isinstance(step, _Wait):
            await self._cards.wait(due, step.until)
            self._updater.forget_idle(room_id)

    async def delete_old(self, due: Due) -> None:
        """Delete a message that was a card."""
        old = await self._old_cards.find(due.subject_id)
        if old is not None:
            channel = self._channel(old.guild_id, old.channel_id)
            try:
                await channel.get_partial_message(old.message_id).delete()
            except FAILED as error:
                status, code = answer_of(error)
                log.info("a message that was a card was not deleted (%s, code %s)", status, code)
                if classify(status, code) is not Outcome.REFUSED and due.claims < _MOST_CLAIMS:
                    return  # the worker tries again when its claim ends
        await self._old_cards.forget(due.subject_id)

    async def _bring_up_to_date(self, room_id: int, claims: int) -> _Step:
        for _ in range(_MOST_STEPS):
            self._updater.note_read(room_id)  # later changes make it stale again
            shown = await self._cards.find(room_id)
            step = _Wait() if shown is None else await self._step(shown, claims)
            if not isinstance(step, _Again):
                return _Wait() if isinstance(step, _Retry) and claims >= _MOST_CLAIMS else step
        return _Retry()

    async def _step(self, shown: ShownCard, claims: int) -> _Step:
        message, room = shown.message, shown.room
        if isinstance(shown, Card) and shown.phase is Phase.CLOSED:
            return _Wait()  # whatever closes it makes the card due
        if isinstance(shown, IdleCard):
            if not room.shows_next and message.message_id is not None:
                await self._cards.hide(room)
            if not room.shows_next or not may_post(self._client, room.guild_id, message.channel_id):
                return _Wait()
        return await self._show(shown) if is_retry_due(claims) else _Retry()

    async def _show(self, shown: ShownCard) -> _Step:
        """Post or edit the card if its message does not show what it should."""
        message = shown.message
        until = next_edit(shown, self._updater.in_voice(shown))
        if message.message_id is None or message.goes_down:
            return await self._post(shown, until)
        seen = checksum(self._updater.view(shown))
        if seen == message.shown:
            self._cards.note_shown(message, message.message_id, seen)
            return _Wait(until)
        if await self._updater.edit_by_tap(message.room_id):
            return _Wait(until)
        free_at = message.requested_at + EDIT_PAUSE if message.requested_at else None
        now = self._client.services.clock.now()
        if free_at is not None and now < free_at <= now + EDIT_PAUSE:
            return _Wait(free_at)
        return await self._edit(shown, until)

    async def _post(self, shown: ShownCard, until: datetime | None) -> _Step:
        """Post the card at the bottom of its channel. If that fails, `/quiet check` names the room."""
        room_id = shown.room.room_id
        intent = await self._cards.begin_posting(shown.room)
        if intent is None:
            return _Again()
        view, marker = self._updater.view(shown), routes.HOW(room_id)
        channel = self._channel(intent.guild_id, intent.channel_id)
        known = [shown.message.message_id or 0]
        match await self._client.sender.send(intent, channel, view, marker=marker, besides=known):
            case Sent(message_id, is_repeat=is_repeat):
                seen, revision = (0, 0) if is_repeat else (checksum(view), shown.message.revision)
                await self._cards.record_post(room_id, intent, message_id, seen, revision)
                return _Again() if is_repeat else _Wait(until)
            case Refused(code=code) if code == UNKNOWN_MESSAGE:  # it was posted, and someone deleted it
                await self._cards.note_problem(room_id, None, may_be_out=False)
                return _Again()
            case Recorded():
                return _Again()
            case Refused() as refused:
                return await self._note_refused(shown, refused)
            case Later() | Unknown() as result:
                may_be_out = isinstance(result, Unknown)
                await self._cards.note_problem(room_id, Problem.LATER, may_be_out=may_be_out)
        return _Retry()

    async def _note_refused(self, shown: ShownCard, refused: Refused) -> _Step:
        """Record why a card could not be posted, unless `/quiet check` can find the reason itself."""
        log.info("a card was refused (%s, code %s)", refused.status, refused.code)
        room = shown.room
        is_unusable = refused.problem is Problem.REFUSED and refused.status in _UNUSABLE_CHANNEL
        is_found = is_unusable and not may_post(self._client, room.guild_id, shown.message.channel_id)
        problem = None if is_found else refused.problem
        await self._cards.note_problem(room.room_id, problem, may_be_out=refused.may_be_out)
        if is_unusable:
            await self._end_session(shown)
        if refused.may_be_out or shown.message.message_id is None:
            return _Wait()
        await self._cards.stay(room.room_id)
        return _Wait() if is_unusable else _Again()  # on the message that it has

    async def _edit(self, shown: ShownCard, until: datetime | None) -> _Step:
        room_id, message = shown.room.room_id, shown.message
        view = self._updater.view(shown)
        channel = self._channel(message.guild_id, message.channel_id)
        edited = channel.get_partial_message(message.message_id or 0)
        # An edit does not inherit this from the message: without it, Discord would ping the members named.
        silent = discord.AllowedMentions.none()
        try:
            await edited.edit(view=view, allowed_mentions=silent)
        except FAILED as error:
            return await self._not_edited(shown, until, *answer_of(error))
        await self._cards.record_edit(room_id, checksum(view), message.revision)
        return _Wait(until)

    async def _not_edited(
        self, shown: ShownCard, until: datetime | None, status: int | None, code: int
    ) -> _Step:
        log.info("a card was not edited (%s, code %s)", status, code)
        room_id = shown.room.room_id
        if code == UNKNOWN_MESSAGE:
            await self._cards.record_loss(shown.message)
            return _Again()
        if code == _OLD_MESSAGE:  # Discord limits edits of messages older than an hour
            await self._cards.replace(room_id)
            return _Again()
        if classify(status, code) is not Outcome.REFUSED:
            await self._cards.record_attempt(room_id)
            return _Retry()
        if status == _NOT_FOUND:
            await self._cards.hide(shown.room)
        if status in _UNUSABLE_CHANNEL:
            await self._end_session(shown)
            return _Wait()
        await self._cards.note_problem(room_id, Problem.REFUSED, may_be_out=False)
        return _Wait(until)

    async def _end_session(self, shown: ShownCard) -> None:
        """Close the session of a card that cannot be shown; its members find out with their next tap."""
        if isinstance(shown, Card):
            await self._sessions.close(shown.session.session_id)

    def _channel(self, guild_id: int, channel_id: int) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(channel_id, guild_id=guild_id)
