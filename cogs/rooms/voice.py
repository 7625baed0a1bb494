"""Who is in a room's silent voice channel, as Discord shows it to everybody. Looked at, never kept."""

import discord

from bot.gateway.client import Client
from bot.rooms.model import Room


class VoiceView:
    """Sees into voice channels."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def inside(self, room: Room) -> frozenset[int] | None:
        """Return the members in the room's voice channel, bots left out; None where there is no channel."""
        if room.voice_channel_id is None:
            return None
        channel = self._client.get_channel(room.voice_channel_id)
        if not isinstance(channel, discord.VoiceChannel):
            return None
        bots = {member.id for member in channel.members if member.bot}
        return frozenset(channel.voice_states) - bots
