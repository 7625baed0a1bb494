"""Due actions in whose middle a process loses its turn, and units that conflict again and again."""

import asyncio
import logging
from pathlib import Path

import asyncpg
import pytest
from pydantic import SecretStr

from bot.errors import LostTurnError
from bot.scheduling.due_queue import Due, DueKind
from bot.storage.database import Statements
from bot.storage.postgres import database as databases
from bot.storage.postgres.engine import PostgresEngine
from tests.postgres import Server
from tests.services.worker_actions import until
from tests.storage.own_server import engine, execute, server, serving, url
from tests.storage.test_shared_queue import IN_FIRST, add, process
from tests.storage.units import PATIENCE_SECONDS, insert, saved

__all__ = ["engine", "server"]

_ACTIONS = 18
_END_SESSIONS_WITH_LOCKS = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"


async def refused_request() -> None:
    """Raise what a request to Discord raises that is not made any more."""
    try:
        raise LostTurnError  # noqa: TRY301 - as it reaches aiohttp
    except LostTurnError as error:
        raise ConnectionError from error


@pytest.mark.parametrize("interrupted", ["between", "writing", "requesting"])
async def test_actions_that_a_lost_turn_interrupts_are_done_at_once_by_the_next_process(
    engine: PostgresEngine,
    server: Server,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    interrupted: str,
) -> None:
    """Nothing is logged as an error: another process does what the actions left undone."""
    begun, ended, go_on = list[int](), list[int](), asyncio.Event()

    async def write_slowly(statements: Statements) -> None:
        while not go_on.is_set():
            await statements.run("read_any_row")

    async with process(engine) as first:

        async def act(due: Due) -> None:
            begun.append(due.subject_id)
            try:
                if interrupted == "writing":
                    await first.database.write(write_slowly)
                await go_on.wait()
                if interrupted == "requesting":
                    await refused_request()
                await first.act(due)
            finally:
                ended.append(due.subject_id)

        first.services.worker.on(DueKind.CHECKIN, act)
        for number in range(_ACTIONS):
            await add(first.database, number, IN_FIRST)
        running = asyncio.create_task(first.services.worker.run())
        async with asyncio.timeout(PATIENCE_SECONDS):
            await until(lambda: len(begun) == _ACTIONS)
            await execute(server, _END_SESSIONS_WITH_LOCKS)
            go_on.set()
            await until(lambda: len(ended) == _ACTIONS)
        running.cancel()
    assert [each for each in caplog.records if each.levelno >= logging.ERROR] == []

    async with process(PostgresEngine(SecretStr(url(server)), tmp_path)) as second:
        running = asyncio.create_task(second.services.worker.run())
        async with asyncio.timeout(PATIENCE_SECONDS):
            await until(lambda: len(second.acted_on) == _ACTIONS)
        running.cancel()
    assert sorted(second.acted_on) == list(range(_ACTIONS))


async def test_what_fails_since_the_turn_is_lost_says_so(engine: PostgresEngine, server: Server) -> None:
    async with serving(engine) as (turn, database):
        await execute(server, _END_SESSIONS_WITH_LOCKS)
        await asyncio.wait_for(turn.lost.wait(), PATIENCE_SECONDS)
        with pytest.raises(LostTurnError):
            await database.write(insert(1))
        with pytest.raises(LostTurnError):
            await saved(database)
        with pytest.raises(LostTurnError):
            await database.write_apart(lambda statements, _: statements.run("read_any_row"))


async def test_a_unit_that_conflicts_again_and_again_fails_alone(
    engine: PostgresEngine, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others that came at the same moment, and would have shared its commit, are saved."""
    monkeypatch.setattr(databases, "_LONGEST_PAUSE_SECONDS", 0.0)
    begun, changed = asyncio.Event(), asyncio.Event()

    async def write_number(statements: Statements) -> None:
        value = int(await statements.value("get_deployment", name="number") or 0)
        await statements.run("set_deployment", name="number", value=str(value + 1))

    async def conflict(statements: Statements) -> None:
        await statements.value("get_deployment", name="number")
        begun.set()
        while not changed.is_set():
            await statements.run("read_any_row")
        changed.clear()
        await write_number(statements)

    async with serving(engine) as (_, database):
        beside = await PostgresEngine(SecretStr(url(server)), engine.folder).open_beside()

        async def interfere() -> None:
            while True:
                await begun.wait()
                begun.clear()
                await beside.write(write_number)
                changed.set()

        interfering = asyncio.create_task(interfere())
        works = [insert(1), insert(2), conflict, insert(3)]
        outcomes = await asyncio.gather(*map(database.write, works), return_exceptions=True)
        interfering.cancel()
        await beside.close()
        assert isinstance(outcomes[2], asyncpg.SerializationError)
        assert [outcomes[0], outcomes[1], outcomes[3]] == [1, 2, 3]
        assert await saved(database) == [1, 2, 3]
