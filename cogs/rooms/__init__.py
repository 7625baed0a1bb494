"""Rooms: `/sit`, `/rooms`, the card and its buttons."""

from bot.gateway.client import Client
from bot.privacy.events import CardsChanged
from bot.scheduling.due_queue import DueKind
from cogs.rooms import routes
from cogs.rooms.card_phases import Phases
from cogs.rooms.card_updater import Painter
from cogs.rooms.commands import RoomsCog
from cogs.rooms.end_buttons import EndButtons
from cogs.rooms.event_listener import EventsCog
from cogs.rooms.native_events import Calendar
from cogs.rooms.seat_buttons import SeatButtons
from cogs.rooms.stale_cards import Beginning
from cogs.rooms.voice import VoiceView


async def setup(bot: Client) -> None:
    """Connect commands, buttons and phases with the services."""
    rooms, sessions, consents = bot.services.rooms, bot.services.sessions, bot.services.consents
    sessions.see_voice(VoiceView(bot).inside)
    painter = Painter(bot, sessions)
    phases = Phases(bot, sessions, painter)
    bot.routes.declare(routes)
    bot.routes.add(SeatButtons(sessions, consents, painter))
    ends = EndButtons(sessions, bot.services.ends, painter, phases)
    bot.routes.add(ends)
    bot.services.worker.on(DueKind.OPEN_SESSION, sessions.open_scheduled)
    bot.services.worker.on(DueKind.SESSION_PHASE, phases.act)
    bot.services.worker.on(DueKind.LEAVE_TIME, ends.leave)
    rooms_cog = RoomsCog(rooms, sessions, consents, painter, phases)
    await bot.add_cog(rooms_cog)
    bot.services.event_bus.subscribe(CardsChanged, rooms_cog.show_changes)
    await bot.add_cog(Beginning(sessions, painter, phases))
    events = bot.services.events
    bot.services.worker.on(DueKind.NATIVE_EVENT, Calendar(bot, events).act)
    await bot.add_cog(EventsCog(bot, events))
