"""The composition root: settings to services."""

import asyncio
from dataclasses import dataclass

from bot.cadence.service import Zones
from bot.checkins.service import Checkins
from bot.clock import Clock
from bot.consent.retention import Retention
from bot.consent.service import Consents
from bot.events.service import Events
from bot.guilds.removal import Removals
from bot.guilds.service import Guilds
from bot.metrics import Metrics
from bot.open_checkins.service import OpenCheckins
from bot.pace import Pace
from bot.prompts.service import Prompts
from bot.rhythm.service import Rhythm
from bot.rooms.service import Rooms
from bot.runner import Kind, Runner
from bot.schedules.service import Schedules
from bot.sessions.ends import Ends
from bot.sessions.service import Sessions
from bot.storage.database import Database
from bot.texts.catalogue import Texts
from bot.totals.service import Totals


@dataclass(frozen=True, slots=True)
class Services:
    """All that cogs may ask for."""

    clock: Clock
    database: Database
    metrics: Metrics
    texts: Texts
    policy_url: str  # of the privacy policy; empty: there is none to read
    runner: Runner
    pace: Pace
    guilds: Guilds
    removals: Removals
    rooms: Rooms
    schedules: Schedules
    sessions: Sessions
    events: Events
    ends: Ends
    checkins: Checkins
    open_checkins: OpenCheckins
    prompts: Prompts
    consents: Consents
    retention: Retention
    rhythm: Rhythm
    totals: Totals
    zones: Zones


def wire(
    database: Database,
    clock: Clock,
    default_locale: str = "en",
    sends_per_second: float = 20,
    metrics: Metrics | None = None,
    policy_url: str = "",
) -> Services:
    """Connect the services with each other, and with the metrics of the process."""
    wake = asyncio.Event()
    metrics = metrics or Metrics()
    database.watch = metrics.note_database
    guilds = Guilds(database)
    texts = Texts(default_locale)
    runner = Runner(database, clock, wake, metrics.note_acted)
    retention = Retention(database, clock, wake)
    runner.on(Kind.EXPIRE, retention.act)
    rooms = Rooms(database, clock, wake)
    schedules = Schedules(database, clock, wake, rooms)
    checkins = Checkins(database, clock, wake)
    open_checkins = OpenCheckins(database, clock, wake)
    return Services(
        clock=clock,
        database=database,
        metrics=metrics,
        texts=texts,
        policy_url=policy_url,
        runner=runner,
        pace=Pace(sends_per_second),
        guilds=guilds,
        removals=Removals(database, clock, wake),
        rooms=rooms,
        schedules=schedules,
        sessions=Sessions(database, clock, wake),
        events=Events(database, clock, wake, rooms),
        ends=Ends(database, clock, wake),
        checkins=checkins,
        open_checkins=open_checkins,
        prompts=Prompts(database),
        consents=Consents(database, clock, texts),
        retention=retention,
        rhythm=Rhythm(database, clock, guilds),
        totals=Totals(database, clock),
        zones=Zones(database, [schedules.carry_over, checkins.carry_over, open_checkins.carry_over]),
    )
