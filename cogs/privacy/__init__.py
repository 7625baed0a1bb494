"""A member's own panel and data: `/me`, `/my-data`, `/privacy`, and the buttons of consents."""

from bot.gateway.client import Client
from cogs.privacy import routes
from cogs.privacy.buttons import ConsentButtons
from cogs.privacy.commands import DataCog, MeCog
from cogs.privacy.data_buttons import DataButtons
from cogs.privacy.me import MePanel
from cogs.privacy.reconsent import ReconsentPrompt


async def setup(bot: Client) -> None:
    """Connect commands and buttons with the services."""
    services = bot.services
    data_buttons = DataButtons(services.member_data, services.erasure)
    me = MePanel(
        services.member_overviews,
        services.weekly_counts,
        services.member_data,
        services.clock,
    )
    bot.routes.declare(routes)
    consent_buttons = ConsentButtons(
        services.consents, services.checkins, services.notices, services.retention
    )
    bot.routes.add(consent_buttons, data_buttons, me)
    for feature in ("consent", "data", "me"):
        bot.routes.show_after_stale(feature, me.show)
    await bot.add_cog(MeCog(me))
    await bot.add_cog(ReconsentPrompt(services.consents, services.retention))
    await bot.add_cog(DataCog(data_buttons, services.links.privacy_policy))
