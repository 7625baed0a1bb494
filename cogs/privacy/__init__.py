"""A member's own panel and data: `/me`, `/my-data`, `/privacy`, and the buttons of consents."""

from bot.gateway.client import Client
from cogs.privacy import routes
from cogs.privacy.buttons import ConsentButtons, DataButtons
from cogs.privacy.commands import DataCog, MeCog
from cogs.privacy.reconsent import ReconsentPrompt


async def setup(bot: Client) -> None:
    """Connect commands and buttons with the services."""
    services = bot.services
    data_buttons = DataButtons(services.member_data, services.erasure)
    bot.routes.declare(routes)
    bot.routes.add(ConsentButtons(services.consents, services.checkins, services.retention), data_buttons)
    await bot.add_cog(MeCog(services.consents, services.checkins, services.weekly_counts, services.clock))
    await bot.add_cog(ReconsentPrompt(services.consents, services.retention))
    await bot.add_cog(DataCog(data_buttons, services.policy_url))
