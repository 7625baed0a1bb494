"""Which rooms a member sees, and which of them can be used now."""

from enum import StrEnum

from bot.gateway.client import Interaction
from bot.gateway.interactions import require_guild
from bot.rooms.model import Room


class Rest(StrEnum):
    """Why a room rests: its card cannot be shown."""

    GONE = "gone"
    CLOSED = "closed"


def rest_of(interaction: Interaction, room: Room) -> Rest | None:
    """Return why the room rests, or None where it can be used."""
    guild = require_guild(interaction)
    channel = guild.get_channel(room.channel_id)
    if channel is None:
        return Rest.GONE
    allowed = channel.permissions_for(guild.me)
    return None if allowed.view_channel and allowed.send_messages else Rest.CLOSED
