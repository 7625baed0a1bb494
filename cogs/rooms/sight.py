"""Which rooms a member sees."""

import discord

from bot.client import Interaction
from bot.rooms.model import Room


def can_see(interaction: Interaction, room: Room) -> bool:
    """Whether the member sees the room's channel; a room whose channel is gone is shown, to say so."""
    channel = interaction.guild.get_channel(room.channel_id) if interaction.guild else None
    if channel is None or not isinstance(interaction.user, discord.Member):
        return True
    return channel.permissions_for(interaction.user).view_channel
