"""Brings check-ins to direct messages or a thread: silent, one in view at a time, each sent once."""

import asyncio
import contextlib
import logging

import discord

from bot.checkins.personal.model import Cadence
from bot.checkins.personal.rules import may_come_until
from bot.checkins.personal.service import Checkins
from bot.checkins.prompts.service import Prompts
from bot.errors import RefusalError
from bot.gateway.client import Client
from bot.scheduling.due_queue import Due
from bot.scheduling.rate_limit import RateLimiter
from bot.texts.catalogue import Say
from cogs.checkins.panels import answer_id, prompt
from cogs.checkins.prompt_text import Words, next_of
from cogs.ui.answers import Answer
from cogs.ui.sent_messages import find_sent

log = logging.getLogger(__name__)

# Closed or blocked direct messages, no server in common, a channel or an account that is gone; of threads,
# one that is locked, or not to be written in.
_CANNOT_REACH = {50007, 50278, 10003, 10013, 50001, 50013, 50083, 160005}
_ARCHIVED = 50083
_OPENING_TOO_FAST = 40003


class Delivery:
    """Acts on due check-ins. Each run works from what is stored, so it may be repeated at any point."""

    def __init__(self, client: Client, checkins: Checkins, prompts: Prompts, pace: RateLimiter) -> None:
        self._client = client
        self._checkins = checkins
        self._prompts = prompts
        self._pace = pace

    async def open_channel(self, user: discord.User | discord.Member) -> int:
        """Open somebody's direct messages, once, and return the channel.

        Raises RefusalError where Discord does not let the bot open any at the moment, or not theirs.
        """
        try:
            return (await user.create_dm()).id
        except discord.HTTPException as error:
            if error.code == _OPENING_TOO_FAST:
                raise RefusalError("refusals.dms_later") from None
            if error.code in _CANNOT_REACH:
                raise RefusalError("refusals.dms_closed") from None
            raise

    async def act(self, due: Due) -> None:
        """Deliver a check-in that is due, unless it is late, paused or no longer wanted."""
        await self._pace.acquire()
        if due.claims > 1 and await self._note_lost(due.subject_id):
            return
        cadence = await self._checkins.prepare(due)
        if cadence is not None and cadence.sent == 0 and await self._note_lost(due.subject_id):
            cadence = await self._checkins.prepare(due)  # the one at the yes had come, unnoted
        if cadence is None:
            return
        now = self._client.services.clock.now()
        left = may_come_until(cadence, due.occurs_at, now) - now
        limit = asyncio.timeout(left.total_seconds())
        try:
            async with limit:
                await self.deliver(cadence, is_paced=True)
        except TimeoutError:
            if not limit.expired():
                raise
            # The next claim looks whether it came.
            log.warning("Discord let a check-in wait for too long; it is left out unless it came")
        except discord.Forbidden as error:  # about the bot, not the member: insisting makes it worse
            log.warning("Discord refused a check-in (code %s); it is left out", error.code)
            await self._checkins.note_skipped(cadence.cadence_id)

    async def clear(self, cadence: Cadence) -> None:
        """Take away the one in view, wherever it is."""
        if cadence.prompt_message_id is not None:
            message = self._channel(cadence).get_partial_message(cadence.prompt_message_id)
            await self._take_away(message, cadence)
            await self._checkins.forget_prompt(cadence.cadence_id, cadence.prompt_message_id)

    async def deliver(self, cadence: Cadence, *, is_paced: bool = False) -> bool:
        """Take the unanswered one away and send the next; return whether Discord could deliver it."""
        await self.clear(cadence)
        if is_paced and cadence.prompt_message_id is not None:
            await self._pace.acquire()
        say = await self._client.say_to_server(cadence.guild_id)
        words = await self._words(cadence, say)
        view = prompt(cadence, words, self.server(cadence), say)
        try:
            # The nonce makes a repeated send, after a crash between sending and noting, the same message.
            nonce = f"k{cadence.cadence_id}.{cadence.sent}"
            message = await self._channel(cadence).send(view=view, silent=not cadence.sound, nonce=nonce)
        except discord.HTTPException as error:
            if error.code not in _CANNOT_REACH:
                raise
            await self._checkins.note_closed(cadence.cadence_id)
            return False
        if not await self._checkins.note_sent(cadence.cadence_id, message.id, cadence.turn, words.used):
            await self._take_away(message, cadence)  # they were stopped while it was on its way
        return True

    async def note_come(self, cadence: Cadence, message_id: int) -> None:
        """Note the next check-in as sent, which was so and not noted yet."""
        words = await self._words(cadence, await self._client.say_to_server(cadence.guild_id))
        await self._checkins.note_sent(cadence.cadence_id, message_id, cadence.turn, words.used)

    def server(self, cadence: Cadence) -> str:
        """Return the name of the server that the check-ins were asked for in."""
        return self._client.server_name(cadence.guild_id, self._client.services.texts.to(None))

    async def _note_lost(self, cadence_id: int) -> bool:
        """Note a check-in that was sent and never noted, whatever its age; return whether there was one."""
        cadence = await self._checkins.look_up(cadence_id)
        if cadence is None:
            return False
        wanted = answer_id(cadence, Answer.HERE)
        found = await find_sent(self._channel(cadence), self._client.user, wanted)
        if found is None:
            return False
        await self.note_come(cadence, found)
        return True

    async def _take_away(self, message: discord.PartialMessage | discord.Message, cadence: Cadence) -> None:
        """Delete the one in view. A thread that Discord archived is opened for it."""
        with contextlib.suppress(discord.NotFound, discord.Forbidden):
            try:
                await message.delete()
            except discord.HTTPException as error:
                if error.code != _ARCHIVED:
                    raise
                thread = await self._client.fetch_channel(cadence.thread_id or 0)
                if isinstance(thread, discord.Thread) and not thread.locked:
                    await thread.edit(archived=False)
                    await message.delete()

    async def _words(self, cadence: Cadence, say: Say) -> Words:
        return next_of(cadence, await self._prompts.of_guild(cadence.guild_id), say)

    def _channel(self, cadence: Cadence) -> discord.PartialMessageable:
        if cadence.thread_id is None:
            return self._client.get_partial_messageable(
                cadence.dm_channel_id, type=discord.ChannelType.private
            )
        return self._client.get_partial_messageable(
            cadence.thread_id, guild_id=cadence.guild_id, type=discord.ChannelType.private_thread
        )
