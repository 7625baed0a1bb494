"""Check-ins: `/checkins`, `/pause`, `/resume`, the prompts and their buttons, open ones too."""

from bot.client import Client
from bot.runner import Kind
from cogs.checkins.actions import CheckinActions
from cogs.checkins.choosing import Choosing
from cogs.checkins.cog import CheckinsCog
from cogs.checkins.delivery import Delivery
from cogs.checkins.open import OpenActions, OpenDelivery
from cogs.checkins.standing import Standing
from cogs.checkins.threads import Threads


async def setup(bot: Client) -> None:
    """Connect commands, buttons and delivery with the service."""
    checkins, guilds, consents = bot.services.checkins, bot.services.guilds, bot.services.consents
    delivery = Delivery(bot, checkins, bot.services.prompts, bot.services.pace)
    choosing = Choosing(checkins)
    choosing.register(bot)
    threads = Threads(checkins, consents, bot.services.rooms, delivery)
    threads.register(bot)
    standing = Standing(checkins, consents, threads)
    CheckinActions(checkins, consents, delivery, threads, standing).register(bot)
    bot.services.runner.on(Kind.CHECKIN, delivery.act)
    open_checkins, prompts, pace = bot.services.open_checkins, bot.services.prompts, bot.services.pace
    open_delivery = OpenDelivery(bot, open_checkins, prompts, pace)
    OpenActions(open_checkins, open_delivery).register(bot)
    bot.services.runner.on(Kind.ASK, open_delivery.act)
    await bot.add_cog(CheckinsCog(checkins, guilds, choosing, standing))
