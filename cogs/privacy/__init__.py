"""A member's own panel and data: `/me`, `/my-data`, `/privacy`, `/help`, `/help-now`."""

from bot.gateway.client import Client
from cogs.privacy import routes
from cogs.privacy.buttons import ConsentButtons, DataButtons
from cogs.privacy.commands import HelpCog, MeCog
from cogs.privacy.data_commands import DataCog
from cogs.privacy.reconsent import ReconsentPrompt


async def setup(bot: Client) -> None:
    """Connect commands and buttons with the services."""
    services = bot.services
    data_buttons = DataButtons(services.consents)
    bot.routes.declare(routes)
    bot.routes.add(ConsentButtons(services.consents, services.checkins, services.retention), data_buttons)
    await bot.add_cog(MeCog(services.consents, services.checkins, services.rhythm, services.clock))
    await bot.add_cog(ReconsentPrompt(services.consents, services.retention))
    await bot.add_cog(DataCog(services.consents, data_buttons, services.policy_url))
    await bot.add_cog(HelpCog(services.guilds))
