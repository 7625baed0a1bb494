"""Health endpoints over HTTP.

`/healthz` (the process answers), `/readyz` (Discord is connected, the clock is right, and the database can
be read and written), `/metrics`.
"""

import asyncio
import math
import shutil
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol

from aiohttp import web

from bot.observability.metrics import CONTENT_TYPE, Metrics, Vitals
from bot.scheduling import sending
from bot.scheduling.checked_clock import CheckedClock
from bot.storage.database import Database, Statements

_DATABASE_TIMEOUT_SECONDS = 2.0
_WRITTEN_WITHIN_SECONDS = 30.0  # a commit that is no older shows that the database can be written
_PROBE = "health probe"  # in the table `deployment`


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many rows are overdue (the worker has not begun them), and when the oldest was due."""

    overdue: int
    oldest: datetime | None


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

    def __init__(self, database: Database, folder: Path, clock: CheckedClock, metrics: Metrics) -> None:
        self._database = database
        self._folder = folder
        self._clock = clock
        self._probe: asyncio.Task[None] | None = None
        self.metrics = metrics
        self.connection: Connection | None = None

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
        reason = await self._reason_not_ready()
        if reason is None:
            is_stopped = await self._database.read(sending.stopped_at) is not None
            note = ", but an operator stopped all sending" if is_stopped else ""
            return web.Response(text=f"ready{note}\n")
        return web.Response(text=f"not ready: {reason}\n", status=503)

    async def _reason_not_ready(self) -> str | None:
        if not self._is_connected():
            return "not connected to Discord"
        if not self._clock.is_plausible:
            return "this machine's clock seems to be wrong"
        try:
            async with asyncio.timeout(_DATABASE_TIMEOUT_SECONDS):
                await self._database.read(lambda statements: statements.rows("read_any_row"))
        except Exception:  # noqa: BLE001 - any failure is unhealthy; the log says more
            return "the database does not answer"
        try:
            async with asyncio.timeout(_DATABASE_TIMEOUT_SECONDS):
                await self._check_writable()
        except Exception:  # noqa: BLE001 - as above
            return "the database cannot be written"
        return None

    async def _check_writable(self) -> None:
        """Write something small, unless something was written just before. Raises what the write raises."""
        wrote_at = self._database.wrote_at
        if wrote_at is not None and time.monotonic() - wrote_at < _WRITTEN_WITHIN_SECONDS:
            return
        if self._probe is None or self._probe.done():  # else an earlier one still waits for a lock
            self._probe = asyncio.create_task(self._write())
            self._probe.add_done_callback(_take_error)
        await asyncio.shield(self._probe)

    async def _write(self) -> None:
        value = str(int(time.monotonic()))
        await self._database.write(
            lambda statements: statements.run("set_deployment", name=_PROBE, value=value)
        )

    async def _show_metrics(self, _: web.Request) -> web.Response:
        counts = await self._database.read(partial(_load_counts, now=self._clock.now()))
        live_sessions, backlog, is_stopped = counts
        connection = self.connection
        vitals = Vitals(
            connected=self._is_connected(),
            heartbeat=connection.latency if connection else math.nan,
            live_sessions=live_sessions,
            backlog=backlog.overdue,
            backlog_age=(
                (self._clock.now() - backlog.oldest).total_seconds() if backlog.oldest is not None else 0.0
            ),
            sending_stopped=is_stopped,
            disk_free=shutil.disk_usage(self._folder).free,
        )
        return web.Response(body=self.metrics.render(vitals), headers={"Content-Type": CONTENT_TYPE})

    def _is_connected(self) -> bool:
        return self.connection is not None and self.connection.is_connected()


def _take_error(probe: asyncio.Task[None]) -> None:
    """Retrieve the error of a probe that nobody awaits, so that asyncio does not log it."""
    if not probe.cancelled():
        probe.exception()


async def _load_counts(statements: Statements, now: datetime) -> tuple[int, Backlog, bool]:
    """Return how many sessions are open, what is due and not begun, and whether sending is stopped."""
    backlog = await statements.one(Backlog, "count_backlog", now=now)
    sessions = int(await statements.value("count_sessions") or 0)
    return sessions, backlog or Backlog(0, None), await sending.stopped_at(statements) is not None
