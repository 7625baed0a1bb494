"""Shared by all features: routes, panels and forms."""

from bot.gateway.client import Client
from cogs.ui.form_problems import answer_form
from cogs.ui.refused_taps import show_refusal
from cogs.ui.routes import RouteTable


async def setup(bot: Client) -> None:
    """Make the table of routes; the features, loaded later, fill it."""
    bot.routes = RouteTable(answer_form, show_refusal)
