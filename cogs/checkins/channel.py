"""Open check-ins in their channels: posted, tapped, taken away. One message and one deletion each."""

import asyncio
import contextlib
import logging
from collections import defaultdict
from functools import partial

import aiohttp
import discord
from discord import ui

from bot.checkins.channel.model import ChannelCheckin
from bot.checkins.channel.rules import shown_count
from bot.checkins.channel.service import ChannelCheckins
from bot.checkins.prompts.service import Prompts
from bot.delivery.outcome import Outcome, Problem
from bot.gateway.answers import FAILED, outcome_of
from bot.gateway.client import Client, Interaction
from bot.gateway.interactions import guild_id_of
from bot.gateway.sender import Later, Refused, Sent, Unknown
from bot.scheduling.due_queue import Due
from bot.scheduling.rate_limit import RateLimiter
from bot.texts.catalogue import Markup, Say, escape
from cogs.checkins import routes
from cogs.checkins.panels import line
from cogs.ui.answers import Answer, answer_buttons
from cogs.ui.bot_permissions import may_post
from cogs.ui.panels import panel, send_panel, texts_for

log = logging.getLogger(__name__)

_MOST_TRIES = 30  # of taking one away, a minute apart
_LIBRARY = "open.prompts.{}"


class ChannelCheckinDelivery:
    """Acts on due open check-ins. Each run works from what is stored, so it may be repeated."""

    def __init__(
        self, client: Client, channel_checkins: ChannelCheckins, prompts: Prompts, send_limiter: RateLimiter
    ) -> None:
        self._client = client
        self._open = channel_checkins
        self._prompts = prompts
        self._send_limiter = send_limiter

    async def act(self, due: Due) -> None:
        """Take away the one in view; with none in view, post the next, unless it is late."""
        await self._send_limiter.acquire()
        one = await self._open.prepare(due)
        if one is None:
            await self._settle(due.subject_id)
        elif one.message_id is not None:
            if await self._take_away(one, one.message_id) or due.claims > _MOST_TRIES:
                await self._open.note_gone(one.channel_checkin_id)
        elif may_post(self._client, one.guild_id, one.channel_id):
            await self._post(one)
        else:
            await self._open.note_skipped(one.channel_checkin_id)

    async def show(self, one: ChannelCheckin, count: int) -> ui.LayoutView:
        """Return an open check-in as it is to be shown: the one in view, else the next."""
        say = await self._client.say_to_server(one.guild_id)
        own = {each.key: each.words for each in await self._prompts.of_guild(one.guild_id)}
        keys = [*say.keys(_LIBRARY), *own]
        key = keys[(one.channel_checkin_id + one.turn - 1) % len(keys)]  # none again before the others
        words = escape(own[key]) if key in own else say(f"open.prompts.{key}")
        return view(one, words, count, say)

    async def _post(self, one: ChannelCheckin) -> None:
        """Post one, silently. One that cannot be posted is named in `/quiet check`."""
        number = one.channel_checkin_id
        intent = await self._open.begin_sending(one)
        if intent is None:
            return
        view, sender = await self.show(one, 0), self._client.sender
        match await sender.send(intent, self._channel(one), view, marker=_marker(one)):
            case Sent(message_id):
                if not await self._open.note_sent(number, message_id, one.turn):
                    await self._take_away(one, message_id)  # it was removed while it was on its way
            case Refused() as refused:
                log.info("an open check-in was refused (%s, code %s)", refused.status, refused.code)
                await self._open.note_problem(number, refused.problem, may_be_out=refused.may_be_out)
                await self._open.note_skipped(number)
            case Later():  # again at the next claim, until it is late
                await self._open.note_problem(number, Problem.LATER, may_be_out=False)
            case Unknown():
                await self._open.note_problem(number, Problem.LATER, may_be_out=True)

    async def _take_away(self, one: ChannelCheckin, message_id: int) -> bool:
        """Delete one; return whether it is gone, or cannot go."""
        try:
            await self._channel(one).get_partial_message(message_id).delete()
        except FAILED as error:
            return outcome_of(error) is Outcome.REFUSED
        return True

    async def _settle(self, channel_checkin_id: int) -> None:
        """Find out what became of an earlier attempt, where nothing is to be posted now."""
        intent = await self._open.find_intent(channel_checkin_id)
        one = await self._open.look_up(channel_checkin_id) if intent else None
        if intent is None or one is None or one.message_id is not None:
            return
        found = await self._client.sender.find(intent, self._channel(one), _marker(one))
        if isinstance(found, Sent):
            await self._open.note_sent(channel_checkin_id, found.message_id, one.turn)
        elif found is None:
            await self._open.drop_intent(intent)

    def _channel(self, one: ChannelCheckin) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(one.channel_id, guild_id=one.guild_id)


def _marker(one: ChannelCheckin) -> str:
    """Return the custom id of a button by which the next one is found."""
    return routes.CHANNEL_ANSWER(one.channel_checkin_id, one.turn, Answer.HERE)


class ChannelCheckinButtons:
    """Answers taps. All three answers are one action: none is looked at."""

    def __init__(self, channel_checkins: ChannelCheckins, delivery: ChannelCheckinDelivery) -> None:
        self._open = channel_checkins
        self._delivery = delivery
        self._locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._shown: dict[int, tuple[int, int | None]] = {}  # message and number, as last seen

    @routes.CHANNEL_ANSWER.handler
    async def answer(self, interaction: Interaction, payload: routes.ChannelAnswer) -> None:
        """Count the member once, show the number by this tap's own interaction, and keep no answer."""
        number, guild_id = payload.channel_checkin_id, guild_id_of(interaction)
        channel_id = interaction.channel_id or 0
        message_id = interaction.message.id if interaction.message else 0
        await self._open.stop_by(
            guild_id, number, payload.turn, channel_id, message_id, interaction.user.id
        )
        await interaction.response.defer()
        await self._show(interaction, number, message_id)
        await send_panel(interaction, line(texts_for(interaction)("open.noted")))

    async def _show(self, interaction: Interaction, number: int, message_id: int) -> None:
        """Bring the message to what is so now. Whoever comes last reads last, so it ends true."""
        async with self._locks[number]:
            one = await self._open.look_up(number)
            count = await self._open.count_stops(number)
            wanted = (message_id, shown_count(count))
            if one is None or one.message_id != message_id or self._shown.get(number) == wanted:
                return
            with contextlib.suppress(
                discord.HTTPException, aiohttp.ClientError, OSError
            ):  # the next tap does
                await interaction.edit_original_response(view=await self._delivery.show(one, count))
                self._shown[number] = wanted


def view(one: ChannelCheckin, words: Markup, count: int, say: Say) -> ui.LayoutView:
    """Return an open check-in: brief, three equal answers, a number where it is about nobody."""
    answers = answer_buttons(say, partial(routes.CHANNEL_ANSWER, one.channel_checkin_id, one.turn))
    shown = shown_count(count)
    stopped = say("rooms.card.arrivals", count=shown) if shown else ""
    return panel([words, stopped, say("open.how")], [answers], framed=True)
