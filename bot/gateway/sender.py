"""The crash-safe sender: sends each message once, even after a crash or if Discord's answer is lost.

Within two minutes it repeats a request with the same nonce, which Discord treats as the same message.
Later, it looks for the message in the channel's history first; if it can't read that, it sends nothing
again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TypeAlias

import discord

from bot.delivery import outbox
from bot.delivery.outbox import Intent
from bot.delivery.outcome import Outcome, Problem, classify
from bot.gateway.answers import FAILED, UNKNOWN_CHANNEL, answer_of, outcome_of
from bot.scheduling import sending
from bot.scheduling.clock import Clock
from bot.storage.database import Database

log = logging.getLogger(__name__)

Sleep: TypeAlias = Callable[[float], Awaitable[None]]

_SEARCHED_MESSAGES = 200  # since the first attempt: two requests at most
_MAX_CLOCK_DIFFERENCE = timedelta(minutes=1)
_LONGEST_PAUSE_SECONDS = 4.0  # between two tries; the first pause takes a second
_NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class Sent:
    """The message was sent. `is_repeat`: perhaps by an earlier attempt, with the text of that time."""

    message_id: int
    is_repeat: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """Discord refused it for good, or (HISTORY) there is no way to find out whether it was sent.

    `may_be_out`: an earlier attempt may have sent it.
    """

    problem: Problem
    status: int = 0
    code: int = 0
    may_be_out: bool = False


@dataclass(frozen=True, slots=True)
class Later:
    """It was not sent; trying again later may help."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have been sent: leave the intent open and try again later."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """The outcome was recorded meanwhile, for example by a tap on the message."""


Result: TypeAlias = Sent | Refused | Later | Unknown | Recorded


class Sender:
    """Sends messages, and finds those that earlier attempts sent."""

    def __init__(
        self, client: discord.Client, clock: Clock, database: Database, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._client = client
        self._clock = clock
        self._database = database
        self._sleep = sleep

    async def send(
        self,
        intent: Intent,
        channel: discord.PartialMessageable,
        view: discord.ui.LayoutView,
        *,
        marker: str,
        besides: Collection[int] = (),
        silent: bool = True,
        tries: int = 1,
    ) -> Result:
        """Post the message of an intent, in at most `tries` requests.

        `marker` is the custom id of one of the message's buttons, by which the sender can find it; it is
        not one of the messages `besides`. If an attempt more than two minutes ago may have sent it, the
        sender looks for it first.
        """
        may_be_out = intent.is_repeated
        if may_be_out and not intent.has_nonce_at(self._clock.now()):
            found = await self.find(intent, channel, marker, besides)
            if found is not None:
                return found
            if not await self._is_open(intent):
                return Recorded()
            may_be_out = False
        return await self._post(intent, channel, view, silent=silent, tries=tries, may_be_out=may_be_out)

    async def find(
        self,
        intent: Intent,
        channel: discord.PartialMessageable,
        marker: str,
        besides: Collection[int] = (),
    ) -> Sent | Refused | Unknown | None:
        """Look for the message of an intent; None: it was not sent."""
        try:
            if not await self._can_read_history(channel):
                return Refused(Problem.HISTORY, may_be_out=True)
            since = discord.Object(discord.utils.time_snowflake(intent.begun_at - _MAX_CLOCK_DIFFERENCE))
            async for message in channel.history(limit=_SEARCHED_MESSAGES, after=since):
                is_own = message.author == self._client.user and message.id not in besides
                if is_own and _has_button(message.components, marker):
                    return Sent(message.id, is_repeat=True)
        except FAILED as error:
            if outcome_of(error) is not Outcome.REFUSED:
                return Unknown()
            status, code = answer_of(error)
            is_gone = status == _NOT_FOUND
            problem = Problem.REFUSED if is_gone else Problem.HISTORY
            return Refused(problem, status or 0, code, may_be_out=not is_gone)
        return None

    async def _post(
        self,
        intent: Intent,
        channel: discord.PartialMessageable,
        view: discord.ui.LayoutView,
        *,
        silent: bool,
        tries: int,
        may_be_out: bool,
    ) -> Result:
        if await self._database.read(sending.stopped_at) is not None:
            return Unknown() if may_be_out else Later()
        for number in range(tries):
            if number:
                await self._sleep(min(2.0 ** (number - 1), _LONGEST_PAUSE_SECONDS))
            try:
                message = await channel.send(view=view, silent=silent, nonce=intent.nonce)
            except FAILED as error:
                status, code = answer_of(error)
                outcome = classify(status, code, may_have_happened=True)
                log.info("a message was not sent: %s (%s, code %s)", outcome, status, code)
                if outcome is Outcome.REFUSED:
                    return Refused(Problem.REFUSED, status or 0, code, may_be_out=may_be_out)
                may_be_out = may_be_out or outcome is Outcome.UNKNOWN
                if not intent.has_nonce_at(self._clock.now()):
                    break
            else:
                return Sent(message.id, is_repeat=may_be_out)
        return Unknown() if may_be_out else Later()

    async def _can_read_history(self, channel: discord.PartialMessageable) -> bool:
        """Return whether the channel's history can be read.

        Without Read Message History, Discord answers with an empty history. So this checks the bot's
        permissions. Raises aiohttp's or discord.py's errors if it cannot read these.
        """
        if channel.type is discord.ChannelType.private:
            return True
        guild = self._client.get_guild(channel.guild_id or 0)
        if guild is None or guild.unavailable:
            raise ConnectionError("Discord does not show the server at the moment")
        found = guild.get_channel_or_thread(channel.id)
        if found is None:  # an archived thread, or a deleted channel
            fetched = await self._client.fetch_channel(channel.id)
            found = fetched if isinstance(fetched, discord.Thread) else None
        if found is None or (isinstance(found, discord.Thread) and found.parent is None):
            return False
        permissions = found.permissions_for(guild.me)
        return permissions.view_channel and permissions.read_message_history

    async def _is_open(self, intent: Intent) -> bool:
        found = await self._database.read(partial(outbox.find, key=intent.key))
        return found is not None and found.nonce == intent.nonce


def is_gone(result: Refused) -> bool:
    """Return whether the message, or the channel it was sent to, no longer exists."""
    return result.status == _NOT_FOUND or result.code == UNKNOWN_CHANNEL


def _has_button(components: Sequence[discord.Component], wanted: str) -> bool:
    return any(
        getattr(each, "custom_id", None) == wanted or _has_button(getattr(each, "children", ()), wanted)
        for each in components
    )
