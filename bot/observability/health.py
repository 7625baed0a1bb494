"""Health endpoints over HTTP.

`/healthz` (the process answers), `/readyz` (Discord is connected, the clock is right, and the database can
be read and written; or the process stands by), `/metrics`.
"""

import asyncio
import math
import shutil
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol

from aiohttp import web

from bot.observability.metrics import CONTENT_TYPE, DeploymentVitals, Metrics, Vitals
from bot.scheduling import sending
from bot.scheduling.checked_clock import CheckedClock
from bot.shards import ShardRange
from bot.storage.database import Database, Statements

_DATABASE_TIMEOUT_SECONDS = 2.0
_WRITTEN_WITHIN_SECONDS = 30.0  # a commit that is no older shows that the database can be written
_STANDS_BY = "standing by: other processes serve all servers, and this one takes over when one of them ends"
_PROBE = "health probe"  # in the table `deployment`


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many rows are overdue (the worker has not begun them), and when the oldest was due."""

    overdue: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class _Served:
    """What a process serves with, and which shards."""

    database: Database
    clock: CheckedClock
    shards: ShardRange


class Connection(Protocol):
    """What the health endpoints need from the client."""

    def is_connected(self) -> bool:
        """Return whether every gateway connection is open."""
        ...

    @property
    def latency(self) -> float:
        """How many seconds the last heartbeat took; infinite or NaN if there was none."""
        ...


class Health:
    """Serves the endpoints. `connection` is the current client; None while there is none."""

    def __init__(self, folder: Path, metrics: Metrics) -> None:
        self._folder = folder
        self._served: _Served | None = None
        self._probe: asyncio.Task[None] | None = None
        self.metrics = metrics
        self.connection: Connection | None = None
        self._waits_for: str | None = "starting"

    @contextmanager
    def serving(self, database: Database, clock: CheckedClock, shards: ShardRange) -> Iterator[None]:
        """Answer for a process that serves some shards with a database, until the end of the block."""
        self._served = _Served(database, clock, shards)
        try:
            yield
        finally:
            self._served, self._waits_for = None, "not serving"

    def note_waiting(self, why: str | None) -> None:
        """Note why the process waits for the right to serve; None if others serve."""
        self._waits_for = why

    @property
    def is_standing_by(self) -> bool:
        """Whether others serve, and this process waits to take over."""
        return self._served is None and self._waits_for is None

    async def serve(self, host: str, port: int) -> Callable[[], Awaitable[None]]:
        """Start serving, and return the function that ends it. Raises OSError if the port is taken."""
        app = web.Application()
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/readyz", self._readyz)
        app.router.add_get("/metrics", self._show_metrics)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError:
            await runner.cleanup()
            raise
        return runner.cleanup

    async def _healthz(self, _: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def _readyz(self, _: web.Request) -> web.Response:
        if self.is_standing_by:
            return web.Response(text=f"{_STANDS_BY}\n")
        if self._served is None:
            return _not_ready(self._waits_for or "")
        database = self._served.database
        reason = await self._reason_not_ready(database, self._served.clock)
        if reason is not None:
            return _not_ready(reason)
        is_stopped = await database.read(sending.stopped_at) is not None
        note = ", but an operator stopped all sending" if is_stopped else ""
        return web.Response(text=f"ready{note}\n")

    async def _reason_not_ready(self, database: Database, clock: CheckedClock) -> str | None:
        if not self._is_connected():
            return "not connected to Discord"
        if not clock.is_plausible:
            return "this machine's clock seems to be wrong"
        try:
            async with asyncio.timeout(_DATABASE_TIMEOUT_SECONDS):
                await database.read(lambda statements: statements.rows("read_any_row"))
        except Exception:  # noqa: BLE001 - any failure is unhealthy; the log says more
            return "the database does not answer"
        try:
            async with asyncio.timeout(_DATABASE_TIMEOUT_SECONDS):
                await self._check_writable(database)
        except Exception:  # noqa: BLE001 - as above
            return "the database cannot be written"
        return None

    async def _check_writable(self, database: Database) -> None:
        """Write something small, unless something was written just before. Raises what the write raises."""
        wrote_at = database.wrote_at
        if wrote_at is not None and time.monotonic() - wrote_at < _WRITTEN_WITHIN_SECONDS:
            return
        if self._probe is None or self._probe.done():  # else an earlier one still waits for a lock
            self._probe = asyncio.create_task(_write(database))
            self._probe.add_done_callback(_take_error)
        await asyncio.shield(self._probe)

    async def _show_metrics(self, _: web.Request) -> web.Response:
        body = self.metrics.render(await self._vitals())
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE})

    async def _vitals(self) -> Vitals:
        connection = self.connection
        vitals = Vitals(
            connected=self._is_connected(),
            heartbeat=connection.latency if connection else math.nan,
            disk_free=shutil.disk_usage(self._folder).free if self._folder.exists() else math.nan,
            standing_by=self.is_standing_by,
        )
        if self._served is None:
            return vitals
        served, now = self._served, self._served.clock.now()
        deployment = await served.database.read(partial(_load_deployment, now=now))
        return replace(vitals, serving=served.shards, deployment=deployment)

    def _is_connected(self) -> bool:
        return self.connection is not None and self.connection.is_connected()


def _not_ready(reason: str) -> web.Response:
    return web.Response(text=f"not ready: {reason}\n", status=503)


async def _write(database: Database) -> None:
    value = str(int(time.monotonic()))
    await database.write(lambda statements: statements.run("set_deployment", name=_PROBE, value=value))


def _take_error(probe: asyncio.Task[None]) -> None:
    """Retrieve the error of a probe that nobody awaits, so that asyncio does not log it."""
    if not probe.cancelled():
        probe.exception()


async def _load_deployment(statements: Statements, now: datetime) -> DeploymentVitals:
    backlog = await statements.one(Backlog, "count_backlog", now=now) or Backlog(0, None)
    return DeploymentVitals(
        live_sessions=int(await statements.value("count_sessions") or 0),
        backlog=backlog.overdue,
        backlog_age=(now - backlog.oldest).total_seconds() if backlog.oldest is not None else 0.0,
        sending_stopped=await sending.stopped_at(statements) is not None,
    )
