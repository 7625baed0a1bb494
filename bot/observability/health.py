"""Health over HTTP, on loopback unless told otherwise.

`/healthz` (the process answers), `/readyz` (Discord is connected and the database answers), `/metrics`.
"""

import asyncio
import math
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from aiohttp import web

from bot.observability.metrics import CONTENT_TYPE, Metrics, Vitals
from bot.scheduling.clock import Clock
from bot.storage.database import Database

_DATABASE_ANSWERS_WITHIN_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much is due and not begun, and since when."""

    behind: int
    oldest: datetime | None


class Connection(Protocol):
    """The client, as far as health is concerned."""

    def is_connected(self) -> bool:
        """Return whether every gateway connection stands."""
        ...

    @property
    def latency(self) -> float:
        """How many seconds the last heartbeat took; not a finite number where there was none."""
        ...


class Health:
    """Tells how the process is. `connection` is the client of the moment, None between two of them."""

    def __init__(self, database: Database, folder: Path, clock: Clock, metrics: Metrics) -> None:
        self._database = database
        self._folder = folder
        self._clock = clock
        self.metrics = metrics
        self.connection: Connection | None = None

    async def serve(self, host: str, port: int) -> Callable[[], Awaitable[None]]:
        """Serve until what is returned was called. Raises OSError where the place is taken."""
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
        lacking = await self._lacking()
        if lacking is None:
            return web.Response(text="ready\n")
        return web.Response(text=f"not ready: {lacking}\n", status=503)

    async def _lacking(self) -> str | None:
        if not self._is_connected():
            return "not connected to Discord"
        try:
            async with asyncio.timeout(_DATABASE_ANSWERS_WITHIN_SECONDS):
                await self._database.legacy_read.rows("read_any_row")
        except Exception:  # noqa: BLE001 - whatever it is, the log and /metrics say more
            return "the database does not answer"
        return None

    async def _show_metrics(self, _: web.Request) -> web.Response:
        backlog = await self._backlog()
        connection = self.connection
        vitals = Vitals(
            connected=self._is_connected(),
            heartbeat=connection.latency if connection else math.nan,
            live_sessions=int(await self._database.legacy_read.value("count_sessions") or 0),
            backlog=backlog.behind,
            backlog_age=(
                (self._clock.now() - backlog.oldest).total_seconds() if backlog.oldest is not None else 0.0
            ),
            disk_free=shutil.disk_usage(self._folder).free,
        )
        return web.Response(body=self.metrics.render(vitals), headers={"Content-Type": CONTENT_TYPE})

    async def _backlog(self) -> Backlog:
        found = await self._database.legacy_read.one(Backlog, "count_backlog", now=self._clock.now())
        return found or Backlog(0, None)

    def _is_connected(self) -> bool:
        return self.connection is not None and self.connection.is_connected()
