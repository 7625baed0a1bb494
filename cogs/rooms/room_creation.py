"""Adding a room in a channel that the bot can use."""

from bot.gateway.client import Interaction
from bot.gateway.interactions import guild_id_of
from bot.rooms.model import Room
from bot.rooms.rules import DEFAULT_CAPACITY
from bot.rooms.service import Rooms
from cogs.ui.bot_permissions import room_name_of, usable_channel


async def create_room(
    interaction: Interaction, rooms: Rooms, channel_id: int, name: str | None, capacity: int | None
) -> Room:
    """Add a room with its card in a channel, named after the channel if `name` is None.

    Raises RefusalError if the bot cannot use the channel, or the name or capacity is not allowed.
    """
    guild_id = guild_id_of(interaction)
    channel = usable_channel(interaction, channel_id)
    return await rooms.add(
        guild_id,
        channel_id,
        name if name is not None else room_name_of(channel),
        DEFAULT_CAPACITY if capacity is None else capacity,
    )
