"""A member's own panel and data: `/me`, `/my-data`, `/privacy`, `/help`, `/help-now`."""

from bot.client import Client
from cogs.me.actions import ConsentActions, DataActions
from cogs.me.again import Again
from cogs.me.cog import HelpCog, MeCog
from cogs.me.data_cog import DataCog


async def setup(bot: Client) -> None:
    """Connect commands and buttons with the services."""
    services = bot.services
    ConsentActions(services.consents, services.checkins, services.retention).register(bot)
    DataActions(services.consents).register(bot)
    await bot.add_cog(MeCog(services.consents, services.checkins, services.rhythm, services.clock))
    await bot.add_cog(Again(services.consents, services.retention))
    await bot.add_cog(DataCog(services.consents, services.policy_url))
    await bot.add_cog(HelpCog(services.guilds))
