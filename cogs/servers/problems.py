"""Why a room or a channel check-in does not work now, as moderators read it."""

from collections.abc import Sequence
from dataclasses import dataclass

import discord

from bot.checkins.channel.model import ChannelCheckin, is_resting
from bot.delivery.outcome import Problem
from bot.rooms.model import Room
from bot.servers.model import Guild
from bot.texts.catalogue import Markup, Say
from cogs.checkins.channel_setup import when
from cogs.ui import bot_permissions


@dataclass(frozen=True, slots=True)
class ChannelProblem:
    """A channel that a room cannot use now: deleted (`lacks` is empty), or without permissions for the bot.

    `times` is how many schedules the room has.
    """

    room: Room
    channel_id: int
    lacks: Sequence[str]
    times: int
    is_voice: bool = False


def why_closed(guild: discord.Guild, room: Room, times: int, say: Say) -> str:
    """Return why no card can be posted in a room, or an empty text if nothing is known to be wrong.

    Problems that may be over at the next try are left out. `times` is how many schedules the room has.
    """
    if (closed := _text_channel(guild, room, times)) is not None:
        return room_text(closed, guild, say)
    return "" if room.problem is Problem.LATER else "".join(posting(guild, room, [], say))


def why_stopped(guild: discord.Guild, checkin: ChannelCheckin, say: Say) -> str:
    """Return why a channel check-in cannot be posted, as `why_closed` does for a room."""
    is_left_out = is_resting(checkin) or checkin.problem is Problem.LATER
    channel = guild.get_channel(checkin.channel_id)
    if is_left_out and channel is not None and not lacks(guild, channel.id, bot_permissions.CARD_NEEDS):
        return ""
    return "".join(of_channel_checkin(guild, checkin, say))


def of_room(guild: discord.Guild, room: Room, times: int, say: Say) -> list[str]:
    """Return what is wrong with a room's channels, or why its last card could not be posted."""
    found = [_text_channel(guild, room, times), _voice_channel(guild, room)]
    known = [each for each in found if each is not None]
    return [*(room_text(each, guild, say) for each in known), *posting(guild, room, known, say)]


def of_moderators_channel(guild: discord.Guild, settings: Guild, say: Say) -> list[str]:
    """Return why the moderators' channel, if one is chosen, cannot be told anything."""
    channel_id = settings.moderators_channel_id
    if channel_id is None:
        return []
    channel = guild.get_channel(channel_id)
    if channel is None:
        return [say("check.moderators_gone")]
    where = Markup(channel.mention)
    missing = lacks(guild, channel_id, bot_permissions.CARD_NEEDS)
    if missing:
        named = bot_permissions.words(missing, say)
        return [explained(say("check.moderators_closed", where=where, missing=named), missing, guild, say)]
    if not may_persist(guild, channel_id, settings.moderators_problem):
        return []
    return [say(f"check.moderators_problem_{settings.moderators_problem}", where=where)]


def _text_channel(guild: discord.Guild, room: Room, times: int) -> ChannelProblem | None:
    found = ChannelProblem(
        room, room.channel_id, lacks(guild, room.channel_id, bot_permissions.CARD_NEEDS), times
    )
    return found if found.lacks or guild.get_channel(room.channel_id) is None else None


def _voice_channel(guild: discord.Guild, room: Room) -> ChannelProblem | None:
    if room.voice_channel_id is None:
        return None
    missing = lacks(guild, room.voice_channel_id, bot_permissions.VOICE_NEEDS[:1])
    found = ChannelProblem(room, room.voice_channel_id, missing, 0, is_voice=True)
    return found if missing or guild.get_channel(room.voice_channel_id) is None else None


def posting(guild: discord.Guild, room: Room, found: Sequence[ChannelProblem], say: Say) -> list[str]:
    """Return why the room's last card could not be posted, unless the channel as it is now shows why."""
    if not may_persist(guild, room.channel_id, room.problem) or any(not each.is_voice for each in found):
        return []
    where = Markup(f"<#{room.channel_id}>")
    return [say(f"check.room_problem_{room.problem}", room=room.name, where=where)]


def lacks(guild: discord.Guild, channel_id: int, wanted: Sequence[bot_permissions.Need]) -> list[str]:
    """Return the permissions that the bot lacks in a channel; none if there is no such channel."""
    channel = guild.get_channel(channel_id)
    if channel is None:
        return []
    return bot_permissions.missing(wanted, bot_permissions.held_in(guild, channel))


def room_text(found: ChannelProblem, guild: discord.Guild, say: Say) -> str:
    """Return a channel's problem in words."""
    where = Markup(f"<#{found.channel_id}>")
    if not found.lacks:
        place = "check.voice_gone" if found.is_voice else "check.room_gone"
        lines: list[str] = [say(place, room=found.room.name)]
    else:
        missing = bot_permissions.words(found.lacks, say)
        closed = say("check.room_closed", room=found.room.name, where=where, missing=missing)
        lines = [explained(closed, found.lacks, guild, say)]
    if found.times:
        lines.append(say("check.times", count=found.times))
    return "\n".join(lines)


def may_persist(guild: discord.Guild, channel_id: int, problem: Problem | None) -> bool:
    """Return whether the last message's problem may also block the next one."""
    channel = guild.get_channel(channel_id)
    if problem is Problem.HISTORY and channel is not None:
        return not bot_permissions.held_in(guild, channel).read_message_history
    return problem is not None


def explained(text: str, lacks: Sequence[str], guild: discord.Guild, say: Say) -> str:
    """Return a text about missing permissions; it adds if only the channel denies them."""
    held = bot_permissions.held_in(guild)
    return f"{text}\n{say('check.in_channel')}" if all(getattr(held, each) for each in lacks) else text


def of_channel_checkin(guild: discord.Guild, checkin: ChannelCheckin, say: Say) -> list[str]:
    """Return why a channel check-in does not come: its channel, or nobody tapped the last four."""
    channel = guild.get_channel(checkin.channel_id)
    if channel is None:
        return [say("check.open_gone", when=when(checkin, say))]
    missing_there = lacks(guild, checkin.channel_id, bot_permissions.CARD_NEEDS)
    if missing_there:
        where, missing = Markup(channel.mention), bot_permissions.words(missing_there, say)
        place = "check.open_resting_closed" if is_resting(checkin) else "check.open_closed"
        return [say(place, where=where, when=when(checkin, say), missing=missing)]
    if may_persist(guild, checkin.channel_id, checkin.problem):
        where = Markup(channel.mention)
        return [say(f"check.open_problem_{checkin.problem}", where=where, when=when(checkin, say))]
    if not is_resting(checkin):
        return []
    return [say("check.open_resting", where=Markup(channel.mention), when=when(checkin, say))]
