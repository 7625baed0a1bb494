"""Check-ins: `/checkins`, `/pause`, `/resume`, the check-ins themselves, and channel check-ins."""

from bot.gateway.client import Client
from bot.scheduling.due_queue import DueKind
from cogs.checkins import routes
from cogs.checkins.buttons import CheckinButtons
from cogs.checkins.channel import ChannelCheckinButtons, ChannelCheckinDelivery
from cogs.checkins.choice_buttons import ChoiceButtons
from cogs.checkins.commands import CheckinsCog
from cogs.checkins.delivery import CheckinDelivery
from cogs.checkins.servers import CheckinServers
from cogs.checkins.status import CheckinStatus
from cogs.checkins.threads import CheckinThreads
from cogs.ui.direct_messages import DirectMessageOpener


async def setup(bot: Client) -> None:
    """Connect commands, buttons and delivery with the services."""
    checkins, guilds, consents = bot.services.checkins, bot.services.server_settings, bot.services.consents
    opener = DirectMessageOpener(bot, bot.services.dm_slots)
    delivery = CheckinDelivery(bot, checkins, opener, bot.services.send_limiter)
    choosing = ChoiceButtons(checkins)
    threads = CheckinThreads(checkins, consents, bot.services.rooms, delivery, opener)
    status = CheckinStatus(checkins, consents, threads)
    servers = CheckinServers(checkins, guilds, bot.services.member_data, choosing, status)
    bot.routes.declare(routes)
    buttons = CheckinButtons(checkins, consents, delivery, threads, opener, status)
    bot.routes.add(choosing, servers, threads, buttons)
    bot.services.worker.on(DueKind.CHECKIN, delivery.act)
    bot.services.worker.on(DueKind.OPEN_DM, delivery.open)
    channel_checkins = bot.services.channel_checkins
    channel_delivery = ChannelCheckinDelivery(bot, channel_checkins.outbox, bot.services.send_limiter)
    bot.routes.add(ChannelCheckinButtons(channel_checkins, channel_delivery))
    for kind in (DueKind.CHANNEL_CHECKIN, DueKind.CHANNEL_CHECKIN_END):
        bot.services.worker.on(kind, channel_delivery.act)
    bot.routes.show_after_stale("checkins", servers.open_current)
    await bot.add_cog(CheckinsCog(checkins, delivery, servers, status))
