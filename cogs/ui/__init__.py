"""What all subjects show and answer with: routes, guards, durable components, forms and panels."""

from bot.gateway.client import Client
from cogs.ui.components import Durable
from cogs.ui.forms import Forms
from cogs.ui.routes import RouteTable


async def setup(bot: Client) -> None:
    """Make the table of routes, register the one durable component, and listen for forms."""
    bot.routes = RouteTable()
    bot.add_dynamic_items(Durable)
    await bot.add_cog(Forms(bot))
