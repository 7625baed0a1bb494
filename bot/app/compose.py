"""The composition root: connect the services with the database, the clock and each other."""

from collections.abc import Mapping
from functools import partial

from bot.checkins.channel import outbox as channel_checkin_outbox
from bot.checkins.channel.model import ChannelCheckin
from bot.checkins.channel.service import ChannelCheckins
from bot.checkins.personal.cadence import Cadence
from bot.checkins.personal.service import Checkins
from bot.checkins.personal.timezone_updates import apply_timezone_update
from bot.checkins.prompts.service import Prompts
from bot.delivery.outbox import Intent
from bot.member_overview import MemberOverviews
from bot.observability.metrics import Metrics
from bot.privacy.card_updates import CardUpdates, mark_cards_of_guild
from bot.privacy.consent.model import Consent
from bot.privacy.consents import Consents
from bot.privacy.erasure import Erasure
from bot.privacy.export import MemberData
from bot.privacy.left_messages import LeftMessages
from bot.privacy.retention import Retention
from bot.rooms.events.model import NativeEvent
from bot.rooms.events.service import Events
from bot.rooms.model import Room
from bot.rooms.notices.model import NoticeSettings, RoomNotice
from bot.rooms.notices.service import RoomNotices
from bot.rooms.reconcile import reconcile_events_of_guild
from bot.rooms.schedules import plans as schedule_plans
from bot.rooms.schedules.model import Schedule
from bot.rooms.schedules.service import Schedules
from bot.rooms.service import Rooms
from bot.rooms.sessions.again import SittingAgain
from bot.rooms.sessions.cards import Cards
from bot.rooms.sessions.ends import Ends
from bot.rooms.sessions.model import Seat, Session
from bot.rooms.sessions.old_cards import OldCards
from bot.rooms.sessions.seats import Seats
from bot.rooms.sessions.service import Sessions
from bot.scheduling.checked_clock import CheckedClock
from bot.scheduling.clock import Clock
from bot.scheduling.days_off import DayOff
from bot.scheduling.dm_slots import DmSlots
from bot.scheduling.due_queue import DueKind, SavedDue
from bot.scheduling.rate_limit import RateLimiter
from bot.scheduling.recurrence import Change
from bot.scheduling.slots import MemorySlots, Slots, per_second
from bot.scheduling.timezone_updates import TimezoneUpdates
from bot.scheduling.worker import Worker
from bot.servers.days_off.service import DaysOff
from bot.servers.model import Guild
from bot.servers.outages.rules import Outage
from bot.servers.outages.service import Outages
from bot.servers.pause import Pauses
from bot.servers.removal import Removals
from bot.servers.service import ServerSettings
from bot.servers.unreadable import SavedRows
from bot.services import Services
from bot.settings import Limits, OperatorLinks
from bot.shards import ALL_SERVERS, ShardRange
from bot.storage.database import Database
from bot.texts.catalogue import Texts
from bot.weeks.model import Week
from bot.weeks.service import WeeklyCounts

SAVED_MODELS: Mapping[str, type[object]] = {
    "guild": Guild,
    "day_off": DayOff,
    "outage": Outage,
    "room": Room,
    "schedule": Schedule,
    "schedule_change": Change,
    "native_event": NativeEvent,
    "session": Session,
    "seat": Seat,
    "consent": Consent,
    "cadence": Cadence,
    "channel_checkin": ChannelCheckin,
    "notice_settings": NoticeSettings,
    "room_notice": RoomNotice,
    "weekly_count": Week,
    "due": SavedDue,
    "outbox": Intent,
}
"""What the rows of each table are read as."""


_PART_AT_ONCE = 9  # after a pause, one of so many requests of a second go at once


def wire(
    database: Database,
    clock: Clock,
    default_locale: str = "en",
    metrics: Metrics | None = None,
    links: OperatorLinks = OperatorLinks(),  # noqa: B008 - it cannot be changed
    limits: Limits = Limits(),  # noqa: B008 - it cannot be changed
    shards: ShardRange = ALL_SERVERS,
    slots: Slots | None = None,
) -> Services:
    """Connect the services with each other, and with the metrics of the process, which serves `shards`."""
    metrics = metrics or Metrics()
    database.observer = metrics.note_database
    slots = slots or MemorySlots()
    limiter = partial(RateLimiter, slots=slots, observe=metrics.note_slot)
    texts = Texts(default_locale)
    check = clock if isinstance(clock, CheckedClock) else None
    worker = Worker(database, clock, metrics.note_action, check, shards)
    card_updates = CardUpdates()
    left_messages = LeftMessages()
    erasure = Erasure(database, clock, card_updates, left_messages)
    retention = Retention(database, clock, erasure, shards)
    worker.on(DueKind.RETENTION, retention.act)
    rooms = Rooms(database, clock)
    schedules = Schedules(database, clock)
    dm_slots = DmSlots(database, clock, limits.dm_openings_per_minute)
    metrics.note_dm_limit(limits.dm_openings_per_minute)
    checkins = Checkins(database, clock, texts.keys("checkins.prompts.{}"), dm_slots)
    channel_checkins = ChannelCheckins(database, clock, texts.keys("open.prompts.{}"))
    return Services(
        clock=clock,
        note_date=clock.note_date if isinstance(clock, CheckedClock) else None,
        database=database,
        metrics=metrics,
        texts=texts,
        links=links,
        shards=shards,
        worker=worker,
        slots=slots,
        send_limiter=limiter(per_second("sends", limits.sends_per_second)),
        request_limiter=limiter(
            per_second("requests", limits.requests_per_second, limits.requests_per_second // _PART_AT_ONCE)
        ),
        dm_slots=dm_slots,
        server_settings=ServerSettings(database),
        saved_rows=SavedRows(database, SAVED_MODELS),
        removals=Removals(database, clock, erasure, shards),
        days_off=DaysOff(
            database,
            clock,
            [schedule_plans.apply_days_off, channel_checkin_outbox.apply_days_off],
        ),
        outages=Outages(database, clock),
        pauses=Pauses(database, clock, worker, [reconcile_events_of_guild, mark_cards_of_guild]),
        rooms=rooms,
        schedules=schedules,
        sessions=Sessions(database, clock),
        sitting_again=SittingAgain(database, clock),
        seats=Seats(database, clock),
        ends=Ends(database, clock),
        cards=Cards(database, clock),
        old_cards=OldCards(database),
        card_updates=card_updates,
        left_messages=left_messages,
        notices=RoomNotices(database, clock, dm_slots, left_messages),
        events=Events(database, clock),
        checkins=checkins,
        channel_checkins=channel_checkins,
        prompts=Prompts(database),
        consents=Consents(database, clock, erasure, card_updates),
        erasure=erasure,
        member_data=MemberData(database, clock, texts),
        retention=retention,
        weekly_counts=WeeklyCounts(database),
        member_overviews=MemberOverviews(database, clock),
        timezone_updates=TimezoneUpdates(
            database,
            [
                schedules.apply_timezone_update,
                partial(apply_timezone_update, database, clock),
                channel_checkins.apply_timezone_update,
            ],
        ),
    )
