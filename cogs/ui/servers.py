"""Choosing one of the member's servers by name, in direct messages."""

from collections.abc import Sequence

from bot.gateway.client import Interaction
from bot.gateway.shared_servers import SharedServer
from cogs.ui.panels import Component, select, texts_for
from cogs.ui.routes import CustomId

_MOST_CHOICES = 25


async def named_server(interaction: Interaction, guild_id: int) -> str:
    """Return a server's name in direct messages, and nothing in a server, where members know it."""
    if interaction.guild_id is not None:
        return ""
    return await interaction.client.server_name(guild_id, texts_for(interaction))


def server_select(placeholder: str, custom_id: CustomId, servers: Sequence[SharedServer]) -> Component:
    """Return a select that offers the first 25 servers, as many as Discord allows."""
    choices = [(str(each.id), each.name or str(each.id)) for each in servers[:_MOST_CHOICES]]
    return select(placeholder, custom_id, choices)
