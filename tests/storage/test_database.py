"""Writes: whole or nothing each, sharing commits, durable when acknowledged."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiosqlite
import pytest

from bot.storage.database import Database, statements
from tests.storage.scratch import migrations
from tests.storage.writes import note, numbers, settled


class OwnError(Exception):
    """What goes wrong in the caller's own code."""


@asynccontextmanager
async def opened(path: Path, directory: Path) -> AsyncIterator[Database]:
    database = await Database.open(path, directory)
    try:
        yield database
    finally:
        await database.close()


async def test_both_connections_are_set_up(
    database: Database, connections: list[aiosqlite.Connection]
) -> None:
    assert database is not None
    expected = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    for connection in connections:
        for name, value in expected.items():
            rows = list(await connection.execute_fetchall(f"PRAGMA {name}"))
            assert (name, rows[0][0]) == (name, value)


async def test_what_is_written_is_there_for_everybody_afterwards(database: Database, path: Path) -> None:
    await note(database, 1)
    assert numbers(path) == [1]
    assert await database.legacy_read.value("get_guild", guild_id=1) == 1


async def test_an_error_inside_changes_nothing_and_is_passed_on(database: Database, path: Path) -> None:
    async def fail() -> None:
        async with database.legacy_write() as tx:
            await tx.run("set_zone", guild_id=1, zone="UTC")
            raise OwnError

    with pytest.raises(OwnError):
        await fail()
    assert numbers(path) == []


async def test_an_error_of_the_database_inside_changes_nothing(database: Database, path: Path) -> None:
    async def fail() -> None:
        async with database.legacy_write() as tx:
            await tx.run("set_zone", guild_id=1, zone="UTC")
            await tx.run("set_zone", guild_id=2, zone=None)

    with pytest.raises(sqlite3.IntegrityError):
        await fail()
    assert numbers(path) == []


async def test_one_that_fails_takes_nobody_elses_rows(database: Database, path: Path) -> None:
    async def fail(number: int) -> None:
        async with database.legacy_write() as tx:
            await tx.run("set_zone", guild_id=number, zone="UTC")
            raise OwnError

    outcomes = await asyncio.gather(
        *(fail(number) if number % 3 == 0 else note(database, number) for number in range(1, 31)),
        return_exceptions=True,
    )
    assert [isinstance(each, OwnError) for each in outcomes] == [number % 3 == 0 for number in range(1, 31)]
    assert numbers(path) == [number for number in range(1, 31) if number % 3]


async def test_writes_that_arrive_together_share_commits(
    database: Database, path: Path, said: list[str]
) -> None:
    async def acknowledged(number: int) -> None:
        await note(database, number)
        assert number in numbers(path)  # on a connection of its own: committed by now

    await asyncio.gather(*(acknowledged(number) for number in range(1, 201)))
    assert numbers(path) == list(range(1, 201))
    commits = said.count("COMMIT")
    assert 200 / 64 <= commits <= 10


async def test_a_write_alone_is_one_commit(database: Database, said: list[str]) -> None:
    await note(database, 1)
    assert said.count("COMMIT") == 1
    assert said.count("BEGIN IMMEDIATE") == 1


async def test_reads_see_what_is_committed_and_nothing_else(database: Database) -> None:
    async with database.legacy_write() as tx:
        await tx.run("set_zone", guild_id=1, zone="UTC")
        assert await tx.value("get_guild", guild_id=1) == 1
        assert await database.legacy_read.value("get_guild", guild_id=1) is None
    assert await database.legacy_read.value("get_guild", guild_id=1) == 1


async def test_reads_see_nothing_of_a_write_that_waits_for_its_commit(database: Database) -> None:
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with database.legacy_write() as tx:
            await tx.run("set_zone", guild_id=2, zone="UTC")
            inside.set()
            await go_on.wait()

    first = asyncio.create_task(note(database, 1))
    second = asyncio.create_task(slow())
    await inside.wait()
    assert await database.legacy_read.value("get_guild", guild_id=1) is None
    assert not first.done()
    go_on.set()
    await asyncio.gather(first, second)
    assert await database.legacy_read.value("get_guild", guild_id=1) == 1


