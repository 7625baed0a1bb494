"""The right to serve on PostgreSQL: who has it, when a process loses it, and poolers that break it."""

import asyncio
import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.errors import ConfigurationError, LostTurnError
from bot.storage.postgres import turn as turns
from bot.storage.postgres.engine import PostgresEngine
from tests import postgres
from tests.postgres import Server
from tests.storage.own_server import ONE, Waiting, engine, execute, hold, server, serving, url
from tests.storage.proxy import proxy_to
from tests.storage.units import PATIENCE_SECONDS, insert, note

__all__ = ["engine", "server"]


async def test_a_process_takes_over_as_soon_as_the_server_ended_the_session_of_another(
    engine: PostgresEngine, server: Server, tmp_path: Path
) -> None:
    waiting = Waiting()
    async with serving(engine) as (turn, database):
        await note(database, 1)
        await turn.confirm()
        other = asyncio.create_task(hold(PostgresEngine(SecretStr(url(server)), tmp_path), waiting))
        await waiting.until(None)
        await execute(server, _END_SESSIONS_WITH_LOCKS)
        async with asyncio.timeout(PATIENCE_SECONDS):
            await turn.lost.wait()
            await other
        with pytest.raises(LostTurnError):
            await turn.confirm()
        with pytest.raises(LostTurnError):
            await database.write(insert(2))


_END_SESSIONS_WITH_LOCKS = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"


async def test_the_server_ends_a_session_that_falls_silent(
    engine: PostgresEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "_SILENT_SECONDS", 0.2)
    monkeypatch.setattr(turns, "_PROBE_SECONDS", 600.0)
    async with engine.turn(ONE, lambda _: None) as turn:
        await asyncio.wait_for(turn.lost.wait(), PATIENCE_SECONDS)


async def test_a_process_that_asks_the_server_keeps_its_right(
    engine: PostgresEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "_SILENT_SECONDS", 2.0)
    monkeypatch.setattr(turns, "_PROBE_SECONDS", 0.8)  # also how long an answer may take
    async with engine.turn(ONE, lambda _: None) as turn:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(turn.lost.wait(), 3)
        await turn.confirm()


async def test_a_process_whose_session_is_cut_off_is_not_sure_though_the_server_still_keeps_its_lock(
    engine: PostgresEngine, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server ends the session soon, and another process takes over: nothing may be sent by then."""
    monkeypatch.setattr(turns, "_PROBE_SECONDS", 1.5)  # also how long the server may take to answer
    monkeypatch.setattr(turns, "_SURE_SECONDS", 2.0)
    async with proxy_to(server.port) as proxy:
        through = re.sub(r":\d+/", f":{proxy.port}/", url(server))
        cut_off = PostgresEngine(SecretStr(through), engine.folder)
        async with cut_off.turn(ONE, lambda _: None) as turn:
            await turn.confirm()
            proxy.cut_present()
            await asyncio.sleep(2.1)  # longer than it is sure after an answer
            with pytest.raises(LostTurnError):
                await turn.confirm()
            assert not turn.lost.is_set()


async def test_what_waits_for_a_server_that_is_cut_off_fails_as_soon_as_the_right_is_lost(
    engine: PostgresEngine, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "_PROBE_SECONDS", 0.1)
    async with proxy_to(server.port) as proxy:
        through = re.sub(r":\d+/", f":{proxy.port}/", url(server))
        cut_off = PostgresEngine(SecretStr(through), engine.folder)
        async with cut_off.turn(ONE, lambda _: None) as turn, turn.connection() as connection:
            proxy.cut_present()
            waiting = asyncio.create_task(connection.execute("SELECT 1"))
            await execute(server, _END_SESSIONS_WITH_LOCKS)
            done, _ = await asyncio.wait({waiting}, timeout=PATIENCE_SECONDS)
            assert done
            assert turn.lost.is_set()
            assert waiting.exception()


async def test_a_long_statement_leaves_the_process_sure(
    engine: PostgresEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "_PROBE_SECONDS", 1.0)  # also how long the server may take to answer
    monkeypatch.setattr(turns, "_SURE_SECONDS", 1.3)
    async with engine.turn(ONE, lambda _: None) as turn, turn.connection() as connection:
        running = asyncio.create_task(connection.execute("SELECT pg_sleep(3.5)"))
        await asyncio.sleep(1.8)
        await turn.confirm()
        await running


@pytest.mark.parametrize("mode", ["transaction", "statement"])
async def test_a_pooler_that_shares_sessions_is_refused(mode: str, server: Server, tmp_path: Path) -> None:
    with postgres.running_pooler(server.port, mode) as through:
        for _ in range(3):
            pooled = PostgresEngine(SecretStr(through), tmp_path)
            with pytest.raises(ConfigurationError, match="pooler that shares sessions"):
                await hold(pooled, Waiting())
        for command in (PostgresEngine.inspect, PostgresEngine.migrate):
            with pytest.raises(ConfigurationError, match="pooler that shares sessions"):
                await command(PostgresEngine(SecretStr(through), tmp_path))


async def test_a_pooler_that_shares_nothing_can_be_used(server: Server, tmp_path: Path) -> None:
    with postgres.running_pooler(server.port, "session") as through:
        pooled = PostgresEngine(SecretStr(through), tmp_path)
        async with pooled.turn(ONE, lambda _: None) as turn:
            await turn.confirm()
