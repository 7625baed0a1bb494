"""Rooms: `/sit`, `/rooms`, cards and their buttons, and native events."""

from bot.gateway.client import Client
from bot.rooms.sessions.access import SeatAccess
from bot.scheduling.due_queue import DueKind
from cogs.rooms import routes
from cogs.rooms.calendar_button import CalendarButton
from cogs.rooms.card_delivery import CardDelivery
from cogs.rooms.card_listener import CardListener
from cogs.rooms.card_subscriber import CardSubscriber
from cogs.rooms.card_updater import CardUpdater
from cogs.rooms.commands import RoomsCog
from cogs.rooms.current_seat import CurrentSeat
from cogs.rooms.end_buttons import EndButtons
from cogs.rooms.event_listener import EventsCog
from cogs.rooms.lost_access import LostAccess
from cogs.rooms.name_buttons import NameButtons
from cogs.rooms.native_events import EventReconciler
from cogs.rooms.notice_buttons import NoticeButtons
from cogs.rooms.notice_delivery import NoticeDelivery
from cogs.rooms.notice_taps import NoticeTaps
from cogs.rooms.open_button import OpenButton
from cogs.rooms.seat_buttons import SeatButtons
from cogs.rooms.seat_moves import SeatMoves
from cogs.ui.direct_messages import DirectMessageOpener


async def setup(bot: Client) -> None:
    """Connect commands, buttons and due rows of rooms with the services."""
    services = bot.services
    updater = CardUpdater(bot, services.cards)
    delivery = CardDelivery(bot, services.sessions, services.cards, services.old_cards, updater)
    ends = EndButtons(services.seats, services.ends, services.sitting_again, updater)
    bot.routes.declare(routes)
    names = NameButtons(services.seats, services.consents, services.retention, updater)
    opening = OpenButton(services.sessions, updater)
    moves = SeatMoves(services.seats, services.sessions, updater)
    bot.routes.add(SeatButtons(services.seats, updater), moves, opening, names, ends)
    services.card_updates.subscribe(CardSubscriber(updater).update)
    services.worker.on(DueKind.OPEN_SESSION, services.sessions.open_scheduled)
    services.worker.on(DueKind.CLOSE_SESSION, services.sessions.close_due)
    services.worker.on(DueKind.CARD, delivery.act)
    services.worker.on(DueKind.OLD_CARD, delivery.delete_old)
    services.worker.on(DueKind.LEAVE_TIME, ends.remove_leaving)
    services.worker.on(DueKind.NATIVE_EVENT, EventReconciler(bot, services.events).act)
    opener = DirectMessageOpener(bot, services.dm_slots)
    notice_buttons = NoticeButtons(services.notices, services.consents, services.rooms, opener)
    bot.routes.add(notice_buttons)
    bot.routes.show_after_stale("notices", notice_buttons.show_current)
    bot.routes.add(NoticeTaps(services.notices, services.seats, updater))
    notices = NoticeDelivery(bot, services.notices, opener, services.send_limiter)
    services.worker.on(DueKind.ROOM_NOTICE, notices.act)
    services.worker.on(DueKind.OPEN_NOTICE_DM, notices.open)
    services.left_messages.subscribe(notices.delete_left)
    bot.routes.add(CalendarButton(services.schedules))
    rooms = RoomsCog(services.rooms, services.sessions, services.days_off, updater)
    bot.routes.show_after_stale("rooms", CurrentSeat(services.seats, rooms.show_rooms).show)
    await bot.add_cog(rooms)
    await bot.add_cog(CardListener(services.cards, updater, services.shards))
    access = SeatAccess(services.database)
    await bot.add_cog(LostAccess(bot, access, updater, services.send_limiter))
    await bot.add_cog(EventsCog(bot, services.events))
