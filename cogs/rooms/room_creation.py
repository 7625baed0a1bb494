"""Adding a room in a channel that the bot can use."""

from bot.gateway.client import Interaction
from bot.gateway.interactions import guild_id_of
from bot.rooms.model import Room
from bot.rooms.rules import DEFAULT_CAPACITY
from bot.rooms.service import Rooms
from cogs.ui.bot_permissions import room_name_of, usable_channel
from cogs.ui.panels import texts_for


async def create_room(
    interaction: Interaction, rooms: Rooms, channel_id: int, name: str | None, capacity: int | None
) -> Room:
    """Add a room with its card in a channel, with a free name near the channel's if `name` is None.

    Raises RefusalError if the bot cannot use the channel, or the name or capacity is not allowed.
    """
    guild_id = guild_id_of(interaction)
    channel = usable_channel(interaction, channel_id)
    seats = DEFAULT_CAPACITY if capacity is None else capacity
    if name is not None:
        return await rooms.add(guild_id, channel_id, name, seats)
    otherwise = texts_for(interaction)("setup.unnamed_room")
    return await rooms.add_named_after(guild_id, channel_id, room_name_of(channel), otherwise, seats)
