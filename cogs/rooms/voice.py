"""Who is in a room's silent voice channel. Discord shows it to every member; nothing of it is stored."""

import discord

from bot.gateway.client import Client


def count_in_voice(client: Client, channel_id: int) -> int | None:
    """Return how many members are in a voice channel, without bots; None if there is no channel."""
    channel = client.get_channel(channel_id)
    if not isinstance(channel, discord.VoiceChannel):
        return None
    bots = {member.id for member in channel.members if member.bot}
    return len(set(channel.voice_states) - bots)
