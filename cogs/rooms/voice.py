"""Who is in a room's silent voice channel. Discord shows it to every member; nothing of it is stored."""

import discord

from bot.gateway.client import Client


def members_in_voice(client: Client, channel_id: int) -> frozenset[int] | None:
    """Return the ids of the members in a voice channel, without bots; None if there is no channel."""
    channel = client.get_channel(channel_id)
    if not isinstance(channel, discord.VoiceChannel):
        return None
    bots = {member.id for member in channel.members if member.bot}
    return frozenset(channel.voice_states) - bots
