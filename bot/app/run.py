"""Run the bot: from the settings to a connected client, until SIGTERM or SIGINT.

After a failure that can pass without the operator's help (Discord cannot be reached, the disk is full, the
clock is not set yet) the bot tries again, with growing pauses. Any other failure ends the process with one
line that says why.
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
from bot.app.clock import running_clock
from bot.app.collecting import skipping_what_stays
from bot.app.compose import wire
from bot.app.connecting import connecting, running_worker
from bot.app.health_port import HealthPort
from bot.errors import ConfigurationError, TransientError, UnfitDatabaseError
from bot.gateway import websocket
from bot.gateway.client import Client
from bot.gateway.connection import describe_failure, set_discord_urls
from bot.gateway.identify_gate import IdentifyGate
from bot.gateway.shards import make_client
from bot.observability.health import Health
from bot.observability.metrics import Metrics
from bot.scheduling.backoff import ExponentialBackoff
from bot.scheduling.checked_clock import CheckedClock
from bot.scheduling.slots import slots_for
from bot.services import Services
from bot.settings import PREFIX, Settings
from bot.shards import ShardRange
from bot.storage.database import Database
from bot.storage.engine import Engine, engine_for
from bot.storage.turn import Turn

log = logging.getLogger(__name__)

_READY_TIMEOUT_SECONDS = 600.0
_SECONDS_PER_SHARD = 10.0  # of all processes: they may have to start one after another

T = TypeVar("T")


async def serve(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT. Raises ConfigurationError if it cannot run with the settings."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows stops by KeyboardInterrupt
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
    set_discord_urls(settings)
    websocket.install()
    engine = engine_for(settings)
    health = Health(engine.folder, Metrics())
    health.metrics.note_shard_ranges(settings.shard_layout.ranges)
    port = HealthPort(settings, health)
    try:
        await port.try_to_open()
        pauses = ExponentialBackoff()
        while not stop.is_set():
            why = await _take_turn(settings, engine, stop, health, port)
            if why is None:
                pauses = ExponentialBackoff()
            else:  # without the right to serve meanwhile: another process may be able to
                health.note_waiting(why)
                await _pause(stop, why, pauses.after(timedelta()))
    finally:
        await port.close()


async def _take_turn(
    settings: Settings, engine: Engine, stop: asyncio.Event, health: Health, port: HealthPort
) -> str | None:
    """Wait for the right to serve, then serve until `stop` is set or the right is lost.

    Returns why the database cannot be opened, if that can pass. Raises ConfigurationError if it cannot.
    """
    async with contextlib.AsyncExitStack() as holding:
        try:
            turning = holding.enter_async_context(engine.turn(settings.shard_layout, health.note_waiting))
            turn = await _run_until_stopped(stop, turning)
            if turn is None:
                return None
            health.note_waiting("opening the database")
            over = await holding.enter_async_context(_any_of(stop, turn.lost))
            database, why = await _open_database(engine, over)
        except ConfigurationError as error:
            raise type(error)(f"{PREFIX}DATABASE_URL: {error}") from error
        if database is not None:
            await _serve_turn(settings, engine, database, over, turn, health, port)
        if turn.lost.is_set():
            log.warning(
                "the database server ended the connection that lets this process serve: waiting again"
            )
            return None
    return why


async def _serve_turn(
    settings: Settings,
    engine: Engine,
    database: Database,
    over: asyncio.Event,
    turn: Turn,
    health: Health,
    port: HealthPort,
) -> None:
    """Serve until `over` is set, or the database is found damaged; then close the database.

    Raises UnfitDatabaseError if it is damaged, ConfigurationError for wrong settings.
    """
    try:
        async with _any_of(over, database.damaged) as ended, running_clock(settings) as clock:
            with health.serving(database, clock, turn.shards), _counting_errors(health.metrics):
                await port.open()
                await _keep_connected(settings, engine, database, clock, ended, health, turn)
    finally:
        await database.close()
    if database.damaged.is_set():
        raise UnfitDatabaseError(database.damage)


@asynccontextmanager
async def _any_of(*events: asyncio.Event) -> AsyncIterator[asyncio.Event]:
    """Yield an event that is set once any of `events` is."""
    found = asyncio.Event()
    if any(each.is_set() for each in events):
        found.set()
    watching = [asyncio.create_task(_follow(each, found)) for each in events]
    try:
        yield found
    finally:
        for each in watching:
            each.cancel()


async def _follow(event: asyncio.Event, other: asyncio.Event) -> None:
    """Set `other` once `event` is set."""
    await event.wait()
    other.set()


async def _open_database(engine: Engine, over: asyncio.Event) -> tuple[Database | None, str | None]:
    """Open the database; return it, or why it cannot be opened now. Neither if `over` is set already."""
    if over.is_set():
        return None, None
    try:
        return await engine.open(), None
    except TransientError as error:
        return None, str(error)


async def _keep_connected(
    settings: Settings,
    engine: Engine,
    database: Database,
    clock: CheckedClock,
    stop: asyncio.Event,
    health: Health,
    turn: Turn,
) -> None:
    """Connect, and reconnect with growing pauses whenever the connection ends, until `stop` is set."""
    pauses, slots = ExponentialBackoff(), slots_for(database, settings.shard_layout.ranges)
    gate = IdentifyGate(slots, health.metrics.note_slot)
    while not stop.is_set():
        connected_for = timedelta()
        wait = await _run_until_stopped(stop, _check_discord(settings, clock, turn.shards, gate))
        if wait is None and not stop.is_set():
            services = wire(
                database,
                clock,
                settings.default_locale,
                health.metrics,
                settings.links,
                settings.limits,
                turn.shards,
                slots,
            )
            why, connected_for = await _serve_once(settings, engine, services, stop, health, gate, turn)
            wait = preflight.Wait(why)
        if wait is not None:
            await _pause(stop, wait.why, max(pauses.after(connected_for), wait.least))


async def _check_discord(
    settings: Settings, clock: CheckedClock, shards: ShardRange, gate: IdentifyGate
) -> preflight.Wait | None:
    try:
        info = await preflight.fetch_gateway_info(settings)
    except preflight.DiscordUnavailableError as error:
        return preflight.Wait(str(error))
    gate.max_concurrency = info.starts.max_concurrency
    if info.clock_is_ahead is not None and info.discord_time is not None:
        clock.note_time(info.discord_time)
    return preflight.reason_to_wait(info, len(shards.shard_ids))


async def _run_until_stopped(stop: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """Return the result of `work`, or cancel it and return None as soon as `stop` is set."""
    working, stopped = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if working.done():
        return working.result()
    working.cancel()
    await asyncio.wait({working})
    return None


async def _pause(stop: asyncio.Event, why: str, pause: timedelta) -> None:
    """Log why, and wait for `pause` or until `stop` is set."""
    if stop.is_set():
        return
    log.warning("%s; trying again in %s", why, timedelta(seconds=round(pause.total_seconds())))
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), pause.total_seconds())


async def _serve_once(
    settings: Settings,
    engine: Engine,
    services: Services,
    stop: asyncio.Event,
    health: Health,
    gate: IdentifyGate,
    turn: Turn,
) -> tuple[str, timedelta]:
    """Make a client and serve; return why that ended, and for how long the client was connected.

    Raises ConfigurationError for a database error that retrying cannot fix.
    """
    try:
        await (
            services.retention.begin()
        )  # first, so that what was deleted since a restored backup is deleted again
        client = make_client(services, settings, gate, turn.confirm)
        health.connection = client
        with skipping_what_stays(client):
            return await _serve_connected(settings, client, stop)
    except engine.errors as error:
        trouble = engine.to_operator_error(error, "the database cannot be used")
        if isinstance(trouble, ConfigurationError):
            raise trouble from error
        return str(trouble), timedelta()
    finally:
        health.connection = None


async def _serve_connected(
    settings: Settings, client: Client, stop: asyncio.Event
) -> tuple[str, timedelta]:
    """Serve until the connection ends or `stop` is set; return why, and for how long it was connected."""
    loop = asyncio.get_running_loop()
    ready_timeout = _READY_TIMEOUT_SECONDS + _SECONDS_PER_SHARD * client.services.shards.count
    async with connecting(client, settings) as connected, running_worker(client):
        stopped = asyncio.create_task(stop.wait())
        not_ready = asyncio.create_task(_wait_if_not_ready(client, ready_timeout))
        await asyncio.wait({connected, stopped, not_ready}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        not_ready.cancel()
        since = client.ready_since
        connected_for = timedelta(seconds=0 if since is None else loop.time() - since)
        if stop.is_set():
            return "", connected_for
        if not connected.done():
            return "Discord did not list the bot's servers in time", connected_for
    return describe_failure(connected.exception()), connected_for


async def _wait_if_not_ready(client: Client, seconds: float) -> None:
    """Return after `seconds` if the client is not ready by then; otherwise never return."""
    try:
        await asyncio.wait_for(client.wait_until_ready(), seconds)
    except TimeoutError:
        return
    await asyncio.Event().wait()


@contextmanager
def _counting_errors(metrics: Metrics) -> Iterator[None]:
    """Count the lines that are logged as errors, for the metrics."""
    counter = metrics.error_counter()
    logging.getLogger().addHandler(counter)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(counter)
