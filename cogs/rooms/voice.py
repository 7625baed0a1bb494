"""Who is in a room's silent voice channel. Discord shows it to every member; nothing of it is stored."""

import discord


def count_in_voice(guild: discord.Guild | None, channel_id: int) -> int | None:
    """Return how many members are in a voice channel, without bots; None if there is no channel."""
    channel = guild.get_channel(channel_id) if guild else None
    if not isinstance(channel, discord.VoiceChannel):
        return None
    bots = {member.id for member in channel.members if member.bot}
    return len(set(channel.voice_states) - bots)
