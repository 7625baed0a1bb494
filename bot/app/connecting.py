"""The connection to Discord and the worker beside it, while the bot serves. Each ends within seconds."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from bot.errors import report
from bot.gateway.client import Client
from bot.gateway.connection import connect
from bot.settings import Settings

_CLOSE_TIMEOUT_SECONDS = 1.0  # for the gateway connection, and once more for the HTTP client
_WORKER_TIMEOUT_SECONDS = 4.0  # for running actions, while members are still served
_FINISH_TIMEOUT_SECONDS = 7.0  # for running actions and answers; supervisors kill after ten


@asynccontextmanager
async def connecting(client: Client, settings: Settings) -> AsyncIterator[asyncio.Task[None]]:
    """Connect, and close the connection at the end without waiting long for Discord's answer."""
    await client.__aenter__()  # without `__aexit__`, which waits for Discord without a limit
    connected = asyncio.create_task(connect(client, settings))
    try:
        yield connected
    finally:
        await _close_with_timeout(client.close())
        await _close_with_timeout(client.http.close())  # which the line before may not have reached
        connected.cancel()
        await asyncio.gather(connected, return_exceptions=True)


async def _close_with_timeout(closing: Coroutine[Any, Any, None]) -> None:
    """Await `closing` for a second at most. Errors are logged, not raised."""
    task = asyncio.create_task(closing)
    await asyncio.wait({task}, timeout=_CLOSE_TIMEOUT_SECONDS)
    task.cancel()
    (outcome,) = await asyncio.gather(task, return_exceptions=True)
    if isinstance(outcome, Exception):
        report("closing the connection to Discord", outcome)


@asynccontextmanager
async def running_worker(client: Client) -> AsyncIterator[None]:
    """Run the worker once the client knows its servers; at the end, finish running actions and answers."""
    services = client.services

    async def run() -> None:
        await client.wait_until_ready()
        await services.worker.wait_for_clock()
        try:
            await services.timezone_updates.catch_up()
        except Exception as error:  # noqa: BLE001 - the boundary: the worker still runs
            report("applying a new tz database", error)
        await services.worker.run()

    async def finish() -> None:
        services.worker.stop()
        await asyncio.wait({task}, timeout=_WORKER_TIMEOUT_SECONDS)
        await client.finish()
        await asyncio.wait({task})

    task = asyncio.create_task(run())
    try:
        yield
    finally:
        if client.is_ready():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(finish(), _FINISH_TIMEOUT_SECONDS)
        task.cancel()
        await asyncio.wait([task])
