"""Running the bot: from settings to a connected client, until told to stop.

What passes by itself (Discord away, a full disk, a clock that is not set yet) is waited out, with growing
pauses; what does not ends the process with a line that says so.
"""

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from typing import Any, TypeVar

from bot.app import preflight
from bot.app.compose import wire
from bot.errors import ConfigurationError, TransientError, UnfitDatabaseError, report
from bot.gateway.client import Client, make_client
from bot.gateway.connection import connect, describe_failure, set_discord_urls
from bot.observability.health import Health
from bot.observability.metrics import Metrics
from bot.scheduling.backoff import ExponentialBackoff
from bot.scheduling.clock import Clock, FollowedClock, SystemClock
from bot.services import Services
from bot.settings import PREFIX, Settings
from bot.storage.database import Database
from bot.storage.sqlite import lock
from bot.storage.sqlite.connection import SqlError
from bot.storage.sqlite.database import SqliteDatabase
from bot.storage.sqlite.errors import DAMAGED, to_operator_error

log = logging.getLogger(__name__)

_CLOCK_KNOWN_WITHIN_SECONDS = 10.0
_FINISHES_WITHIN_SECONDS = 7.0  # what is under way when told to stop; ten is what a supervisor gives
_PARTS_WITHIN_SECONDS = 1.0  # from the gateway, and once more from the REST API
_READY_WITHIN_SECONDS = 600.0
_A_SHARD_SECONDS = 10.0  # they connect one after the other
_DATABASE_FAILS: tuple[type[Exception], ...] = (OSError, *SqlError)

T = TypeVar("T")


async def serve(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT. Raises ConfigurationError where the settings cannot work."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows stops by KeyboardInterrupt
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
    set_discord_urls(settings)
    with contextlib.ExitStack() as holding:
        try:
            await _unless(stop, lock.wait_for(settings.database_path, holding))
            database = await _opened(settings, stop)
        except ConfigurationError as error:
            raise type(error)(f"{PREFIX}DATABASE_URL: {error}") from error
        if database is None:
            return
        try:
            async with _clock(settings) as clock:
                damage = asyncio.create_task(_stop_when_damaged(database, stop))
                health = Health(database, settings.database_path.parent, clock, Metrics())
                with _counted(health.metrics):
                    async with _told(settings, health):
                        await _stay_connected(settings, database, clock, stop, health)
                damage.cancel()
        finally:
            await database.close()
    if database.damaged.is_set():
        raise UnfitDatabaseError(DAMAGED)


async def _stop_when_damaged(database: Database, stop: asyncio.Event) -> None:
    await database.damaged.wait()
    stop.set()


async def _opened(settings: Settings, stop: asyncio.Event) -> Database | None:
    """Open the database, as soon as it can be; None when told to stop before."""
    pauses = ExponentialBackoff()
    while not stop.is_set():
        try:
            return await SqliteDatabase.open(settings.database_path, key=settings.database_key)
        except TransientError as error:
            await _rest(stop, str(error), pauses.after(timedelta()))
    return None


async def _stay_connected(
    settings: Settings, database: Database, clock: Clock, stop: asyncio.Event, health: Health
) -> None:
    """Connect, and again with growing pauses while that does not hold, until `stop`."""
    pauses = ExponentialBackoff()
    while not stop.is_set():
        stood = timedelta()
        wait = await _unless(stop, _objection(settings))
        if wait is None and not stop.is_set():
            services = wire(
                database,
                clock,
                settings.default_locale,
                settings.sends_per_second,
                health.metrics,
                str(settings.privacy_policy_url or ""),
            )
            why, stood = await _served(settings, services, stop, health)
            wait = preflight.Wait(why)
        if wait is not None:
            await _rest(stop, wait.why, max(pauses.after(stood), wait.least))


async def _objection(settings: Settings) -> preflight.Wait | None:
    try:
        return preflight.objection(await preflight.ask(settings), settings)
    except preflight.AwayError as error:
        return preflight.Wait(str(error))


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """Return what `work` returns, or None as soon as `stop` is set."""
    working, stopped = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if working.done():
        return working.result()
    working.cancel()
    await asyncio.wait({working})
    return None


async def _rest(stop: asyncio.Event, why: str, pause: timedelta) -> None:
    if stop.is_set():
        return
    log.warning("%s; trying again in %s", why, timedelta(seconds=round(pause.total_seconds())))
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), pause.total_seconds())


