"""Opens the world of a story, and closes it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import simcord

from bot.gateway.client import Client
from bot.storage.database import Database
from bot.storage.sqlite.database import SqliteDatabase
from tests.storage.engines import new_postgres_database
from tests.stories.clock import ManualClock
from tests.world.process import command_payload, new_client, stop
from tests.world.simulator import patch_simcord
from tests.world.world import World

MONDAY_MORNING = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
_NEVER = 1e9  # seconds
_SETTLE_TIMEOUT_SECONDS = 60.0  # a busy machine is no failure


@asynccontextmanager
async def open_world(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    shard_count: int | None = None,
    postgres_server: str | None = None,
    shard_id: int | None = None,
) -> AsyncIterator[World]:
    """Open a world on a Monday morning, and run the checks for every story at its end.

    Its server is on the shard `shard_id`, if there are several.
    The database is in `folder`, or on a server of PostgreSQL.
    """
    locales: dict[int, str] = {}
    patch_simcord(monkeypatch, locales)
    monkeypatch.setattr(Client, "command_payload", command_payload)
    async with _open_database(folder, postgres_server) as database:
        clock = ManualClock(lambda: env.now())  # noqa: PLW0108 - it is made two lines below
        client = new_client(database, clock, shard_count)
        env = simcord.Env(client, settle_timeout=_SETTLE_TIMEOUT_SECONDS)
        env.backend.advance_clock((MONDAY_MORNING - env.now()).total_seconds())
        world = World(env, client, clock, database, folder, locales, shard_id)
        await env.start()
        world.run()
        await world.settle()
        world.spent()
        try:
            yield world
        finally:
            await stop(world.worker)
            await env.shutdown()
        world.check()


@asynccontextmanager
async def _open_database(folder: Path, postgres_server: str | None) -> AsyncIterator[Database]:
    """Open a database without timers: SimCord waits in real time for one that is due."""
    if postgres_server is not None:
        async with new_postgres_database(postgres_server, folder, soon_seconds=0) as opened:
            yield opened
        return
    database = await SqliteDatabase.open(folder / "alongside.db", soon_seconds=0, truncate_seconds=_NEVER)
    try:
        yield database
    finally:
        await database.close()
