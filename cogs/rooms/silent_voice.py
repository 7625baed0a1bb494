"""Silent voice channels: created silent in one request, and checked afterwards.

Discord computes voice permissions when someone joins or moves, and a bot can only deny permissions that it
has itself. Overwrites do not apply to owners and administrators, and members who may mute others can let
someone speak. So the bot only says that the channel's permissions do not let members speak, and names the
permissions that it could not deny.
"""

from collections.abc import Collection
from typing import TypeAlias

import discord

from bot.delivery.outcome import Outcome
from bot.gateway.answers import FAILED, outcome_of
from cogs.ui.bot_permissions import VOICE_NEEDS, held_in

SILENCED = (
    *next(need.permissions for need in VOICE_NEEDS if need.name == "silence"),
    "send_messages",  # a voice channel also has a text chat
)
_OWN = ("view_channel", "connect")
_Overwrites: TypeAlias = "dict[discord.Role | discord.Member | discord.Object, discord.PermissionOverwrite]"


async def make_silent(beside: discord.TextChannel, name: str, limit: int) -> discord.VoiceChannel:
    """Create a silent voice channel in the category of a text channel, for the members who see that one.

    `limit` is the most people at once, 0 for no limit. Raises discord.HTTPException if Discord refuses.
    """
    return await beside.guild.create_voice_channel(
        name, category=beside.category, overwrites=_overwrites(beside), user_limit=limit
    )


def find_left(
    beside: discord.TextChannel, name: str, limit: int, used: Collection[int]
) -> discord.VoiceChannel | None:
    """Return an unused channel that is what `make_silent` would create, or None.

    The bot may have made it without learning so: Discord's answer was lost, or the process ended.
    """
    wanted = _by_id(_overwrites(beside))
    for channel in beside.guild.voice_channels:
        is_alike = channel.name == name and channel.category_id == beside.category_id
        is_free = channel.user_limit == limit and channel.id not in used
        if is_alike and is_free and _by_id(channel.overwrites) == wanted:
            return channel
    return None


def _by_id(overwrites: _Overwrites) -> dict[int, tuple[int, int]]:
    """Return the bits that are allowed and denied, by the id of the role or member."""
    pairs = {target.id: overwrite.pair() for target, overwrite in overwrites.items()}
    return {number: (allowed.value, denied.value) for number, (allowed, denied) in pairs.items()}


def _overwrites(
    beside: discord.TextChannel,
) -> _Overwrites:
    guild, held = beside.guild, held_in(beside.guild)
    made: _Overwrites = {
        target: discord.PermissionOverwrite(view_channel=overwrite.view_channel)
        for target, overwrite in beside.overwrites.items()
        if overwrite.view_channel is not None
    }
    everyone = made.setdefault(guild.default_role, discord.PermissionOverwrite())
    everyone.update(**{each: False for each in SILENCED if getattr(held, each)})
    # What is forbidden to @everyone is forbidden to the bot as well, unless its own overwrite allows it.
    own = {each: True for each in _OWN if getattr(held, each)}
    made[guild.me] = discord.PermissionOverwrite(**own)
    return made


async def delete(channel: discord.abc.GuildChannel) -> Outcome:
    """Delete a channel, and return the outcome: `DONE` also if someone deleted it before.

    If the outcome of the request is unknown, it is repeated once, which does no harm.
    """
    outcome = Outcome.UNKNOWN
    for _ in range(2):
        try:
            await channel.delete()
        except FAILED as error:
            if isinstance(error, discord.NotFound):
                return Outcome.DONE
            outcome = outcome_of(error, may_have_happened=True)
            if outcome is not Outcome.UNKNOWN:
                return outcome
        else:
            return Outcome.DONE
    return outcome


def still_allowed(channel: discord.VoiceChannel) -> list[str]:
    """Return the permissions to forbid that some role without Administrator still has."""
    roles = [role for role in channel.guild.roles if not (role.permissions.administrator or role.managed)]
    effective = [channel.permissions_for(role) for role in roles]
    return [each for each in SILENCED if any(getattr(held, each) for held in effective)]


def count_unsuppressed(channel: discord.VoiceChannel) -> int:
    """Return how many people in the channel Discord lets speak, by their voice states, without bots."""
    bots = {member.id for member in channel.members if member.bot}
    states = channel.voice_states.items()
    return sum(not state.suppress for member_id, state in states if member_id not in bots)
