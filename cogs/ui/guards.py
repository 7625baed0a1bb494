"""Who may set a server up."""

from bot.errors import RefusalError
from bot.gateway.client import Interaction


def managed(interaction: Interaction) -> int:
    """Return the server, for those who manage it: server-side, whatever the client let through.

    Raises RefusalError for everybody else.
    """
    if interaction.guild_id is None or not interaction.permissions.manage_guild:
        raise RefusalError("refusals.managers")
    return interaction.guild_id
