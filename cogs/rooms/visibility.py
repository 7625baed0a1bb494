"""Which rooms can be used now."""

from datetime import datetime
from enum import StrEnum

from bot.gateway.client import Interaction
from bot.gateway.interactions import require_guild
from bot.rooms.model import Room
from cogs.ui.bot_permissions import CARD_NEEDS, held_in, missing, timed_out_until


class Unavailable(StrEnum):
    """Why a room cannot be used: its card cannot be posted."""

    GONE = "gone"  # its channel was deleted, or the bot cannot see it
    CLOSED = "closed"  # the bot may not send messages there
    TIMEOUT = "timeout"  # the bot is in a timeout


def why_unavailable(interaction: Interaction, room: Room, now: datetime) -> Unavailable | None:
    """Return why the room cannot be used at `now`, or None if it can."""
    guild = require_guild(interaction)
    channel = guild.get_channel(room.channel_id)
    if channel is None:
        return Unavailable.GONE
    if timed_out_until(guild, now) is not None:
        return Unavailable.TIMEOUT
    return Unavailable.CLOSED if missing(CARD_NEEDS, held_in(guild, channel)) else None
