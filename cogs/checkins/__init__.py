"""Check-ins: `/checkins`, `/pause`, `/resume`, the prompts and their buttons, open ones too."""

from bot.gateway.client import Client
from bot.scheduling.due_queue import DueKind
from cogs.checkins import routes
from cogs.checkins.buttons import CheckinButtons
from cogs.checkins.channel import ChannelCheckinButtons, ChannelCheckinDelivery
from cogs.checkins.choice_buttons import ChoiceButtons
from cogs.checkins.commands import CheckinsCog
from cogs.checkins.delivery import Delivery
from cogs.checkins.status import Standing
from cogs.checkins.threads import Threads


async def setup(bot: Client) -> None:
    """Connect commands, buttons and delivery with the service."""
    checkins, guilds, consents = bot.services.checkins, bot.services.server_settings, bot.services.consents
    delivery = Delivery(bot, checkins, bot.services.prompts, bot.services.send_limiter)
    choosing = ChoiceButtons(checkins)
    threads = Threads(checkins, consents, bot.services.rooms, delivery)
    standing = Standing(checkins, consents, threads)
    bot.routes.declare(routes)
    bot.routes.add(choosing, threads, CheckinButtons(checkins, consents, delivery, threads, standing))
    bot.services.worker.on(DueKind.CHECKIN, delivery.act)
    channel_checkins, prompts, send_limiter = (
        bot.services.channel_checkins,
        bot.services.prompts,
        bot.services.send_limiter,
    )
    open_delivery = ChannelCheckinDelivery(bot, channel_checkins, prompts, send_limiter)
    bot.routes.add(ChannelCheckinButtons(channel_checkins, open_delivery))
    bot.services.worker.on(DueKind.CHANNEL_CHECKIN, open_delivery.act)
    await bot.add_cog(CheckinsCog(checkins, guilds, choosing, standing))
