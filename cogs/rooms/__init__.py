"""Rooms: `/sit`, `/rooms`, the card and its buttons."""

from bot.client import Client
from bot.runner import Kind
from cogs.rooms.actions import SeatActions
from cogs.rooms.beginning import Beginning
from cogs.rooms.cog import RoomsCog
from cogs.rooms.ends import EndActions
from cogs.rooms.painter import Painter
from cogs.rooms.phases import Phases
from cogs.rooms.voice import VoiceView


async def setup(bot: Client) -> None:
    """Connect commands, buttons and phases with the services."""
    rooms, sessions, consents = bot.services.rooms, bot.services.sessions, bot.services.consents
    sessions.see_voice(VoiceView(bot).inside)
    painter = Painter(bot, sessions)
    phases = Phases(bot, sessions, painter)
    SeatActions(sessions, consents, painter).register(bot)
    ends = EndActions(sessions, bot.services.ends, painter, phases)
    ends.register(bot)
    bot.services.runner.on(Kind.OPEN, sessions.open_scheduled)
    bot.services.runner.on(Kind.PHASE, phases.act)
    bot.services.runner.on(Kind.LEAVE, ends.leave)
    await bot.add_cog(RoomsCog(rooms, sessions, consents, painter, phases))
    await bot.add_cog(Beginning(sessions, painter, phases))
