"""A server's set-up for moderators: the `/quiet` commands, the set-up panel, the status check."""

from bot.gateway.client import Client
from bot.scheduling.due_queue import DueKind
from cogs.checkins.channel_commands import OpenCommands
from cogs.checkins.channel_setup import OpenDesk
from cogs.checkins.prompt_commands import PromptCommands
from cogs.checkins.prompt_setup import PromptDesk
from cogs.rooms.room_commands import RoomCommands
from cogs.rooms.room_setup import RoomDesk
from cogs.rooms.schedule_commands import ScheduleCommands
from cogs.rooms.schedule_setup import TimetableDesk
from cogs.rooms.voice_setup import VoiceDesk
from cogs.servers.buttons import SetupActions
from cogs.servers.commands import QuietCommands
from cogs.servers.lifecycle import ServerLife
from cogs.servers.setup import SetupDesk
from cogs.servers.status import Checkup
from cogs.weeks.setup import TotalsDesk, totals_command


async def setup(bot: Client) -> None:
    """Connect commands, buttons and forms with the services."""
    services = bot.services
    desk = SetupDesk(services.guilds, services.rooms, services.schedules, services.sessions)
    voice = VoiceDesk(desk.show, services.rooms, services.events)
    SetupActions(desk).register(bot)
    timetable = TimetableDesk(services.guilds, services.rooms, services.schedules)
    RoomDesk(services.rooms, voice).register(bot)
    open_desk = OpenDesk(services.guilds, services.channel_checkins)
    open_desk.register(bot)
    checkup = Checkup(services.rooms, services.schedules, services.events, services.channel_checkins)
    checkup.register(bot)
    services.worker.on(DueKind.FORGET_SERVER, services.removals.forget)
    prompts = PromptDesk(services.prompts)
    prompts.register(bot)
    quiet = QuietCommands(desk, checkup)
    quiet.add_command(totals_command(TotalsDesk(services.totals)))
    quiet.add_command(RoomCommands(services.rooms, voice, desk.show))
    quiet.add_command(ScheduleCommands(timetable))
    quiet.add_command(PromptCommands(prompts))
    quiet.add_command(OpenCommands(open_desk))
    bot.tree.add_command(quiet)
    await bot.add_cog(ServerLife(bot, services.removals))
