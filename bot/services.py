"""The services that cogs call."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.checkins.channel.service import ChannelCheckins
from bot.checkins.personal.service import Checkins
from bot.checkins.prompts.service import Prompts
from bot.member_overview import MemberOverviews
from bot.observability.metrics import Metrics
from bot.privacy.card_updates import CardUpdates
from bot.privacy.consents import Consents
from bot.privacy.erasure import Erasure
from bot.privacy.export import MemberData
from bot.privacy.left_messages import LeftMessages
from bot.privacy.retention import Retention
from bot.rooms.events.service import Events
from bot.rooms.notices.service import RoomNotices
from bot.rooms.schedules.service import Schedules
from bot.rooms.service import Rooms
from bot.rooms.sessions.again import SittingAgain
from bot.rooms.sessions.cards import Cards
from bot.rooms.sessions.ends import Ends
from bot.rooms.sessions.old_cards import OldCards
from bot.rooms.sessions.seats import Seats
from bot.rooms.sessions.service import Sessions
from bot.scheduling.clock import Clock
from bot.scheduling.dm_slots import DmSlots
from bot.scheduling.rate_limit import RateLimiter
from bot.scheduling.slots import Slots
from bot.scheduling.timezone_updates import TimezoneUpdates
from bot.scheduling.worker import Worker
from bot.servers.days_off.service import DaysOff
from bot.servers.outages.service import Outages
from bot.servers.pause import Pauses
from bot.servers.removal import Removals
from bot.servers.service import ServerSettings
from bot.servers.unreadable import SavedRows
from bot.settings import OperatorLinks
from bot.shards import ShardRange
from bot.storage.database import Database
from bot.texts.catalogue import Texts
from bot.weeks.service import WeeklyCounts


@dataclass(frozen=True, slots=True)
class Services:
    """All that cogs may ask for."""

    clock: Clock
    note_date: Callable[[str | None], None] | None  # called with the header Date of Discord's answers
    database: Database
    metrics: Metrics
    texts: Texts
    links: OperatorLinks
    shards: ShardRange  # that this process serves
    worker: Worker
    slots: Slots
    send_limiter: RateLimiter  # for messages that no member waits for
    request_limiter: RateLimiter  # for all requests that Discord counts for the whole bot
    dm_slots: DmSlots
    server_settings: ServerSettings
    saved_rows: SavedRows
    removals: Removals
    days_off: DaysOff
    pauses: Pauses
    outages: Outages
    rooms: Rooms
    schedules: Schedules
    sessions: Sessions
    sitting_again: SittingAgain
    seats: Seats
    ends: Ends
    cards: Cards
    old_cards: OldCards
    card_updates: CardUpdates
    left_messages: LeftMessages
    notices: RoomNotices
    events: Events
    checkins: Checkins
    channel_checkins: ChannelCheckins
    prompts: Prompts
    consents: Consents
    erasure: Erasure
    member_data: MemberData
    retention: Retention
    weekly_counts: WeeklyCounts
    member_overviews: MemberOverviews
    timezone_updates: TimezoneUpdates
