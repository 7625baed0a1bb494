"""Posts channel check-ins, counts answers and deletes them: one message and one deletion each."""

import contextlib
import logging
from functools import partial

import discord
from discord import ui

from bot.checkins.channel.model import ChannelCheckin, shown_count
from bot.checkins.channel.outbox import ChannelCheckinMessage, ChannelCheckinOutbox, ChannelCheckinToSend
from bot.checkins.channel.service import ChannelCheckins
from bot.delivery.outcome import Outcome, Problem
from bot.gateway.answers import FAILED, outcome_of
from bot.gateway.client import Client, Interaction
from bot.gateway.interactions import guild_id_of
from bot.gateway.sender import Later, Recorded, Refused, Sent, Unknown
from bot.scheduling.due_queue import Due
from bot.scheduling.locks import KeyedLocks
from bot.scheduling.rate_limit import RateLimiter
from bot.texts.catalogue import Say, escape
from cogs.checkins import routes
from cogs.checkins.panels import line
from cogs.ui.answers import Answer, answer_buttons
from cogs.ui.bot_permissions import may_post
from cogs.ui.panels import panel, send_panel, texts_for

log = logging.getLogger(__name__)

_MOST_TRIES = 30  # of deleting one, a minute apart


class ChannelCheckinDelivery:
    """Acts on due channel check-ins. Each run starts from the saved state, so it may be repeated."""

    def __init__(self, client: Client, checkins: ChannelCheckinOutbox, send_limiter: RateLimiter) -> None:
        self._client = client
        self._outbox = checkins
        self._send_limiter = send_limiter

    async def act(self, due: Due) -> None:
        """Delete the one in view; with none in view, post the next, unless it is late."""
        await self._send_limiter.acquire()
        found = await self._outbox.prepare(due)
        if found is None:
            await self._settle(due.subject_id)
        elif isinstance(found, ChannelCheckin):
            if await self._delete(found, found.message_id or 0) or due.claims > _MOST_TRIES:
                await self._outbox.note_gone(found.channel_checkin_id)
        elif may_post(self._client, found.one.guild_id, found.one.channel_id):
            await self._post(found)
        else:
            may_be_out = found.intent.is_repeated
            await self._outbox.note_not_sent(found, None, may_be_out=may_be_out, is_skipped=True)

    def show(self, message: ChannelCheckinMessage) -> ui.LayoutView:
        """Return the message of a channel check-in in its server's language."""
        guild = self._client.get_guild(message.one.guild_id)
        locale = message.locale or (guild.preferred_locale.value if guild else None)
        return view(message, self._client.services.texts.to(locale))

    async def _post(self, message: ChannelCheckinToSend) -> None:
        """Post one without a notification. `/quiet check` lists those that cannot be posted."""
        one = message.one
        sent = await self._client.sender.send(
            message.intent, self._channel(one), self.show(message), marker=_marker(one)
        )
        match sent:
            case Sent(message_id):
                if not await self._outbox.note_sent(one.channel_checkin_id, message_id, one.number):
                    await self._delete(one, message_id)  # it was removed while it was being sent
            case Refused(problem, status, code, may_be_out):
                log.info("a channel check-in was refused (%s, code %s)", status, code)
                await self._outbox.note_not_sent(message, problem, may_be_out=may_be_out, is_skipped=True)
            case Later() | Unknown():  # again at the next claim, until it is late
                may_be_out = isinstance(sent, Unknown)
                await self._outbox.note_not_sent(
                    message, Problem.LATER, may_be_out=may_be_out, is_skipped=False
                )
            case Recorded():
                pass

    async def _delete(self, one: ChannelCheckin, message_id: int) -> bool:
        """Delete one; return whether it is deleted or can never be deleted."""
        try:
            await self._channel(one).get_partial_message(message_id).delete()
        except FAILED as error:
            return outcome_of(error) is Outcome.REFUSED
        return True

    async def _settle(self, channel_checkin_id: int) -> None:
        """Find out how an earlier attempt ended if none is to be posted now."""
        unsettled = await self._outbox.find_unsettled(channel_checkin_id)
        if unsettled is None:
            return
        one, intent = unsettled
        found = await self._client.sender.find(intent, self._channel(one), _marker(one))
        if isinstance(found, Sent):
            await self._outbox.note_sent(channel_checkin_id, found.message_id, one.number)
        elif found is None:
            await self._outbox.drop(intent)

    def _channel(self, one: ChannelCheckin) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(one.channel_id, guild_id=one.guild_id)


def _marker(one: ChannelCheckin) -> str:
    """Return the custom id of one of the next check-in's buttons, to find its message by."""
    return routes.CHANNEL_ANSWER(one.channel_checkin_id, one.number, Answer.HERE)


class ChannelCheckinButtons:
    """Answers taps. All three answers are handled alike: the code never looks at which was tapped."""

    def __init__(self, channel_checkins: ChannelCheckins, delivery: ChannelCheckinDelivery) -> None:
        self._checkins = channel_checkins
        self._delivery = delivery
        self._locks = KeyedLocks()
        self._shown: dict[int, tuple[int, int | None]] = {}  # message and number, as last seen

    @routes.CHANNEL_ANSWER.handler
    async def answer(self, interaction: Interaction, payload: routes.ChannelAnswer) -> None:
        """Count the member once, and show the number by editing the tapped message. No answer is saved."""
        checkin_id, guild_id = payload.channel_checkin_id, guild_id_of(interaction)
        channel_id = interaction.channel_id or 0
        message_id = interaction.message.id if interaction.message else 0
        await self._checkins.note_answered(
            guild_id, checkin_id, payload.number, channel_id, message_id, interaction.user.id
        )
        await interaction.response.defer()
        await self._update(interaction, checkin_id, message_id)
        await send_panel(interaction, line(texts_for(interaction)("open.noted")))

    async def _update(self, interaction: Interaction, checkin_id: int, message_id: int) -> None:
        """Show the number in the message.

        Taps wait for each other, so the last edit shows the latest number.
        """
        async with self._locks.of(checkin_id):
            found = await self._checkins.outbox.message(checkin_id)
            if found is None or found.one.message_id != message_id:
                return
            wanted = (message_id, shown_count(found.answered))
            if self._shown.get(checkin_id) == wanted:
                return
            with contextlib.suppress(*FAILED):  # the next tap does it
                await interaction.edit_original_response(view=self._delivery.show(found))
                self._shown[checkin_id] = wanted


def view(message: ChannelCheckinMessage, say: Say) -> ui.LayoutView:
    """Return the message of a channel check-in: three equal answers, and how many answered if three did."""
    one, text, shown = message.one, message.text, shown_count(message.answered)
    answers = answer_buttons(say, partial(routes.CHANNEL_ANSWER, one.channel_checkin_id, one.number))
    words = say(f"open.prompts.{text.key}") if text.words is None else escape(text.words)
    answered = say("rooms.card.arrivals", count=shown) if shown else ""
    return panel([words, answered, say("open.how")], [answers], framed=True)
