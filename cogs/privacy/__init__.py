"""A member's own panel and data: `/me`, `/my-data`, `/privacy`, `/help`, `/help-now`."""

from bot.gateway.client import Client
from cogs.privacy.buttons import ConsentActions, DataActions
from cogs.privacy.commands import HelpCog, MeCog
from cogs.privacy.data_commands import DataCog
from cogs.privacy.reconsent import Again


async def setup(bot: Client) -> None:
    """Connect commands and buttons with the services."""
    services = bot.services
    ConsentActions(services.consents, services.checkins, services.retention).register(bot)
    DataActions(services.consents).register(bot)
    await bot.add_cog(MeCog(services.consents, services.checkins, services.rhythm, services.clock))
    await bot.add_cog(Again(services.consents, services.retention))
    await bot.add_cog(DataCog(services.consents, services.policy_url))
    await bot.add_cog(HelpCog(services.guilds))
