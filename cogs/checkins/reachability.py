"""Whether check-ins reach a member, and how a member who left a private thread is added to it again."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum, auto

import discord

from bot.checkins.personal.cadence import Cadence, CheckinState
from bot.delivery.outcome import Outcome
from bot.gateway.answers import FAILED, UNKNOWN_CHANNEL, answer_of, outcome_of
from bot.gateway.client import Client, Interaction
from bot.gateway.interactions import can_see
from bot.gateway.threads import has_left, note_added
from bot.texts.catalogue import Markup, Say
from cogs.ui.bot_permissions import held_in, timed_out_until

_ARCHIVED = 50083
_NO_ACCESS = 50001
_MISSING_PERMISSION = 50013
_UNKNOWN_MEMBER = 10007


class Obstacle(Enum):
    """Why a check-in that is due now cannot arrive."""

    BOT = auto()  # the bot may not write there at the moment: this one is left out
    GONE = auto()  # the member cannot see its thread, or nobody can: none can arrive


class Reach(StrEnum):
    """Where check-ins reach a member, or why they do not; the last part of a catalogue key."""

    DIRECT = "direct"
    THREAD = "thread"
    BOT = "bot"  # the bot may not write in the thread at the moment
    UNSEEN = "unseen"  # the member cannot see the thread's channel
    GONE = "gone"  # the thread was deleted, or the bot is not in it


LOST = frozenset({Reach.UNSEEN, Reach.GONE})
"""What only the member can change, by choosing another way."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where a member's check-ins in one server come."""

    cadence: Cadence
    reach: Reach

    def line(self, say: Say) -> Markup:
        """Return it as a sentence."""
        return say(f"checkins.where.{self.reach}", where=Markup(f"<#{self.cadence.thread_id}>"))

    def line_beside(self, state: CheckinState, say: Say) -> str:
        """Return it as a sentence, or an empty text if the text about `state` says the same."""
        is_said = state is CheckinState.OPENING and self.reach is Reach.DIRECT
        return "" if is_said else self.line(say)


def find_obstacle(client: Client, cadence: Cadence, now: datetime) -> Obstacle | None:
    """Return why a check-in cannot arrive in a private thread; None if no reason is known.

    Looks only at what the gateway sent: active threads, and members in voice channels.
    """
    guild = client.get_guild(cadence.guild_id)
    if cadence.thread_id is None or guild is None or guild.unavailable:
        return None
    if timed_out_until(guild, now) is not None:
        return Obstacle.BOT
    thread, member = guild.get_thread(cadence.thread_id), guild.get_member(cadence.member_id)
    if thread is None:
        return None
    if thread.parent is None or (member and not thread.parent.permissions_for(member).view_channel):
        return Obstacle.GONE
    held = held_in(guild, thread.parent)
    return None if held.view_channel and held.send_messages_in_threads else Obstacle.BOT


async def has_left_thread(client: Client, cadence: Cadence) -> bool:
    """Return whether a member left the private thread where their check-ins come; see `has_left`."""
    guild = client.get_guild(cadence.guild_id)
    if cadence.thread_id is None or guild is None:
        return False
    thread = guild.get_thread(cadence.thread_id)
    return thread is not None and await has_left(thread, cadence.member_id)


async def restore(interaction: Interaction, cadence: Cadence) -> Where:
    """Make check-ins reach the member again, and return where they come.

    Adds the member to their private thread; this costs one request, and two more if it is archived.
    """
    if cadence.thread_id is None:
        return Where(cadence, Reach.DIRECT)
    client = interaction.client
    match find_obstacle(client, cadence, client.services.clock.now()):
        case Obstacle.BOT:
            return Where(cadence, Reach.BOT)
        case Obstacle.GONE:
            return Where(cadence, Reach.GONE)
    guild = client.get_guild(cadence.guild_id)
    thread = guild.get_thread(cadence.thread_id) if guild else None
    if interaction.guild_id == cadence.guild_id and thread is not None and not _sees(interaction, thread):
        return Where(cadence, Reach.UNSEEN)
    try:
        await _add(client, cadence.thread_id, cadence.member_id)
    except FAILED as error:
        return Where(cadence, _reach_after(error, is_known=thread is not None))
    note_added(guild, cadence.thread_id)
    return Where(cadence, Reach.THREAD)


def _sees(interaction: Interaction, thread: discord.Thread) -> bool:
    return thread.parent is not None and can_see(interaction, thread.parent.id)


async def _add(client: Client, thread_id: int, member_id: int) -> None:
    """Add a member to a thread, which changes nothing if they are in it. Raises as requests do."""
    try:
        await client.http.add_user_to_thread(thread_id, member_id)
    except discord.HTTPException as error:
        if error.code != _ARCHIVED:
            raise
        await client.http.edit_channel(thread_id, archived=False)
        await client.http.add_user_to_thread(thread_id, member_id)


def _reach_after(error: BaseException, *, is_known: bool) -> Reach:
    """Return how check-ins reach a member whom the bot could not add to their thread because of `error`.

    `is_known`: whether the bot can see the thread.
    """
    _, code = answer_of(error)
    if outcome_of(error) is not Outcome.REFUSED:
        return Reach.THREAD  # nothing speaks against it
    if code == _UNKNOWN_MEMBER or (code == _NO_ACCESS and is_known):
        return Reach.UNSEEN
    if code in {UNKNOWN_CHANNEL, _NO_ACCESS}:
        return Reach.GONE
    return Reach.BOT if code in {_MISSING_PERMISSION, _ARCHIVED} else Reach.THREAD
