"""A vacuum that cannot run at once delays no caller, raises no error, and runs later."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock

import pytest

from bot.app.compose import wire
from bot.privacy.consent.model import Purpose
from bot.scheduling.due_queue import Due, DueKind
from bot.services import Services
from bot.storage.database import Database
from bot.storage.sqlite import vacuum
from bot.storage.sqlite.database import SqliteDatabase
from bot.storage.sqlite.unit import ThreadConnection
from tests.rooms import sit
from tests.storage.manual_clock import ManualClock
from tests.storage.members import ANN, BEN, HERE, agree, rooms_in_both
from tests.storage.test_traces import traces
from tests.storage.units import PATIENCE_SECONDS, note


@contextmanager
def another_connection_reads(path: Path) -> Iterator[None]:
    """Hold a snapshot open, as a backup does."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT * FROM consent").fetchall()
        yield
        connection.execute("COMMIT")


@contextmanager
def full_disk(connection: ThreadConnection, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Refuse VACUUM, as SQLite does if there is no room for a second copy of the database."""
    execute = connection.execute_fetchall

    async def refuse(command: str, *values: Any) -> object:
        if command == "VACUUM":
            raise sqlite3.OperationalError("database or disk is full")
        return await execute(command, *values)

    with monkeypatch.context() as patched:
        patched.setattr(connection, "execute_fetchall", refuse)
        yield


async def is_pending(database: Database) -> bool:
    return bool(await database.read(lambda statements: statements.rows("pending_vacuum")))


async def within(seconds: float, holds: Callable[[], Awaitable[bool]]) -> None:
    """Return once `holds` returns True. Raises TimeoutError after `seconds`."""
    async with asyncio.timeout(seconds):
        while not await holds():
            pass


async def test_a_reader_delays_no_write_and_the_log_is_truncated_after_it(
    services: Services, path: Path
) -> None:
    async def is_done() -> bool:
        return await services.consents.of_member(ANN) == []

    async def settled() -> bool:
        return not await is_pending(services.database)

    await agree(services, ANN, HERE, Purpose.WEEKLY_COUNTS)
    await services.database.truncate_wal()
    with another_connection_reads(path):
        erasing = asyncio.create_task(services.erasure.erase_member(ANN, None))
        await within(2, is_done)
        await asyncio.wait_for(note(services.database, 1), 4)
        assert traces(path, ANN) != []
    assert await erasing == 1
    await within(PATIENCE_SECONDS, settled)
    assert traces(path, ANN) == []


async def test_truncating_returns_at_once_beside_a_reader_and_is_done_after_it(
    services: Services, path: Path
) -> None:
    async def is_done() -> bool:
        await asyncio.sleep(0)
        return traces(path, BEN) == []

    here, _ = await rooms_in_both(services)
    sat = await sit(services, here, BEN, 5)
    await services.database.truncate_wal()
    with another_connection_reads(path):
        await asyncio.wait_for(services.sessions.close(sat.card.session.session_id), 4)
        assert traces(path, BEN) != []
    await within(PATIENCE_SECONDS, is_done)


async def test_closing_stops_the_attempts_to_truncate_the_log(path: Path, log_lines: list[str]) -> None:
    database = await SqliteDatabase.open(path)
    await note(database, 1)
    with another_connection_reads(path):
        await note(database, 2)
        await database.truncate_wal()
        assert len(asyncio.all_tasks()) > 1  # it is tried again soon
        await database.close()
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert not any("never retrieved" in line for line in log_lines)


@pytest.mark.parametrize("how", ["erase", "withdraw"])
async def test_a_vacuum_that_a_reader_prevented_is_done_at_the_next_start(
    how: str, path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vacuum, "_PAUSES", (0.0,))
    database = await SqliteDatabase.open(path)
    services = wire(database, clock)
    await agree(services, ANN, HERE, Purpose.WEEKLY_COUNTS)
    with another_connection_reads(path):
        if how == "erase":
            assert await services.erasure.erase_member(ANN, None) == 1
        else:
            ended = await services.consents.turn_off(ANN, HERE, Purpose.WEEKLY_COUNTS)
            assert ended.consent is not None
        assert await is_pending(database)
        await database.close()
    database = await SqliteDatabase.open(path)
    try:
        assert await is_pending(database)
        await wire(database, clock).retention.begin()
        assert not await is_pending(database)
        assert traces(path, ANN) == []
    finally:
        await database.close()


async def test_on_a_full_disk_rows_are_deleted_at_once_and_their_traces_within_a_day(
    services: Services,
    clock: ManualClock,
    path: Path,
    connections: list[ThreadConnection],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for member_id in (ANN, BEN):
        await agree(services, member_id, HERE, Purpose.SHOW_NAME)
    with full_disk(connections[0], monkeypatch):
        assert await services.erasure.erase_member(ANN, None) == 1
        ended = await services.consents.turn_off(BEN, HERE, Purpose.SHOW_NAME)
        assert ended.consent is not None
        await services.retention.act(Due(DueKind.RETENTION, 0, clock.now()))
    assert await services.consents.of_member(ANN) == []
    assert await is_pending(services.database)
    await services.retention.act(Due(DueKind.RETENTION, 0, clock.now()))
    assert not await is_pending(services.database)
    assert traces(path, ANN) == traces(path, BEN) == []


@pytest.mark.parametrize("is_damage", [True, False])
async def test_an_error_of_a_vacuum_counts_as_a_failed_write(
    sqlite_database: SqliteDatabase, monkeypatch: pytest.MonkeyPatch, *, is_damage: bool
) -> None:
    error = sqlite3.DatabaseError("as the test says")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT if is_damage else sqlite3.SQLITE_FULL
    writing = sqlite_database._writing  # noqa: SLF001 - where VACUUM runs
    monkeypatch.setattr(writing, "execute_fetchall", AsyncMock(side_effect=error))
    monkeypatch.setattr(sqlite_database, "wrote_at", 1.0)
    await sqlite_database.vacuum()
    assert sqlite_database.wrote_at is None
    assert sqlite_database.damaged.is_set() is is_damage


async def test_a_deletion_during_a_vacuum_needs_another_one(
    services: Services, path: Path, connections: list[ThreadConnection], monkeypatch: pytest.MonkeyPatch
) -> None:
    execute = connections[0].execute_fetchall

    async def delete_meanwhile(command: str, *values: Any) -> object:
        if command == "VACUUM":
            other = sqlite3.connect(path, isolation_level=None)
            other.execute("UPDATE deployment SET value = '7' WHERE name = 'vacuums requested'")
            other.close()
        return await execute(command, *values)

    await agree(services, ANN, HERE, Purpose.SHOW_NAME)
    with monkeypatch.context() as patched:
        patched.setattr(connections[0], "execute_fetchall", delete_meanwhile)
        await services.erasure.erase_member(ANN, None)
    assert await is_pending(services.database)
    await services.database.run_pending_vacuum()
    assert not await is_pending(services.database)


async def test_a_vacuum_is_noted_once_however_often_the_log_is_truncated_after_it(
    services: Services, executed_commands: list[str]
) -> None:
    await agree(services, ANN, HERE, Purpose.SHOW_NAME)
    await services.erasure.erase_member(ANN, None)
    assert not await is_pending(services.database)
    executed_commands.clear()
    await services.database.truncate_wal()
    await services.database.truncate_wal()
    assert executed_commands.count("COMMIT") == 0


async def test_an_error_that_is_not_of_the_database_says_nothing_about_it(
    sqlite_database: SqliteDatabase,
) -> None:
    await sqlite_database.write(lambda statements: statements.run("request_vacuum"))
    wrote_at = sqlite_database.wrote_at
    sqlite_database.note_sql_error(ValueError())
    assert sqlite_database.wrote_at == wrote_at is not None