async def test_a_commit_that_fails_is_told_to_everybody_in_it(tmp_path: Path, path: Path) -> None:
    deferred = "REFERENCES room (room_id) ON DELETE CASCADE"
    steps = migrations(
        tmp_path / "steps", replacing=(deferred, f"{deferred} DEFERRABLE INITIALLY DEFERRED")
    )

    async def break_a_reference(database: Database) -> None:
        async with database.legacy_write() as tx:
            await tx.run(
                "add_schedule",
                room_id=99,
                weekdays=1,
                local_minute=0,
                zone="UTC",
                minutes=5,
                every_weeks=1,
                from_date=None,
                until_date=None,
            )

    async with opened(path, steps) as database:
        outcomes = await asyncio.gather(
            note(database, 1), break_a_reference(database), note(database, 2), return_exceptions=True
        )
        assert [type(each) for each in outcomes] == [sqlite3.IntegrityError] * 3
        assert numbers(path) == []
        await note(database, 3)
        assert numbers(path) == [3]


async def test_a_transaction_that_the_database_ends_by_itself_is_told_to_everybody_in_it(
    tmp_path: Path, path: Path
) -> None:
    """As on a full disk: SQLite then takes back the whole transaction, savepoints and all."""
    trigger = (
        "CREATE TRIGGER refuse BEFORE INSERT ON guild WHEN NEW.zone = 'full'\n"
        "BEGIN\n  SELECT RAISE(ROLLBACK, 'disk full');\nEND;\n"
    )
    async with opened(path, migrations(tmp_path / "steps", trigger)) as database:
        tasks = [
            asyncio.create_task(note(database, number, "full" if number == 2 else "UTC"))
            for number in (1, 2)
        ]
        await settled(tasks)
        assert all(isinstance(task.exception(), sqlite3.Error) for task in tasks)
        assert numbers(path) == []
        await asyncio.wait_for(note(database, 3), 5)
        assert numbers(path) == [3]


async def test_writers_after_one_that_the_database_ended_are_whole(tmp_path: Path, path: Path) -> None:
    trigger = (
        "CREATE TRIGGER refuse BEFORE INSERT ON guild WHEN NEW.zone = 'full'\n"
        "BEGIN\n  SELECT RAISE(ROLLBACK, 'disk full');\nEND;\n"
    )
    async with opened(path, migrations(tmp_path / "steps", trigger)) as database:
        outcomes = await asyncio.wait_for(
            asyncio.gather(
                *(note(database, number, "full" if number == 3 else "UTC") for number in range(1, 6)),
                return_exceptions=True,
            ),
            5,
        )
        acknowledged = [number for number, each in enumerate(outcomes, start=1) if each is None]
        assert acknowledged == numbers(path) == [4, 5]


async def test_a_database_held_by_another_program_is_an_error_and_works_again_after(
    database: Database, path: Path, connections: list[aiosqlite.Connection]
) -> None:
    await connections[0].execute_fetchall("PRAGMA busy_timeout = 10")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        await note(database, 1)
    other.close()
    await note(database, 2)
    assert numbers(path) == [2]


async def test_closing_waits_for_writes_in_progress(path: Path) -> None:
    database = await Database.open(path)
    inside = asyncio.Event()

    async def slow() -> None:
        async with database.legacy_write() as tx:
            inside.set()
            await tx.run("set_zone", guild_id=1, zone="UTC")
            await asyncio.sleep(0)

    task = asyncio.create_task(slow())
    await inside.wait()
    await database.close()
    await task
    assert numbers(path) == [1]


def test_statements_are_known_by_name() -> None:
    assert "claim_due" in statements()
