"""What is due, where several processes share the servers: each acts on the rows of its own range."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
from pydantic import SecretStr

from bot.app.compose import wire
from bot.scheduling import due_queue
from bot.scheduling.due_queue import NO_GUILD, Due, DueKind
from bot.services import Services
from bot.shards import ShardLayout
from bot.storage.database import Database, Statements
from bot.storage.postgres.engine import PostgresEngine
from bot.storage.statements import statement_texts
from tests.postgres import Server
from tests.services.worker_actions import until
from tests.storage.manual_clock import MONDAY_NOON, ManualClock
from tests.storage.own_server import engine, execute, server, serving, url
from tests.storage.units import PATIENCE_SECONDS

__all__ = ["engine", "server"]

HALVES = ShardLayout(2, 1)
IN_FIRST, IN_SECOND = 2 << 22, 3 << 22  # servers
_MANY_OF_SECOND = """
INSERT INTO due (kind, shard_range, due_at, subject_id, guild_id, occurs_at)
SELECT 'checkin', 1, n, n, 3 * 4194304, n FROM generate_series(1, 20000) AS n;
ANALYZE due
"""
_LEASE_END = MONDAY_NOON + timedelta(minutes=1)


@dataclass
class Process:
    """A process that serves one half, and the subjects on which it acted."""

    services: Services
    clock: ManualClock
    acted_on: list[int] = field(default_factory=list)

    @property
    def database(self) -> Database:
        return self.services.database

    async def act(self, due: Due) -> None:
        self.acted_on.append(due.subject_id)
        await self.database.write(lambda each: due_queue.cancel(each, due.kind, due.subject_id))


async def add(database: Database, subject_id: int, guild_id: int, at: datetime = MONDAY_NOON) -> None:
    """Let a check-in be due."""

    async def work(statements: Statements) -> None:
        await due_queue.set(statements, DueKind.CHECKIN, subject_id, guild_id, at)

    await database.write(work)


async def claim(database: Database, shard_range: int) -> list[int]:
    """Claim what is due in a range; return the subjects."""

    async def work(statements: Statements) -> list[Due]:
        now = MONDAY_NOON
        return await due_queue.claim(statements, shard_range, DueKind.CHECKIN, now, _LEASE_END, 32, ",")

    return sorted(each.subject_id for each in await database.write(work))


async def ranges(server: Server) -> dict[int, int]:
    """Return the range that each due row is in, by its subject."""
    connection = await asyncpg.connect(url(server))
    try:
        rows = await connection.fetch("SELECT subject_id, shard_range FROM due")
        return {row["subject_id"]: row["shard_range"] for row in rows}
    finally:
        await connection.close()


@asynccontextmanager
async def process(engine: PostgresEngine, layout: ShardLayout = HALVES) -> AsyncIterator[Process]:
    """Serve the first free range."""
    async with serving(engine, layout=layout) as (turn, database):
        clock = ManualClock()
        found = Process(wire(database, clock, shards=turn.shards), clock)
        found.services.worker.on(DueKind.CHECKIN, found.act)
        yield found


@pytest.fixture
async def pair(
    engine: PostgresEngine, server: Server, tmp_path: Path
) -> AsyncIterator[tuple[Process, Process]]:
    """Return two processes, which serve one half each."""
    other = PostgresEngine(SecretStr(url(server)), tmp_path)
    async with process(engine) as first, process(other) as second:
        yield first, second


async def test_each_process_acts_on_what_is_due_in_its_own_servers(pair: tuple[Process, Process]) -> None:
    first, second = pair
    for number, guild_id in enumerate([IN_FIRST, IN_SECOND, IN_SECOND, NO_GUILD]):
        await add(first.database, number, guild_id)
    await asyncio.gather(*(each.services.worker.run_due() for each in pair))
    assert sorted(first.acted_on) == [0, 3]
    assert sorted(second.acted_on) == [1, 2]


async def test_a_process_that_starts_releases_the_claims_of_its_own_range_alone(
    pair: tuple[Process, Process],
) -> None:
    first, second = pair
    await add(first.database, 1, IN_FIRST)
    await add(first.database, 2, IN_SECOND)
    assert (await claim(first.database, 0), await claim(first.database, 1)) == ([1], [2])
    running = asyncio.create_task(second.services.worker.run())
    await asyncio.wait_for(second.clock.asleep.wait(), PATIENCE_SECONDS)
    await until(lambda: second.acted_on)
    running.cancel()
    assert second.acted_on == [2]
    assert await claim(first.database, 0) == []  # still claimed


async def test_what_is_due_follows_a_new_number_of_shards(engine: PostgresEngine, server: Server) -> None:
    thirds = ShardLayout(3, 1)
    servers = {number: number << 22 for number in range(7)}
    async with process(engine, ShardLayout()) as alone:
        for number, guild_id in servers.items():
            await add(alone.database, number, guild_id)
    assert await ranges(server) == dict.fromkeys(servers, 0)
    async with process(engine, thirds):
        assert await ranges(server) == {n: thirds.range_of(guild_id) for n, guild_id in servers.items()}
    async with process(engine, ShardLayout()):
        assert await ranges(server) == dict.fromkeys(servers, 0)


async def test_a_command_beside_the_bot_makes_rows_due_in_the_right_range(
    engine: PostgresEngine, server: Server, tmp_path: Path
) -> None:
    async with process(engine):
        beside = await PostgresEngine(SecretStr(url(server)), tmp_path).open_beside()
        await add(beside, 1, IN_SECOND)
        await beside.close()
        assert await ranges(server) == {1: 1}


async def test_a_row_that_is_made_due_while_the_layout_changes_is_in_a_range_of_the_new_one(
    engine: PostgresEngine, server: Server, tmp_path: Path
) -> None:
    """One of the two transactions conflicts with the other one, and runs again."""
    async with process(engine, ShardLayout()):
        beside = await PostgresEngine(SecretStr(url(server)), tmp_path).open_beside()
        await add(beside, 1, IN_SECOND)
    begun, changed = asyncio.Event(), asyncio.Event()

    async def slowly(statements: Statements) -> None:
        await due_queue.set(statements, DueKind.CHECKIN, 2, IN_SECOND, MONDAY_NOON)
        begun.set()
        while not changed.is_set():
            await statements.run("read_any_row")

    adding = asyncio.create_task(beside.write(slowly))
    async with asyncio.timeout(PATIENCE_SECONDS):
        await begun.wait()
        opening = asyncio.create_task(_open(engine))
        while await ranges(server) != {1: 1} and not opening.done():
            pass
        changed.set()
        await asyncio.gather(adding, opening)
    await beside.close()
    assert await ranges(server) == {1: 1, 2: 1}


async def _pages_read(connection: "asyncpg.Connection[asyncpg.Record]", shard_range: int) -> int:
    """Return how many pages a look at what is due next reads."""
    text = statement_texts()["next_due"].replace(":shard_range", str(shard_range))
    explain = "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) "
    plan = json.loads(await connection.fetchval(explain + text.replace(":under_way", "','")))[0]["Plan"]
    return int(plan["Shared Hit Blocks"]) + int(plan["Shared Read Blocks"])


async def _open(engine: PostgresEngine) -> None:
    async with process(engine):
        return


async def test_looking_for_own_due_rows_is_cheap_among_many_of_other_processes(
    engine: PostgresEngine, server: Server
) -> None:
    async with process(engine):
        await execute(server, _MANY_OF_SECOND)
        connection = await asyncpg.connect(url(server))
        try:
            for shard_range in (0, 1):
                assert await _pages_read(connection, shard_range) < 100
        finally:
            await connection.close()
