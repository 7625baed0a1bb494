"""A server's set-up for moderators (`/quiet`, its panel, the status check), `/help` and `/help-now`."""

from bot.gateway.client import Client
from bot.scheduling.due_queue import DueKind
from cogs.checkins.channel_commands import ChannelCheckinCommands
from cogs.checkins.channel_setup import ChannelCheckinSetup
from cogs.checkins.prompt_commands import PromptCommands
from cogs.checkins.prompt_setup import PromptSetup
from cogs.rooms.room_commands import RoomCommands
from cogs.rooms.room_setup import RoomSetup
from cogs.rooms.schedule_commands import ScheduleCommands
from cogs.rooms.schedule_setup import ScheduleSetup
from cogs.rooms.time_setup import TimeSetup
from cogs.rooms.voice_setup import VoiceSetup
from cogs.servers import routes
from cogs.servers.commands import QuietCommands
from cogs.servers.days_off_commands import DaysOffCommands
from cogs.servers.days_off_setup import DaysOffSetup
from cogs.servers.help import HelpCog
from cogs.servers.lifecycle import ServerLifecycle
from cogs.servers.moderators_channel import ModeratorsChannelSetup
from cogs.servers.outage_messages import OutageListener, OutageMessages
from cogs.servers.pause import ServerPause
from cogs.servers.setup import ServerSetup
from cogs.servers.status import StatusCheck


async def setup(bot: Client) -> None:
    """Connect commands, buttons and forms with the services."""
    services = bot.services
    server_setup = ServerSetup(
        services.server_settings,
        services.rooms,
        services.schedules,
        services.sessions,
        services.days_off,
    )
    voice = VoiceSetup(server_setup.show, services.rooms)
    schedules = ScheduleSetup(services.server_settings, services.rooms, services.schedules)
    channel_checkins = ChannelCheckinSetup(services.server_settings, services.channel_checkins)
    status_check = StatusCheck(
        services.server_settings,
        services.rooms,
        services.schedules,
        services.events,
        services.channel_checkins,
        services.saved_rows,
    )
    services.worker.on(DueKind.FORGET_SERVER, services.removals.forget)
    prompts = PromptSetup(services.prompts)
    days_off = DaysOffSetup(services.server_settings, services.days_off)
    bot.routes.declare(routes)
    room_setup = RoomSetup(services.rooms, voice)
    times = TimeSetup(services.server_settings, services.rooms, services.schedules)
    bot.routes.add(server_setup, room_setup, times)
    moderators = ModeratorsChannelSetup(services.server_settings, services.outages)
    bot.routes.add(moderators)
    messages = OutageMessages(
        bot,
        services.outages,
        services.rooms,
        services.schedules,
        services.channel_checkins,
        services.send_limiter,
    )
    services.worker.on(DueKind.OUTAGES, messages.act)
    await bot.add_cog(OutageListener(bot, services.outages))
    pause = ServerPause(services.server_settings, services.pauses, server_setup.show)
    services.worker.on(DueKind.RESUME_SERVER, services.pauses.end)
    bot.routes.add(channel_checkins, status_check, prompts, days_off, pause)
    quiet = QuietCommands(server_setup, status_check, pause)
    quiet.add_command(RoomCommands(services.rooms, voice, room_setup, server_setup.show))
    quiet.add_command(ScheduleCommands(schedules))
    quiet.add_command(PromptCommands(prompts))
    quiet.add_command(DaysOffCommands(days_off))
    quiet.add_command(ChannelCheckinCommands(channel_checkins))
    bot.tree.add_command(quiet)
    await bot.add_cog(ServerLifecycle(bot, services.removals))
    await bot.add_cog(HelpCog(services.server_settings, services.member_data, services.links))
