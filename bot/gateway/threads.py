"""Private threads with one member in them, each made once, even after a crash or a lost answer.

Discord has no nonce for threads. So before making a thread, the bot looks for one that an earlier attempt
left: made by this bot, with the same name, not in use, and with no other member in it.
"""

import asyncio
import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

import discord

from bot.delivery.outcome import Outcome, Problem
from bot.errors import RefusalError
from bot.gateway.answers import FAILED, answer_of, outcome_of
from bot.gateway.sender import Later, Refused, Sleep
from bot.scheduling.backoff import ExponentialBackoff
from bot.scheduling.clock import Clock
from bot.scheduling.locks import KeyedLocks
from bot.scheduling.token_buckets import MemberAndServerLimit, Rate

log = logging.getLogger(__name__)

_MEMBER_RATE = Rate(burst=3, every_seconds=10 * 60)
_SERVER_RATE = Rate(burst=20, every_seconds=60)
_TRIES = 3
_FIRST_PAUSE = timedelta(seconds=1)
_LONGEST_PAUSE = timedelta(seconds=4)
_NOT_FOUND = 404
_ALONE = 1  # in a thread: the bot itself
_PAIR = 2
_MOST_CHECKED = 5  # newest threads whose members are requested from Discord


@dataclass(frozen=True, slots=True)
class Made:
    """The thread exists, with the member in it."""

    thread_id: int


Result: TypeAlias = Made | Refused | Later


class ThreadMaker:
    """Makes private threads, one at a time in each channel, and not too many at once."""

    def __init__(self, clock: Clock, sleep: Sleep = asyncio.sleep) -> None:
        self._clock = clock
        self._sleep = sleep
        self._locks = KeyedLocks()
        self._limit = MemberAndServerLimit(_MEMBER_RATE, _SERVER_RATE)

    async def make(
        self, parent: discord.TextChannel, name: str, member_id: int, known: Collection[int]
    ) -> Result:
        """Make a private thread, or find the one that an earlier attempt left, and add the member.

        `known` are the threads that members use already. If Discord refuses for good to add the member, the
        thread is deleted again. `Later`: the next attempt finds the thread that this one may have left.
        Raises RefusalError if there were too many.
        """
        async with self._locks.of(parent.id):
            try:
                thread = await _find(parent, name, member_id, known)
                thread = thread or await self._create(parent, name, member_id, known)
            except FAILED as error:
                status, code = answer_of(error)
                log.info("a thread was not made (%s, code %s)", status, code)
                if outcome_of(error) is Outcome.REFUSED:
                    return Refused(Problem.REFUSED, status or 0, code)
                return Later()
            return await self._add(thread, member_id)

    async def _create(
        self, parent: discord.TextChannel, name: str, member_id: int, known: Collection[int]
    ) -> discord.Thread:
        """Make a thread. Raises discord.py's or aiohttp's errors if it does not exist afterwards.

        Raises RefusalError if there were too many.
        """
        if not self._limit.take(parent.guild.id, member_id, self._clock.now().timestamp()):
            raise RefusalError("refusals.threads_often")
        try:
            return await parent.create_thread(
                name=name,
                type=discord.ChannelType.private_thread,
                auto_archive_duration=10080,  # minutes: seven days, the longest
            )
        except FAILED as error:
            if outcome_of(error, may_have_happened=True) is not Outcome.UNKNOWN:
                raise
            found = await _find(parent, name, member_id, known)
            if found is None:
                raise
            return found

    async def _add(self, thread: discord.Thread, member_id: int) -> Result:
        pauses = ExponentialBackoff(_FIRST_PAUSE, _LONGEST_PAUSE)
        for number in range(_TRIES):
            if number:
                await self._sleep(pauses.after(timedelta()).total_seconds())
            try:
                await thread.add_user(discord.Object(member_id))
            except FAILED as error:
                if outcome_of(error) is not Outcome.REFUSED:  # adding a member twice adds them once
                    continue
                status, code = answer_of(error)
                log.info("a member could not be added to a thread (%s, code %s)", status, code)
                await _remove(thread)
                return Refused(Problem.REFUSED, status or 0, code)
            else:
                note_added(thread.guild, thread.id)
                return Made(thread.id)
        return Later()


def note_added(guild: discord.Guild | None, thread_id: int) -> None:
    """Count a member whom the bot added to a thread: without the Server Members intent no event says so."""
    thread = guild.get_thread(thread_id) if guild else None
    if thread is not None:
        thread.member_count = max(thread.member_count, _PAIR)


async def has_left(thread: discord.Thread, member_id: int) -> bool:
    """Return whether a member left their private thread, as far as Discord tells the bot.

    Without the Server Members intent, no event says who left
    (https://docs.discord.com/developers/events/gateway-events#thread-members-update). Discord only says how
    many are in a thread, when the bot connects and when the thread is opened again. Only if the bot seems
    to be alone there, this asks Discord about the member; if it does not answer, nothing is known.
    """
    if thread.member_count > _ALONE:
        return False
    try:
        is_inside = await _is_inside(thread, member_id)
    except FAILED:
        return False
    if is_inside:
        note_added(thread.guild, thread.id)
    return not is_inside


async def _find(
    parent: discord.TextChannel, name: str, member_id: int, known: Collection[int]
) -> discord.Thread | None:
    """Return the newest unused thread with no other member in it, or None."""
    active = await parent.guild.active_threads()
    candidates = [
        each
        for each in sorted(active, key=lambda each: each.id, reverse=True)
        if each.parent_id == parent.id and each.owner_id == parent.guild.me.id and each.is_private()
        if each.name == name and each.id not in known and each.member_count <= _PAIR
    ]
    for thread in candidates[:_MOST_CHECKED]:
        if thread.member_count <= _ALONE or await _is_inside(thread, member_id):
            return thread
    return None


async def _is_inside(thread: discord.Thread, member_id: int) -> bool:
    try:
        await thread.fetch_member(member_id)
    except discord.NotFound:
        return False
    return True


async def _remove(thread: discord.Thread) -> None:
    """Delete a thread; if the bot may not, archive it."""
    try:
        await thread.delete()
    except FAILED as error:
        status, _ = answer_of(error)
        if status == _NOT_FOUND or outcome_of(error) is not Outcome.REFUSED:
            return  # if Discord did not answer, the next attempt finds the thread
    else:
        return
    try:
        await thread.edit(archived=True)  # its owner may archive a thread without Manage Threads
    except FAILED as error:
        log.info("a thread is left without a member (%s, code %s)", *answer_of(error))
