"""What all subjects show and answer with: routes, panels and forms."""

from bot.gateway.client import Client
from cogs.ui.routes import RouteTable


async def setup(bot: Client) -> None:
    """Make the table of routes; the subjects, loaded later, fill it."""
    bot.routes = RouteTable()
