"""Running the bot: from settings to a connected client, until told to stop."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot import health
from bot.client import Client, connect, describe_failure, make_client, point_at
from bot.clock import Clock, FollowedClock, SystemClock
from bot.errors import ConfigurationError
from bot.settings import PREFIX, Settings
from bot.storage.database import Database
from bot.wiring import Services, wire

log = logging.getLogger(__name__)

_FIRST_PAUSE_SECONDS = 2.0
_LONGEST_PAUSE_SECONDS = 300.0
_CLOCK_KNOWN_WITHIN_SECONDS = 10.0


async def serve(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT. Raises ConfigurationError where the settings cannot work."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows stops by KeyboardInterrupt
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
    point_at(settings)
    try:
        database = await Database.open(settings.database_path, key=settings.database_key)
    except ConfigurationError as error:
        raise ConfigurationError(f"{PREFIX}DATABASE_URL: {error}") from error
    try:
        async with _clock(settings) as clock:
            await _stay_connected(settings, database, clock, stop)
    finally:
        await database.close()


async def _stay_connected(
    settings: Settings, database: Database, clock: Clock, stop: asyncio.Event
) -> None:
    """Connect, and again with growing pauses while Discord cannot be reached, until `stop`."""
    pause = _FIRST_PAUSE_SECONDS
    while not stop.is_set():
        services = wire(database, clock, settings.default_locale, settings.sends_per_second)
        client = make_client(services, settings)
        async with _health(settings, client.is_connected), client, _running(client, services):
            connected = asyncio.create_task(connect(client, settings))
            stopped = asyncio.create_task(stop.wait())
            await asyncio.wait({connected, stopped}, return_when=asyncio.FIRST_COMPLETED)
            stopped.cancel()
            if stop.is_set():
                break
            was_ready = client.is_ready()
        log.warning("%s", describe_failure(connected.exception()))
        pause = _FIRST_PAUSE_SECONDS if was_ready else min(pause * 2, _LONGEST_PAUSE_SECONDS)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)


@asynccontextmanager
async def _running(client: Client, services: Services) -> AsyncIterator[None]:
    """Run what is due once the client knows its servers."""

    async def run() -> None:
        await client.wait_until_ready()
        await services.zones.catch_up()
        await services.runner.run()

    task = asyncio.create_task(run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


@asynccontextmanager
async def _clock(settings: Settings) -> AsyncIterator[Clock]:
    if settings.clock_url is None:
        yield SystemClock()
        return
    clock = FollowedClock(str(settings.clock_url))
    known = asyncio.Event()
    following = asyncio.create_task(clock.follow(known))
    try:
        await asyncio.wait_for(known.wait(), _CLOCK_KNOWN_WITHIN_SECONDS)
        yield clock
    except TimeoutError:
        raise ConfigurationError("ALONGSIDE_CLOCK_URL: no clock answers there") from None
    finally:
        following.cancel()


@asynccontextmanager
async def _health(settings: Settings, is_ready: health.Check) -> AsyncIterator[None]:
    if not settings.health_port:
        yield
        return
    try:
        runner = await health.serve(settings.health_port, is_ready)
    except OSError as error:
        raise ConfigurationError(f"ALONGSIDE_HEALTH_PORT: {error.strerror}") from None
    try:
        yield
    finally:
        await runner.cleanup()
