"""Silent voice channels: made silent in the call that creates them, and looked at afterwards.

Discord computes voice permissions when somebody joins or moves, and lets a bot forbid what it holds itself;
owners and administrators are bound by nothing, and whoever may mute members can let somebody speak. So all
that is claimed is that nobody is granted speech, and what could not be forbidden is said.
"""

import discord

from cogs.ui.bot_permissions import VOICE_NEEDS

SILENCED = (
    *next(need.permissions for need in VOICE_NEEDS if need.name == "silence"),
    "send_messages",  # a voice channel has a chat of its own
)
_OURS = ("view_channel", "connect")


async def make_silent(beside: discord.TextChannel, name: str, limit: int) -> discord.VoiceChannel:
    """Make a silent voice channel beside a text channel, seen by whoever sees that one; `limit` 0: none.

    Raises discord.Forbidden or discord.HTTPException as Discord does.
    """
    return await beside.guild.create_voice_channel(
        name, category=beside.category, overwrites=_overwrites(beside), user_limit=limit
    )


def _overwrites(
    beside: discord.TextChannel,
) -> dict[discord.Role | discord.Member | discord.Object, discord.PermissionOverwrite]:
    guild, held = beside.guild, beside.guild.me.guild_permissions
    made: dict[discord.Role | discord.Member | discord.Object, discord.PermissionOverwrite] = {
        target: discord.PermissionOverwrite(view_channel=kept.view_channel)
        for target, kept in beside.overwrites.items()
        if kept.view_channel is not None
    }
    everyone = made.setdefault(guild.default_role, discord.PermissionOverwrite())
    everyone.update(**{each: False for each in SILENCED if getattr(held, each)})
    # What is forbidden to everybody is forbidden to the bot too, where it is not allowed by itself.
    ours = {each: True for each in _OURS if getattr(held, each)}
    made[guild.me] = discord.PermissionOverwrite(**ours)
    return made


def still_allowed(channel: discord.VoiceChannel) -> list[str]:
    """Return what is not silenced for everybody: permissions that some role below administrators has."""
    roles = [role for role in channel.guild.roles if not (role.permissions.administrator or role.managed)]
    effective = [channel.permissions_for(role) for role in roles]
    return [each for each in SILENCED if any(getattr(held, each) for held in effective)]


def count_unsuppressed(channel: discord.VoiceChannel) -> int:
    """Return how many people inside Discord lets speak, as it says of each who joined, but for bots."""
    bots = {member.id for member in channel.members if member.bot}
    states = channel.voice_states.items()
    return sum(not state.suppress for member_id, state in states if member_id not in bots)
