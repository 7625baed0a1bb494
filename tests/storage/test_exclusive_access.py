"""Exclusive access to the writing connection, and cancellations while units are rolled back."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from bot.storage.database import Statements
from bot.storage.sqlite.database import SqliteDatabase
from bot.storage.sqlite.unit import ThreadConnection
from tests.storage.scratch import migrations
from tests.storage.test_database import REFUSE_FULL, OwnError
from tests.storage.units import PATIENCE_SECONDS, Gate, insert, note, numbers, settled


async def has_begun(connection: ThreadConnection) -> bool:
    """Let everything that is queued for the thread run; return whether a transaction is open then."""
    for _ in range(3):
        await asyncio.sleep(0)
    return await connection.run_on_thread(lambda thread: thread.in_transaction)


async def test_units_wait_while_a_task_has_the_connection_for_itself(
    sqlite_database: SqliteDatabase, path: Path
) -> None:
    async with sqlite_database.exclusive() as connection:
        writing = [asyncio.create_task(note(sqlite_database, number)) for number in (1, 2)]
        sqlite_database.write_soon(insert(3))
        assert not await has_begun(connection)
        assert numbers(path) == []
        await connection.execute_fetchall("VACUUM")  # fails inside a transaction
    await settled(writing)
    assert numbers(path) == [1, 2, 3]


async def test_exclusive_access_waits_for_the_commit_of_a_unit_that_runs(
    sqlite_database: SqliteDatabase, path: Path
) -> None:
    gate, found = Gate(1), list[tuple[bool, list[int]]]()

    async def look() -> None:
        async with sqlite_database.exclusive() as connection:
            found.append((connection.in_transaction, numbers(path)))

    writing = asyncio.create_task(sqlite_database.write(gate.work))
    await gate.until_begun()
    looking = asyncio.create_task(look())
    await asyncio.sleep(0)
    gate.let_go()
    await settled([writing, looking])
    assert found == [(False, [1])]


async def test_two_tasks_have_the_connection_one_after_the_other(sqlite_database: SqliteDatabase) -> None:
    events: list[str] = []

    async def use(name: str) -> None:
        async with sqlite_database.exclusive() as connection:
            events.append(f"{name} begins")
            await connection.execute_fetchall("BEGIN IMMEDIATE")
            await asyncio.sleep(0)
            await connection.execute_fetchall("COMMIT")
            events.append(f"{name} ends")

    await settled([asyncio.create_task(use(name)) for name in ("one", "two")])
    assert events == ["one begins", "one ends", "two begins", "two ends"]


async def test_a_task_that_fails_with_the_connection_lets_units_go_on(
    sqlite_database: SqliteDatabase, path: Path
) -> None:
    async def fail() -> None:
        async with sqlite_database.exclusive():
            raise OwnError

    with pytest.raises(OwnError):
        await fail()
    await settled([asyncio.create_task(note(sqlite_database, 1))])
    assert numbers(path) == [1]


async def test_a_unit_whose_caller_gives_up_waiting_for_the_connection_does_not_run(
    sqlite_database: SqliteDatabase, path: Path
) -> None:
    async with sqlite_database.exclusive() as connection:
        writing = [asyncio.create_task(note(sqlite_database, number)) for number in (1, 2)]
        assert not await has_begun(connection)
        writing[0].cancel()
        await asyncio.sleep(0)
        assert writing[0].cancelled()
    await settled(writing)
    assert numbers(path) == [2]


async def cancel_at(
    command: str, connection: ThreadConnection, tasks: list[asyncio.Task[None]], who: int
) -> None:
    """Cancel one of the tasks as soon as the connection runs `command`."""
    loop = asyncio.get_running_loop()

    def look(executed: str) -> None:
        if executed == command:
            loop.call_soon_threadsafe(tasks[who].cancel)

    await connection.set_trace_callback(look)


@pytest.mark.parametrize("command", ["ROLLBACK TO unit", "RELEASE unit", "COMMIT"])
@pytest.mark.parametrize("who", [0, 1, 2], ids=["the one before", "the one that failed", "the one behind"])
async def test_a_caller_cancelled_while_a_unit_is_rolled_back_affects_no_other(
    sqlite_database: SqliteDatabase,
    path: Path,
    connections: list[ThreadConnection],
    command: str,
    who: int,
) -> None:
    async def fail(statements: Statements) -> None:
        await statements.run("set_zone", guild_id=99, zone="UTC")
        raise OwnError

    tasks: list[asyncio.Task[None]] = []
    await cancel_at(command, connections[0], tasks, who)
    tasks += [
        asyncio.create_task(note(sqlite_database, 1)),
        asyncio.create_task(sqlite_database.write(fail)),
    ]
    tasks += [asyncio.create_task(note(sqlite_database, 2))]
    await asyncio.wait(tasks, timeout=PATIENCE_SECONDS)
    assert numbers(path) == [1, 2]
    assert not connections[0].in_transaction
    assert [number for number, task in enumerate(tasks) if task.cancelled()] in ([who], [])
    if who != 1:
        assert isinstance(tasks[1].exception(), OwnError)
    await asyncio.wait_for(note(sqlite_database, 3), PATIENCE_SECONDS)
    assert numbers(path) == [1, 2, 3]


@pytest.mark.parametrize("turns", range(0, 12, 2))
async def test_a_caller_cancelled_while_a_whole_commit_is_rolled_back_affects_no_other(
    tmp_path: Path, path: Path, connections: list[ThreadConnection], turns: int
) -> None:
    database = await SqliteDatabase.open(path, migrations(tmp_path / "steps", REFUSE_FULL))
    zones = ("UTC", "full", "UTC")
    tasks = [asyncio.create_task(note(database, number, zone)) for number, zone in enumerate(zones, 1)]
    for _ in range(turns):
        await asyncio.sleep(0)
    tasks[0].cancel()
    await asyncio.wait(tasks, timeout=PATIENCE_SECONDS)
    left = [task for task in tasks if not task.cancelled()]
    assert {type(task.exception()) for task in left} <= {sqlite3.IntegrityError, type(None)}
    assert not connections[0].in_transaction
    await asyncio.wait_for(note(database, 4), PATIENCE_SECONDS)
    assert numbers(path) == [4]
    await database.close()
