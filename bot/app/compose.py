"""The composition root: connect the services with the database, the clock and each other."""

from bot.checkins.channel.service import ChannelCheckins
from bot.checkins.personal.service import Checkins
from bot.checkins.prompts.service import Prompts
from bot.observability.metrics import Metrics
from bot.privacy.consents import Consents
from bot.privacy.retention import Retention
from bot.rooms.events.service import Events
from bot.rooms.schedules.service import Schedules
from bot.rooms.service import Rooms
from bot.rooms.sessions.ends import Ends
from bot.rooms.sessions.service import Sessions
from bot.scheduling.clock import Clock
from bot.scheduling.due_queue import DueKind
from bot.scheduling.rate_limit import RateLimiter
from bot.scheduling.timezone_updates import TimezoneUpdates
from bot.scheduling.worker import Worker
from bot.servers.removal import Removals
from bot.servers.service import ServerSettings
from bot.services import Services
from bot.storage.database import Database
from bot.texts.catalogue import Texts
from bot.weeks.counts.service import Rhythm
from bot.weeks.totals.service import Totals


def wire(
    database: Database,
    clock: Clock,
    default_locale: str = "en",
    sends_per_second: float = 20,
    metrics: Metrics | None = None,
    policy_url: str = "",
) -> Services:
    """Connect the services with each other, and with the metrics of the process."""
    metrics = metrics or Metrics()
    database.observer = metrics.note_database
    guilds = ServerSettings(database)
    texts = Texts(default_locale)
    worker = Worker(database, clock, metrics.note_acted)
    retention = Retention(database, clock)
    worker.on(DueKind.RETENTION, retention.act)
    rooms = Rooms(database, clock)
    schedules = Schedules(database, clock)
    checkins = Checkins(database, clock)
    channel_checkins = ChannelCheckins(database, clock)
    return Services(
        clock=clock,
        database=database,
        metrics=metrics,
        texts=texts,
        policy_url=policy_url,
        worker=worker,
        send_limiter=RateLimiter(sends_per_second),
        guilds=guilds,
        removals=Removals(database, clock),
        rooms=rooms,
        schedules=schedules,
        sessions=Sessions(database, clock),
        events=Events(database, clock),
        ends=Ends(database, clock),
        checkins=checkins,
        channel_checkins=channel_checkins,
        prompts=Prompts(database),
        consents=Consents(database, clock, texts),
        retention=retention,
        rhythm=Rhythm(database, clock, guilds),
        totals=Totals(database, clock),
        timezone_updates=TimezoneUpdates(
            database, [schedules.carry_over, checkins.carry_over, channel_checkins.carry_over]
        ),
    )
