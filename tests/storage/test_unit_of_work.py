"""The rules of a unit of work, and what the connection that runs it needs of aiosqlite."""

import asyncio
import inspect
import sqlite3
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiosqlite
import asyncpg
import pytest

from bot.storage.database import Database, Statements, UnitOfWorkError
from bot.storage.sqlite.unit import ThreadConnection
from tests.storage.engines import on_sqlite_alone
from tests.storage.units import insert, note, saved


def never_set() -> Awaitable[object]:
    return asyncio.Event().wait()


OTHER_AWAITABLES: list[Callable[[], Awaitable[object]]] = [
    lambda: asyncio.sleep(0),
    lambda: asyncio.sleep(0.01),
    lambda: asyncio.to_thread(int),
    never_set,
]


def damage_all_but_the_first_page(path: Path) -> None:
    """Overwrite the file as a failing disk might; its first page holds the schema."""
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))


@pytest.mark.parametrize("other", OTHER_AWAITABLES)
async def test_a_unit_that_awaits_something_else_is_an_error_and_is_rolled_back(
    other: Callable[[], Awaitable[object]], database: Database
) -> None:
    ended: list[str] = []

    async def work(statements: Statements) -> None:
        await statements.run("set_zone", guild_id=1, zone="UTC")
        try:
            await other()
        finally:
            ended.append("closed")

    outcomes = await asyncio.gather(
        database.write(work), note(database, 2), database.read(work), return_exceptions=True
    )
    assert isinstance(outcomes[0], UnitOfWorkError)
    assert str(outcomes[0]) == "a unit of work may await nothing but its statements"
    assert await saved(database) == [2]
    assert ended == ["closed"]


@pytest.mark.parametrize("other", OTHER_AWAITABLES)
async def test_a_unit_that_only_reads_and_awaits_something_else_is_an_error(
    other: Callable[[], Awaitable[object]], database: Database
) -> None:
    async def work(statements: Statements) -> None:
        await statements.rows("get_guild", guild_id=1)
        await other()

    with pytest.raises(UnitOfWorkError, match="await nothing but its statements"):
        await database.read(work)
    assert await database.read(lambda statements: statements.rows("get_guild", guild_id=1)) == []


async def test_a_unit_that_resists_being_closed_is_still_an_error(database: Database) -> None:
    async def work(statements: Statements) -> None:
        await statements.run("set_zone", guild_id=1, zone="UTC")
        try:
            await asyncio.sleep(0)
        finally:
            await asyncio.sleep(0)

    with pytest.raises(UnitOfWorkError):
        await database.write(work)
    assert await saved(database) == []


async def test_an_awaitable_that_does_not_have_to_wait_is_no_error(database: Database) -> None:
    """Taking a free lock does not wait, so it cannot go wrong."""
    lock = asyncio.Lock()

    async def work(_: Statements) -> bool:
        return await lock.acquire()

    assert await database.read(work)


@on_sqlite_alone  # whose units run on a thread without an event loop
async def test_a_unit_that_starts_a_task_is_an_error(database: Database) -> None:
    async def work(_: Statements) -> None:
        other = asyncio.sleep(0)
        try:
            asyncio.create_task(other)  # noqa: RUF006 - it is never made
        finally:
            other.close()

    with pytest.raises(UnitOfWorkError):
        await database.write(work)


async def test_statements_cannot_be_used_after_their_unit(database: Database) -> None:
    left: list[Statements] = []

    async def work(statements: Statements) -> None:
        left.append(statements)

    await database.write(work)
    await database.read(work)
    for statements in left:
        with pytest.raises(UnitOfWorkError, match="after its unit of work has ended"):
            await statements.run("set_zone", guild_id=1, zone="UTC")
    assert await saved(database) == []


@on_sqlite_alone
async def test_a_unit_runs_on_the_connections_thread_from_beginning_to_end(database: Database) -> None:
    threads: list[int] = []

    async def work(statements: Statements) -> None:
        threads.append(threading.get_ident())
        await statements.run("set_zone", guild_id=1, zone="UTC")
        threads.append(threading.get_ident())

    await database.write(work)
    assert len(set(threads)) == 1
    assert threads[0] != threading.get_ident()


async def test_a_damaged_file_is_noticed_though_the_unit_catches_the_error(
    database: Database, path: Path
) -> None:
    await note(database, 1)
    await database.truncate_wal()
    damage_all_but_the_first_page(path)

    async def work(statements: Statements) -> None:
        with pytest.raises(sqlite3.DatabaseError):
            await statements.rows("consents_everywhere", member_id=1)

    await database.read(work)
    assert database.damaged.is_set()


async def test_a_connection_runs_a_function_on_its_thread(
    connections: list[ThreadConnection], database: Database
) -> None:
    assert database is not None
    ran_on = await connections[0].run_on_thread(
        lambda connection: (threading.get_ident(), type(connection))
    )
    assert ran_on[0] != threading.get_ident()
    assert ran_on[1] is sqlite3.Connection


def test_aiosqlite_has_what_the_subclass_needs() -> None:
    """If this fails after an upgrade, adapt `ThreadConnection` in `unit.py`.

    It needs `Connection(connector, iter_chunk_size)`, `Connection._execute(function, *arguments)`, which
    runs the function on the thread and returns its result, and `Connection._conn`, the SQLite connection.
    """
    assert list(inspect.signature(aiosqlite.Connection).parameters)[:2] == ["connector", "iter_chunk_size"]
    execute = inspect.getattr_static(aiosqlite.Connection, "_execute")
    assert inspect.iscoroutinefunction(execute)
    assert list(inspect.signature(execute).parameters) == ["self", "fn", "args", "kwargs"]
    assert isinstance(inspect.getattr_static(aiosqlite.Connection, "_conn"), property)


async def test_a_function_on_the_thread_of_a_closed_connection_is_an_error() -> None:
    connection = ThreadConnection(lambda: sqlite3.connect(":memory:"))
    await connection
    await connection.close()
    with pytest.raises(ValueError, match="connection"):
        await connection.run_on_thread(lambda _: None)


async def test_units_after_the_end_are_an_error(database: Database) -> None:
    await database.close()
    with pytest.raises((ValueError, asyncpg.InterfaceError)):
        await database.write(insert(1))