async def _served(
    settings: Settings, services: Services, stop: asyncio.Event, health: Health
) -> tuple[str, timedelta]:
    """As `_connection`, once the database is ready; what passes of its troubles is a reason to end too."""
    try:
        await services.retention.begin()  # before anybody can tap: a restored backup is made true
        client = make_client(services, settings)
        health.connection = client
        return await _connection(settings, client, stop)
    except _DATABASE_FAILS as error:
        trouble = to_operator_error(error, "the database cannot be used")
        if isinstance(trouble, ConfigurationError):
            raise trouble from error
        return str(trouble), timedelta()
    finally:
        health.connection = None


async def _connection(settings: Settings, client: Client, stop: asyncio.Event) -> tuple[str, timedelta]:
    """Connect and serve until that ends or `stop`; return why, and for how long it was connected."""
    loop = asyncio.get_running_loop()
    limit = _READY_WITHIN_SECONDS + _A_SHARD_SECONDS * (settings.shard_count or 1)
    async with _connected(client, settings) as connected, _running(client):
        stopped = asyncio.create_task(stop.wait())
        overdue = asyncio.create_task(_overdue(client, limit))
        await asyncio.wait({connected, stopped, overdue}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        overdue.cancel()
        since = client.ready_since
        stood = timedelta(seconds=0 if since is None else loop.time() - since)
        if stop.is_set():
            return "", stood
        if not connected.done():
            return "Discord did not name the bot's servers in time", stood
    return describe_failure(connected.exception()), stood


async def _overdue(client: Client, seconds: float) -> None:
    """Return after `seconds` in which the client did not get ready; else never."""
    try:
        await asyncio.wait_for(client.wait_until_ready(), seconds)
    except TimeoutError:
        return
    await asyncio.Event().wait()


@asynccontextmanager
async def _connected(client: Client, settings: Settings) -> AsyncIterator[asyncio.Task[None]]:
    """Connect, and take leave of Discord at the end, without waiting long for its answer."""
    await client.__aenter__()  # without its own end, which waits for as long as Discord likes
    connected = asyncio.create_task(connect(client, settings))
    try:
        yield connected
    finally:
        await _part(client.close())
        await _part(client.http.close())  # the farewell before may have been cut short
        connected.cancel()
        await asyncio.gather(connected, return_exceptions=True)


async def _part(farewell: Coroutine[Any, Any, None]) -> None:
    """Do what there is time for of a farewell. Nothing that goes wrong in it keeps anybody here."""
    parting = asyncio.create_task(farewell)
    await asyncio.wait({parting}, timeout=_PARTS_WITHIN_SECONDS)
    parting.cancel()
    (outcome,) = await asyncio.gather(parting, return_exceptions=True)
    if isinstance(outcome, Exception):
        report("taking leave of Discord", outcome)


@asynccontextmanager
async def _running(client: Client) -> AsyncIterator[None]:
    """Run what is due once the client knows its servers; at the end, finish what is under way."""
    services = client.services

    async def run() -> None:
        await client.wait_until_ready()
        try:
            await services.zones.catch_up()
        except Exception as error:  # noqa: BLE001 - the boundary: what is due is not held up by it
            report("following the tz database", error)
        await services.worker.run()

    async def finish() -> None:
        services.worker.stop()
        await asyncio.wait({task})
        await client.finish()

    task = asyncio.create_task(run())
    try:
        yield
    finally:
        if client.is_ready():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(finish(), _FINISHES_WITHIN_SECONDS)
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
async def _told(settings: Settings, health: Health) -> AsyncIterator[None]:
    """Tell of the process's health for as long as it lasts, connected or not."""
    if not settings.health_port:
        yield
        return
    try:
        end = await health.serve(str(settings.health_host), settings.health_port)
    except OSError as error:
        wrong = f"{PREFIX}HEALTH_HOST, {PREFIX}HEALTH_PORT"
        raise ConfigurationError(f"{wrong}: {error.strerror}") from None
    try:
        yield
    finally:
        await end()


@contextmanager
def _counted(metrics: Metrics) -> Iterator[None]:
    """Count what is logged as an error."""
    counter = metrics.error_counter()
    logging.getLogger().addHandler(counter)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(counter)
