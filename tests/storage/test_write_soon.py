"""Writes without a waiting caller: they share the next commit, or get one within a few seconds."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage.database import Database, Statements
from bot.storage.sqlite.database import SqliteDatabase
from tests.storage.test_database import OwnError
from tests.storage.units import PATIENCE_SECONDS, Gate, insert, note, numbers, saved

SOON_SECONDS = 1.0


@pytest.fixture
async def prompt_database(made: Path) -> AsyncIterator[Database]:
    """Return a database that commits such writes after at most a second."""
    database = await SqliteDatabase.open(made, soon_seconds=SOON_SECONDS)
    yield database
    await database.close()


async def committed(path: Path, *expected: int) -> None:
    """Return once exactly these numbers are committed. Raises TimeoutError after some seconds."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while numbers(path) != list(expected):
            await asyncio.to_thread(time.sleep, 0.01)


async def test_a_write_without_a_caller_joins_the_next_write(
    database: Database, path: Path, executed_commands: list[str]
) -> None:
    database.write_soon(insert(1))
    database.write_soon(insert(2))
    await asyncio.sleep(0.05)
    assert numbers(path) == []
    await note(database, 3)
    assert numbers(path) == [1, 2, 3]
    assert executed_commands.count("COMMIT") == 1


async def test_units_run_in_the_order_they_were_given(database: Database) -> None:
    order: list[int] = []

    def mark(number: int) -> None:
        async def work(_: Statements) -> None:
            order.append(number)

        database.write_soon(work)

    mark(1)
    mark(2)
    await note(database, 3)
    mark(3)
    await note(database, 4)
    assert order == [1, 2, 3]


async def test_a_write_without_a_caller_is_soon_committed_alone(
    prompt_database: Database, path: Path
) -> None:
    prompt_database.write_soon(insert(1))
    await asyncio.sleep(SOON_SECONDS / 20)
    prompt_database.write_soon(insert(2))
    assert numbers(path) == []
    await committed(path, 1, 2)
    prompt_database.write_soon(insert(3))
    await committed(path, 1, 2, 3)


async def test_a_unit_given_while_others_are_committed_waits_for_the_next_commit(
    prompt_database: Database, path: Path
) -> None:
    gate = Gate(1)
    first = asyncio.create_task(prompt_database.write(gate.work))
    await gate.until_begun()
    prompt_database.write_soon(insert(2))
    gate.let_go()
    await first
    assert numbers(path) == [1]
    await committed(path, 1, 2)


async def test_many_waiting_units_are_committed_early(made: Path) -> None:
    database = await SqliteDatabase.open(made, soon_seconds=600)
    for number in range(1, 65):
        database.write_soon(insert(number))
    await committed(made, *range(1, 65))
    await database.close()


async def test_closing_commits_waiting_units(path: Path) -> None:
    database = await SqliteDatabase.open(path)
    for number in range(1, 101):
        database.write_soon(insert(number))
    await database.close()
    assert numbers(path) == list(range(1, 101))


async def test_the_error_of_a_waiting_unit_is_logged_and_affects_no_other_write(
    database: Database, log_lines: list[str]
) -> None:
    async def fail(statements: Statements) -> None:
        await statements.run("set_zone", guild_id=1, zone="UTC")
        raise OwnError

    database.write_soon(fail)
    database.write_soon(insert(2))
    await note(database, 3)
    assert await saved(database) == [2, 3]
    assert any("a write that nobody waited for failed, reference" in line for line in log_lines)


async def test_a_waiting_unit_notifies_after_its_commit(database: Database, path: Path) -> None:
    seen: list[list[int]] = []
    database.subscribe("due", lambda: seen.append(numbers(path)))

    async def work(statements: Statements) -> None:
        statements.notify("due")
        await statements.run("set_zone", guild_id=1, zone="UTC")

    database.write_soon(work)
    await note(database, 2)
    assert seen == [[1, 2]]


async def test_a_unit_stays_pending_when_the_write_that_it_would_join_is_cancelled(
    prompt_database: Database, path: Path
) -> None:
    gate = Gate(1)
    first = asyncio.create_task(prompt_database.write(gate.work))
    await gate.until_begun()
    prompt_database.write_soon(insert(2))
    cancelled = asyncio.create_task(note(prompt_database, 3))
    await asyncio.sleep(0)
    cancelled.cancel()
    await asyncio.sleep(0)
    gate.let_go()
    await first
    assert cancelled.cancelled()
    await committed(path, 1, 2)
