"""Set-up for moderators: `/quiet`."""

from bot.client import Client
from bot.runner import Kind
from cogs.admin.actions import SetupActions
from cogs.admin.check import Checkup
from cogs.admin.cog import QuietCog
from cogs.admin.desk import SetupDesk
from cogs.admin.life import ServerLife
from cogs.admin.open_desk import OpenDesk
from cogs.admin.prompt_desk import PromptDesk
from cogs.admin.room_panel import RoomDesk
from cogs.admin.timetable import TimetableDesk
from cogs.admin.totals import TotalsDesk
from cogs.admin.voice_desk import VoiceDesk


async def setup(bot: Client) -> None:
    """Connect commands, buttons and forms with the services."""
    services = bot.services
    desk = SetupDesk(services.guilds, services.rooms, services.schedules, services.sessions)
    voice = VoiceDesk(desk, services.rooms, services.events)
    SetupActions(desk).register(bot)
    timetable = TimetableDesk(services.guilds, services.rooms, services.schedules)
    RoomDesk(services.rooms, voice).register(bot)
    open_desk = OpenDesk(services.guilds, services.open_checkins)
    open_desk.register(bot)
    checkup = Checkup(services.rooms, services.schedules, services.events, services.open_checkins)
    checkup.register(bot)
    services.runner.on(Kind.FORGET, services.removals.forget)
    prompts = PromptDesk(services.prompts)
    prompts.register(bot)
    totals = TotalsDesk(services.totals)
    await bot.add_cog(QuietCog(desk, timetable, voice, checkup, totals, prompts, open_desk))
    await bot.add_cog(ServerLife(bot, services.removals))
