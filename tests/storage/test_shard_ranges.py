"""Processes that share the shards on PostgreSQL: each serves one range, spares wait for a free one."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import asyncpg
import pytest
from pydantic import SecretStr

from bot.errors import InUseError, LostTurnError
from bot.shards import ShardLayout
from bot.storage.postgres import range_locks
from bot.storage.postgres.engine import PostgresEngine
from bot.storage.postgres.range_locks import key_of, layout_in
from tests.postgres import Server
from tests.storage.own_server import Waiting, engine, execute, hold, server, serving, url
from tests.storage.units import PATIENCE_SECONDS, note

__all__ = ["engine", "server"]

TWO_RANGES = ShardLayout(3, 2)
_HOLDS_FIRST = (
    f"locktype = 'advisory' AND (classid::bigint << 32) | objid::bigint = {key_of(TWO_RANGES, 0)}"
)
_END_FIRST = f"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE {_HOLDS_FIRST}"  # noqa: S608 - a number


def another(server: Server, folder: Path) -> PostgresEngine:
    """Return the engine of another process."""
    return PostgresEngine(SecretStr(url(server)), folder)


async def test_each_process_serves_one_range_and_another_one_waits_for_a_free_one(
    engine: PostgresEngine, server: Server, tmp_path: Path
) -> None:
    waiting = Waiting()
    async with serving(engine, layout=TWO_RANGES) as (first, _):
        async with serving(another(server, tmp_path), layout=TWO_RANGES) as (second, __):
            assert [each.shards for each in (first, second)] == [TWO_RANGES.range(0), TWO_RANGES.range(1)]
            assert (await engine.inspect()).served == {(TWO_RANGES, 0), (TWO_RANGES, 1)}
            spare = asyncio.create_task(hold(another(server, tmp_path), waiting, TWO_RANGES))
            await waiting.until(None)
            assert not spare.done()
        assert await asyncio.wait_for(spare, PATIENCE_SECONDS) == TWO_RANGES.range(1)


async def test_processes_that_start_together_take_different_ranges(
    engine: PostgresEngine, server: Server, tmp_path: Path
) -> None:
    layout = ShardLayout(6, 1)
    async with AsyncExitStack() as holding:
        engines = [engine, *(another(server, tmp_path) for _ in range(5))]
        taking = [holding.enter_async_context(each.turn(layout, Waiting().note)) for each in engines]
        turns = await asyncio.gather(*taking)
        assert {each.shards.number for each in turns} == set(range(6))


async def test_one_process_at_a_time_looks_which_ranges_are_free(
    engine: PostgresEngine, server: Server
) -> None:
    """Else two with different layouts could both find that nobody serves."""
    connection = await asyncpg.connect(url(server))
    try:
        async with connection.transaction():
            await connection.execute(f"SELECT pg_advisory_xact_lock({range_locks._LOOKING})")  # noqa: SLF001 - as a process that looks
            taking = asyncio.create_task(hold(engine, Waiting(), TWO_RANGES))
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not await connection.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
                    assert not taking.done()
        assert await asyncio.wait_for(taking, PATIENCE_SECONDS) == TWO_RANGES.range(0)
    finally:
        await connection.close()


async def test_when_the_server_ends_the_session_of_one_range_the_other_goes_on(
    engine: PostgresEngine, server: Server, tmp_path: Path
) -> None:
    waiting = Waiting()
    async with (
        serving(engine, layout=TWO_RANGES) as (first, _),
        serving(another(server, tmp_path), layout=TWO_RANGES) as (second, database),
    ):
        spare = asyncio.create_task(hold(another(server, tmp_path), waiting, TWO_RANGES))
        await waiting.until(None)
        await execute(server, _END_FIRST)
        await asyncio.wait_for(first.lost.wait(), PATIENCE_SECONDS)
        with pytest.raises(LostTurnError):
            await first.confirm()
        assert await asyncio.wait_for(spare, PATIENCE_SECONDS) == TWO_RANGES.range(0)
        await second.confirm()
        await note(database, 1)


@pytest.mark.parametrize("other", [ShardLayout(3, 1), ShardLayout(4, 2), ShardLayout()])
async def test_a_process_with_another_layout_waits_until_nobody_serves_by_the_old_one(
    engine: PostgresEngine,
    server: Server,
    tmp_path: Path,
    other: ShardLayout,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    waiting = Waiting()
    async with serving(engine, layout=TWO_RANGES):
        async with serving(another(server, tmp_path), layout=TWO_RANGES):
            changed = asyncio.create_task(hold(another(server, tmp_path), waiting, other))
            await waiting.until(None)
        waiting.reasons.clear()
        await waiting.until(None)  # it looked again
        assert not changed.done()
    assert await asyncio.wait_for(changed, PATIENCE_SECONDS) == other.range(0)
    assert "processes with 3 shards, 2 in a process, serve: stop them first" in caplog.text


async def test_nothing_is_migrated_while_a_process_serves_any_range(
    engine: PostgresEngine, server: Server, tmp_path: Path
) -> None:
    async with AsyncExitStack() as holding:
        async with serving(engine, layout=TWO_RANGES):
            await holding.enter_async_context(serving(another(server, tmp_path), layout=TWO_RANGES))
        with pytest.raises(InUseError, match="stop it first"):
            await engine.migrate()
    await engine.migrate()


def test_the_key_of_a_lock_holds_the_layout_and_the_number_of_the_range() -> None:
    layouts = [ShardLayout(1, 1), ShardLayout(65_535, 65_535), ShardLayout(65_535, 1), TWO_RANGES]
    assert [layout_in(key_of(each, each.ranges - 1)) for each in layouts] == layouts
    keys = {key_of(each, number) for each in layouts for number in range(each.ranges)}
    assert len(keys) == sum(each.ranges for each in layouts)
    assert all(0 < each < 2**63 for each in keys)
