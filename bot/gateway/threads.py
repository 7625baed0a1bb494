"""Private threads with one member in them, made once, whatever is lost on the way.

Threads know no nonce. Where an earlier attempt may have made one, it is looked for among the channel's
active threads before another is made.
"""

import asyncio
import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

import discord

from bot.delivery.outbox import Intent
from bot.delivery.outcome import Outcome, Problem
from bot.gateway.answers import FAILED, answer_of, outcome_of
from bot.gateway.sender import Later, Refused, Sleep, Unknown
from bot.scheduling.backoff import ExponentialBackoff
from bot.scheduling.locks import KeyedLocks

log = logging.getLogger(__name__)

_CLOCKS_DIFFER_BY = timedelta(seconds=5)
_TRIES = 3
_FIRST_PAUSE = timedelta(seconds=1)
_LONGEST_PAUSE = timedelta(seconds=4)
_NOT_FOUND = 404
_ALONE = 1  # the bot itself


@dataclass(frozen=True, slots=True)
class Made:
    """The thread is there, with the member in it."""

    thread: discord.Thread


Result: TypeAlias = Made | Refused | Later | Unknown


class ThreadMaker:
    """Makes private threads. One at a time in each channel, so that each finds its own again."""

    def __init__(self, sleep: Sleep = asyncio.sleep) -> None:
        self._sleep = sleep
        self._locks = KeyedLocks()

    async def make(
        self, intent: Intent, parent: discord.TextChannel, name: str, member_id: int, known: Collection[int]
    ) -> Result:
        """Make the thread of an intent, or find it, and add the member.

        `known` are the threads that members have already. A thread to which the member cannot be added for
        good is deleted again. Later: there is none; Unknown: there may be one.
        """
        async with self._locks.of(parent.id):
            found: discord.Thread | Refused | Later | Unknown | None = None
            if intent.is_repeated:
                found = await self._find(intent, parent, name, member_id, known)
            if found is None:
                found = await self._create(intent, parent, name, member_id, known)
            if not isinstance(found, discord.Thread):
                return found
            return await self._add(found, member_id)

    async def _create(
        self, intent: Intent, parent: discord.TextChannel, name: str, member_id: int, known: Collection[int]
    ) -> discord.Thread | Refused | Later | Unknown:
        kind = discord.ChannelType.private_thread
        try:
            return await parent.create_thread(
                name=name,
                type=kind,
                auto_archive_duration=10080,  # minutes: seven days, as late as it goes
            )
        except FAILED as error:
            outcome = outcome_of(error, may_have_happened=True)
            log.info("a thread was not made: %s (%s, code %s)", outcome, *answer_of(error))
            if outcome is Outcome.REFUSED:
                status, code = answer_of(error)
                return Refused(Problem.REFUSED, status or 0, code)
            if outcome is Outcome.LATER:
                return Later()
        found = await self._find(intent, parent, name, member_id, known)
        return found or Unknown()

    async def _find(
        self, intent: Intent, parent: discord.TextChannel, name: str, member_id: int, known: Collection[int]
    ) -> discord.Thread | Refused | Unknown | None:
        """Return the thread that an attempt of this intent made, or None."""
        since = intent.begun_at - _CLOCKS_DIFFER_BY
        try:
            active = await parent.guild.active_threads()
            for thread in sorted(active, key=lambda each: each.id):
                is_ours = thread.owner_id == parent.guild.me.id and thread.is_private()
                is_new = discord.utils.snowflake_time(thread.id) >= since and thread.id not in known
                is_there = thread.parent_id == parent.id and thread.name == name
                if is_ours and is_new and is_there and await _is_for(thread, member_id):
                    return thread
        except FAILED as error:
            status, code = answer_of(error)
            if outcome_of(error) is Outcome.REFUSED:
                return Refused(Problem.HISTORY, status or 0, code, may_be_out=True)
            return Unknown()
        return None

    async def _add(self, thread: discord.Thread, member_id: int) -> Result:
        pauses = ExponentialBackoff(_FIRST_PAUSE, _LONGEST_PAUSE)
        for number in range(_TRIES):
            if number:
                await self._sleep(pauses.after(timedelta()).total_seconds())
            try:
                await thread.add_user(discord.Object(member_id))
            except FAILED as error:
                if outcome_of(error) is not Outcome.REFUSED:
                    continue
                status, code = answer_of(error)
                log.info("a member could not be added to a thread (%s, code %s)", status, code)
                is_left = not await _remove(thread)
                return Refused(Problem.REFUSED, status or 0, code, may_be_out=is_left)
            else:
                return Made(thread)
        return Unknown()


async def _is_for(thread: discord.Thread, member_id: int) -> bool:
    """Return whether nobody but the bot is in a thread, or the member is."""
    if thread.member_count <= _ALONE:
        return True
    try:
        await thread.fetch_member(member_id)
    except discord.NotFound:
        return False
    return True


async def _remove(thread: discord.Thread) -> bool:
    """Delete a thread; where the bot may not, archive it. Return whether it is out of sight."""
    try:
        await thread.delete()
    except FAILED as error:
        status, _ = answer_of(error)
        if status == _NOT_FOUND:
            return True
        if outcome_of(error) is not Outcome.REFUSED:
            return False
    else:
        return True
    try:
        await thread.edit(archived=True)  # whoever made a thread may, without Manage Threads
    except FAILED:
        return False
    return True
