"""Which rooms can be used now."""

from enum import StrEnum

from bot.gateway.client import Interaction
from bot.gateway.interactions import require_guild
from bot.rooms.model import Room


class Unavailable(StrEnum):
    """Why a room cannot be used: its card cannot be posted."""

    GONE = "gone"  # its channel was deleted, or is hidden from the bot
    CLOSED = "closed"  # the bot may not send messages there


def why_unavailable(interaction: Interaction, room: Room) -> Unavailable | None:
    """Return why the room cannot be used, or None if it can."""
    guild = require_guild(interaction)
    channel = guild.get_channel(room.channel_id)
    if channel is None:
        return Unavailable.GONE
    allowed = channel.permissions_for(guild.me)
    return None if allowed.view_channel and allowed.send_messages else Unavailable.CLOSED
