"""A PostgreSQL server that a test may stop or hinder, with an empty database on it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
from pydantic import SecretStr

from bot.shards import ShardLayout, ShardRange
from bot.storage.database import Database
from bot.storage.postgres import engine as engines
from bot.storage.postgres.engine import PostgresEngine
from bot.storage.turn import Turn
from tests import postgres
from tests.postgres import Server
from tests.storage.units import PATIENCE_SECONDS

ONE = ShardLayout()  # one range, with all servers


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    if postgres.programs() is None:
        pytest.skip(postgres.ABSENT)
    with postgres.new_server() as found:
        yield found


@pytest.fixture
async def engine(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[PostgresEngine]:
    """Return the engine on an empty database. A process that waits looks often."""
    monkeypatch.setattr(engines, "_LOOK_SECONDS", 0.05)
    await execute(server, "CREATE DATABASE own", of="postgres")
    yield PostgresEngine(SecretStr(url(server)), tmp_path)
    await execute(server, "DROP DATABASE own WITH (FORCE)", of="postgres")


def url(server: Server, name: str = "own") -> str:
    return server.url.rsplit("/", 1)[0] + f"/{name}"


async def execute(server: Server, command: str, of: str = "own") -> None:
    connection = await asyncpg.connect(url(server, of))
    try:
        await connection.execute(command)
    finally:
        await connection.close()


class Waiting:
    """Notes why a process waits for its turn."""

    def __init__(self) -> None:
        self.reasons: list[str | None] = []
        self._has_noted = asyncio.Event()

    def note(self, why: str | None) -> None:
        self.reasons.append(why)
        self._has_noted.set()

    async def until(self, part: str | None) -> None:
        """Wait until the newest reason contains `part`, or is None."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not self.reasons or not (
                self.reasons[-1] is part if part is None else part in (self.reasons[-1] or "")
            ):
                self._has_noted.clear()
                await self._has_noted.wait()


@asynccontextmanager
async def serving(
    engine: PostgresEngine, waiting: Waiting | None = None, layout: ShardLayout = ONE
) -> AsyncIterator[tuple[Turn, Database]]:
    """Hold the right to serve, with the database open."""
    async with engine.turn(layout, (waiting or Waiting()).note) as turn:
        database = await engine.open()
        try:
            yield turn, database
        finally:
            await database.close()


async def hold(engine: PostgresEngine, waiting: Waiting, layout: ShardLayout = ONE) -> ShardRange:
    """Wait for the right to serve, and give it back; return for which shards it was."""
    async with engine.turn(layout, waiting.note) as turn:
        return turn.shards
