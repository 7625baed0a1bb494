"""Writes: atomic, committed together, and durable before their callers continue."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from bot.storage.database import Database, Statements
from bot.storage.sqlite.database import SqliteDatabase
from bot.storage.sqlite.unit import ThreadConnection
from bot.storage.statements import statement_texts
from tests.storage.engines import IntegrityErrors, on_sqlite_alone
from tests.storage.scratch import migrations
from tests.storage.units import PATIENCE_SECONDS, Gate, insert, note, numbers, saved, settled

REFUSE_FULL = (
    "CREATE TRIGGER refuse BEFORE INSERT ON guild WHEN NEW.zone = 'full'\n"
    "BEGIN\n  SELECT RAISE(ROLLBACK, 'disk full');\nEND;\n"
)
"""SQLite ends the whole transaction here, savepoints and all, as on a full disk."""


class OwnError(Exception):
    """An error that a unit of work raises itself."""


@asynccontextmanager
async def opened(path: Path, directory: Path) -> AsyncIterator[Database]:
    database = await SqliteDatabase.open(path, directory)
    try:
        yield database
    finally:
        await database.close()


async def known(database: Database, number: int) -> bool:
    """Return whether a row is committed, as a unit that reads sees it."""
    return await database.read(lambda statements: statements.value("get_guild", guild_id=number)) == number


async def test_both_connections_are_set_up(database: Database, connections: list[ThreadConnection]) -> None:
    assert database is not None
    expected = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    for connection, query_only in zip(connections, (0, 1), strict=True):
        for name, value in {**expected, "query_only": query_only}.items():
            rows = list(await connection.execute_fetchall(f"PRAGMA {name}"))
            assert (name, rows[0][0]) == (name, value)


async def test_a_write_is_visible_to_every_reader_afterwards(database: Database) -> None:
    await note(database, 1)
    assert await saved(database) == [1]
    assert await known(database, 1)


async def test_a_unit_that_raises_an_error_changes_nothing_and_its_caller_gets_the_error(
    database: Database,
) -> None:
    async def fail(statements: Statements) -> None:
        await statements.run("set_zone", guild_id=1, zone="UTC")
        raise OwnError

    with pytest.raises(OwnError):
        await database.write(fail)
    assert await saved(database) == []


async def test_a_unit_with_a_failing_statement_changes_nothing(database: Database) -> None:
    async def fail(statements: Statements) -> None:
        await statements.run("set_zone", guild_id=1, zone="UTC")
        await statements.run("set_zone", guild_id=2, zone=None)

    with pytest.raises(IntegrityErrors):
        await database.write(fail)
    assert await saved(database) == []


@on_sqlite_alone  # PostgreSQL refuses what follows: see test_postgres_units
async def test_a_unit_may_catch_the_error_of_a_statement_and_continue(database: Database) -> None:
    async def recover(statements: Statements) -> None:
        with pytest.raises(IntegrityErrors):
            await statements.run("set_zone", guild_id=2, zone=None)
        await statements.run("set_zone", guild_id=1, zone="UTC")

    await database.write(recover)
    assert await saved(database) == [1]


async def test_units_that_raise_errors_are_rolled_back_alone(
    database: Database, path: Path, executed_commands: list[str]
) -> None:
    async def fail(statements: Statements) -> None:
        await statements.run("set_zone", guild_id=99, zone="UTC")
        raise OwnError

    outcomes = await asyncio.gather(
        *(database.write(fail if number % 3 == 0 else insert(number)) for number in range(1, 31)),
        return_exceptions=True,
    )
    assert [isinstance(each, OwnError) for each in outcomes] == [number % 3 == 0 for number in range(1, 31)]
    assert numbers(path) == [number for number in range(1, 31) if number % 3]
    assert executed_commands.count("COMMIT") == 1


async def test_units_that_arrive_together_share_commits(
    database: Database, path: Path, executed_commands: list[str]
) -> None:
    async def acknowledged(number: int) -> None:
        await note(database, number)
        assert number in numbers(path)  # on a separate connection: committed by now

    await asyncio.gather(*(acknowledged(number) for number in range(1, 201)))
    assert numbers(path) == list(range(1, 201))
    assert (
        executed_commands.count("COMMIT") == executed_commands.count("BEGIN IMMEDIATE") == 4
    )  # of at most 64 each


async def test_units_that_arrive_while_others_run_share_the_next_commit(
    database: Database, path: Path, executed_commands: list[str]
) -> None:
    gate = Gate(1)
    first = asyncio.create_task(database.write(gate.work))
    await gate.until_begun()
    others = [asyncio.create_task(note(database, number)) for number in (2, 3, 4)]
    await asyncio.sleep(0)
    gate.let_go()
    await settled([first, *others])
    assert numbers(path) == [1, 2, 3, 4]
    assert executed_commands.count("COMMIT") == 2


async def test_two_units_at_once_do_not_mix(database: Database) -> None:
    """Each reads a number and writes the next one: without order between them, one would be lost."""

    async def add_one(statements: Statements) -> int:
        value = int(await statements.value("get_deployment", name="number") or 0) + 1
        await statements.run("set_deployment", name="number", value=str(value))
        return value

    assert sorted(await asyncio.gather(*(database.write(add_one) for _ in range(20)))) == list(range(1, 21))


async def test_a_unit_alone_is_one_commit(database: Database, executed_commands: list[str]) -> None:
    await note(database, 1)
    assert executed_commands.count("COMMIT") == 1
    assert executed_commands.count("BEGIN IMMEDIATE") == 1


@on_sqlite_alone
async def test_a_unit_sees_its_own_changes_before_others_do(database: Database) -> None:
    gate = Gate(1)

    async def look(statements: Statements) -> object:
        await gate.work(statements)
        return await statements.value("get_guild", guild_id=1)

    writing = asyncio.create_task(database.write(look))
    await gate.until_begun()
    assert not await known(database, 1)
    gate.let_go()
    assert await writing == 1
    assert await known(database, 1)


@on_sqlite_alone
async def test_readers_see_nothing_of_a_unit_before_the_commit_that_holds_it(database: Database) -> None:
    gate = Gate(2)
    first = asyncio.create_task(note(database, 1))
    second = asyncio.create_task(database.write(gate.work))
    await gate.until_begun()
    assert not await known(database, 1)
    assert not first.done()
    gate.let_go()
    await asyncio.gather(first, second)
    assert await known(database, 1)


async def test_a_unit_that_reads_sees_one_snapshot(database: Database, path: Path) -> None:
    async def read_twice(statements: Statements) -> list[object]:
        before = await statements.value("get_guild", guild_id=1)
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute(statement_texts()["set_zone"], {"guild_id": 1, "zone": "UTC"})
        return [before, await statements.value("get_guild", guild_id=1)]

    assert await database.read(read_twice) == [None, None]
    assert await known(database, 1)


async def test_a_unit_that_reads_cannot_write(database: Database) -> None:
    with pytest.raises(Exception, match=r"read-?only"):
        await database.read(insert(1))
    assert await saved(database) == []


async def test_a_commit_that_fails_reaches_every_unit_in_it(tmp_path: Path, path: Path) -> None:
    deferred = "REFERENCES room (room_id) ON DELETE CASCADE"
    steps = migrations(
        tmp_path / "steps", replacing=(deferred, f"{deferred} DEFERRABLE INITIALLY DEFERRED")
    )

    async def break_a_reference(statements: Statements) -> None:
        await statements.run(
            "add_schedule",
            room_id=99,
            weekdays=1,
            local_minute=0,
            zone="UTC",
            minutes=5,
            rounds=1,
            every_weeks=1,
            from_date=None,
            until_date=None,
            week_start=0,
        )

    async with opened(path, steps) as database:
        outcomes = await asyncio.gather(
            note(database, 1),
            database.write(break_a_reference),
            note(database, 2),
            return_exceptions=True,
        )
        assert [type(each) for each in outcomes] == [sqlite3.IntegrityError] * 3
        assert numbers(path) == []
        await note(database, 3)
        assert numbers(path) == [3]


async def test_a_transaction_that_sqlite_ends_reaches_every_unit_in_it(tmp_path: Path, path: Path) -> None:
    async with opened(path, migrations(tmp_path / "steps", REFUSE_FULL)) as database:
        outcomes = await asyncio.gather(
            *(note(database, number, "full" if number == 3 else "UTC") for number in range(1, 6)),
            return_exceptions=True,
        )
        assert [type(each) for each in outcomes] == [sqlite3.IntegrityError] * 5
        assert numbers(path) == []
        await asyncio.wait_for(note(database, 6), PATIENCE_SECONDS)
        assert numbers(path) == [6]


async def test_a_unit_that_catches_the_end_of_its_transaction_cannot_write_outside_of_it(
    tmp_path: Path, path: Path
) -> None:
    async def carry_on(statements: Statements) -> None:
        with pytest.raises(sqlite3.IntegrityError, match="disk full"):
            await statements.run("set_zone", guild_id=1, zone="full")
        await statements.run("set_zone", guild_id=2, zone="UTC")

    async with opened(path, migrations(tmp_path / "steps", REFUSE_FULL)) as database:
        with pytest.raises(sqlite3.IntegrityError, match="disk full"):
            await database.write(carry_on)
        assert numbers(path) == []


async def test_a_database_locked_by_another_program_is_an_error_and_works_again_after(
    database: Database, path: Path, connections: list[ThreadConnection]
) -> None:
    await connections[0].execute_fetchall("PRAGMA busy_timeout = 10")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        await note(database, 1)
    other.close()
    await note(database, 2)
    assert numbers(path) == [2]


async def test_closing_waits_for_units_in_progress_and_those_behind_them(path: Path) -> None:
    database = await SqliteDatabase.open(path)
    gate = Gate(1)
    first = asyncio.create_task(database.write(gate.work))
    await gate.until_begun()
    second = asyncio.create_task(note(database, 2))
    await asyncio.sleep(0)
    closing = asyncio.create_task(database.close())
    await asyncio.sleep(0)
    gate.let_go()
    await settled([first, second, closing])
    assert numbers(path) == [1, 2]


async def test_each_unit_is_observed_once(database: Database) -> None:
    observed: list[tuple[str, bool]] = []
    database.observer = lambda what, seconds: observed.append((what, 0 < seconds < 5))
    await asyncio.gather(note(database, 1), note(database, 2))
    assert await known(database, 1)
    assert observed == [("write", True), ("write", True), ("read", True)]


def test_statements_are_known_by_name() -> None:
    assert "claim_due" in statement_texts()


async def test_a_vacuum_that_nothing_prevents_says_that_it_succeeded(database: Database) -> None:
    assert await database.vacuum()
