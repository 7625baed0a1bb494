"""Which rooms can be used now."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from bot.errors import RefusalError
from bot.gateway.client import Interaction
from bot.gateway.interactions import can_see, require_guild
from bot.rooms.model import Room
from bot.rooms.rules import find_typed
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


def choose_rooms(
    interaction: Interaction, typed: str | None, now: datetime, rooms: Sequence[Room]
) -> set[int]:
    """Return the ids of the rooms in which the member may sit `now`; one room if they chose or typed one.

    Raises RefusalError if there is none, or if none of them can be used.
    """
    seen = [room for room in rooms if can_see(interaction, room.channel_id)]
    if typed is not None:
        room = find_typed(seen, typed)
        if room is None:
            raise RefusalError("refusals.room_gone")
        seen = [room]
    unavailable = {each.room_id: why_unavailable(interaction, each, now) for each in seen}
    if seen and all(unavailable.values()):
        raise RefusalError(f"refusals.channel_{unavailable[seen[0].room_id]}", room=seen[0].name)
    return {room_id for room_id, reason in unavailable.items() if reason is None}
