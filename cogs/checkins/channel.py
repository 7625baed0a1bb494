"""Open check-ins in their channels: posted, tapped, taken away. One message and one deletion each."""

import asyncio
import contextlib
from collections import defaultdict
from functools import partial

import aiohttp
import discord
from discord import ui

from bot.checkins.channel.model import ChannelCheckin
from bot.checkins.channel.rules import shown_count
from bot.checkins.channel.service import ChannelCheckins
from bot.checkins.prompts.service import Prompts
from bot.gateway.client import Client, Interaction
from bot.scheduling.due_queue import Due
from bot.scheduling.rate_limit import RateLimiter
from bot.texts.catalogue import Markup, Say, escape
from cogs.checkins import routes
from cogs.checkins.panels import line
from cogs.ui.answers import Answer, answer_buttons
from cogs.ui.guards import guild_id_of
from cogs.ui.panels import panel, send_panel, texts_for
from cogs.ui.sent_messages import find_sent

_LIBRARY = "open.prompts.{}"


class ChannelCheckinDelivery:
    """Acts on due open check-ins. Each run works from what is stored, so it may be repeated."""

    def __init__(
        self, client: Client, channel_checkins: ChannelCheckins, prompts: Prompts, pace: RateLimiter
    ) -> None:
        self._client = client
        self._open = channel_checkins
        self._prompts = prompts
        self._pace = pace

    async def act(self, due: Due) -> None:
        """Take away the one in view; with none in view, post the next, unless it is late."""
        await self._pace.acquire()
        if due.claims > 1 and await self._note_lost(due.subject_id):
            return
        one = await self._open.prepare(due)
        if one is None:
            return
        if one.message_id is not None:
            with contextlib.suppress(discord.NotFound, discord.Forbidden):
                await self._channel(one).get_partial_message(one.message_id).delete()
            await self._open.note_gone(one.channel_checkin_id)
        elif not self._can_post(one) or not await self._post(one):
            await self._open.note_skipped(one.channel_checkin_id)

    async def show(self, one: ChannelCheckin, count: int) -> ui.LayoutView:
        """Return an open check-in as it is to be shown: the one in view, else the next."""
        say = await self._client.say_to_server(one.guild_id)
        own = {each.key: each.words for each in await self._prompts.of_guild(one.guild_id)}
        keys = [*say.keys(_LIBRARY), *own]
        key = keys[(one.channel_checkin_id + one.turn - 1) % len(keys)]  # none again before the others
        words = escape(own[key]) if key in own else say(f"open.prompts.{key}")
        return view(one, words, count, say)

    async def _post(self, one: ChannelCheckin) -> bool:
        """Post one, silently; return whether Discord took it."""
        # The nonce makes a repeated send, after a crash between sending and noting, the same message.
        nonce = f"o{one.channel_checkin_id}.{one.sent}"
        try:
            shown = await self.show(one, 0)
            message = await self._channel(one).send(view=shown, silent=True, nonce=nonce)
        except (discord.Forbidden, discord.NotFound):
            return False
        if not await self._open.note_sent(one.channel_checkin_id, message.id, one.turn):
            with contextlib.suppress(discord.NotFound, discord.Forbidden):
                await message.delete()  # it was removed while it was on its way
        return True

    def _can_post(self, one: ChannelCheckin) -> bool:
        """Return whether a request may succeed, by what Discord told of the server."""
        guild = self._client.get_guild(one.guild_id)
        if guild is None or guild.unavailable:
            return True
        channel = guild.get_channel(one.channel_id)
        held = channel.permissions_for(guild.me) if channel else discord.Permissions.none()
        return held.view_channel and held.send_messages

    async def _note_lost(self, channel_checkin_id: int) -> bool:
        """Note one that was sent and never noted; return whether there was one."""
        one = await self._open.look_up(channel_checkin_id)
        if one is None or one.message_id is not None:
            return False
        wanted = routes.CHANNEL_ANSWER(channel_checkin_id, one.turn, Answer.HERE)
        found = await find_sent(self._channel(one), self._client.user, wanted)
        if found is None:
            return False
        await self._open.note_sent(channel_checkin_id, found, one.turn)
        return True

    def _channel(self, one: ChannelCheckin) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(one.channel_id, guild_id=one.guild_id)


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
