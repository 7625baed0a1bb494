"""Copy a deployment from a SQLite file into an empty database in PostgreSQL, and compare every row."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from asyncpg.transaction import Transaction

from bot.errors import UnfitDatabaseError
from bot.storage.postgres.migration import migrate
from bot.storage.record import Stored
from bot.storage.schema import MIGRATIONS

_ROWS_AT_ONCE = 2000
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid"
_IDENTITY = """
SELECT column_name FROM information_schema.columns
WHERE table_schema = current_schema() AND table_name = $1 AND is_identity = 'YES'
"""


@dataclass(frozen=True, slots=True)
class _Table:
    name: str
    columns: tuple[str, ...]
    keys: tuple[tuple[str, bool], ...]  # the columns of its key, and whether each holds text

    @property
    def order(self) -> str:
        """The order of its rows in SQLite."""
        return ", ".join(name for name, _ in self.keys)

    @property
    def postgres_order(self) -> str:
        """The same order in PostgreSQL."""
        return ", ".join(f'{name} COLLATE "C"' if is_text else name for name, is_text in self.keys)


async def copy_deployment(source: Path, connection: "asyncpg.Connection[asyncpg.Record]") -> int:
    """Copy every row of the file at `source` in one transaction; return how many there were.

    The database of `connection` is empty, and the caller makes sure that nobody uses either. Raises
    UnfitDatabaseError if the copy differs from the file: then nothing is saved.
    """
    transaction: Transaction = connection.transaction()
    async with transaction:
        await migrate(connection, MIGRATIONS)
        await connection.execute("DELETE FROM deployment")  # the file has the note that this just made
        with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as file:
            tables = [_describe(file, name) for (name,) in file.execute(_TABLES).fetchall()]
            for table in tables:
                await _copy(file, table, connection)
            return sum([await _compare(file, table, connection) for table in tables])


def _describe(file: sqlite3.Connection, name: str) -> _Table:
    columns = file.execute(f"PRAGMA table_info({name})").fetchall()
    keys = sorted((each for each in columns if each[5]), key=lambda each: int(each[5]))
    return _Table(
        name,
        tuple(str(each[1]) for each in columns),
        tuple((str(each[1]), each[2] == "TEXT") for each in keys),
    )


async def _copy(
    file: sqlite3.Connection, table: _Table, connection: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    """Copy the rows of a table without running its triggers, and go on with its numbers."""
    await connection.execute(f"ALTER TABLE {table.name} DISABLE TRIGGER USER")
    await connection.copy_records_to_table(
        table.name, records=_rows(file, table), columns=list(table.columns), timeout=None
    )
    await connection.execute(f"ALTER TABLE {table.name} ENABLE TRIGGER USER")
    column = await connection.fetchval(_IDENTITY, table.name)
    used = file.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table.name,)).fetchone()
    if column is not None:
        newest = file.execute(f"SELECT MAX({column}) FROM {table.name}").fetchone()[0] or 0  # noqa: S608 - names of the schema
        number = max(int(newest), int(used[0]) if used else 0)
        await connection.execute(
            "SELECT setval(pg_get_serial_sequence($1, $2), $3, $4)",
            table.name, column, max(number, 1), number > 0,
        )  # fmt: skip


async def _compare(
    file: sqlite3.Connection, table: _Table, connection: "asyncpg.Connection[asyncpg.Record]"
) -> int:
    """Compare every row of a table; return how many there are. Raises UnfitDatabaseError if one differs."""
    query = f"SELECT {', '.join(table.columns)} FROM {table.name} ORDER BY {table.postgres_order}"  # noqa: S608 - the same
    here, count = _rows(file, table), 0
    async for row in connection.cursor(query, prefetch=_ROWS_AT_ONCE):
        if next(here, None) != tuple(row.values()):
            raise UnfitDatabaseError(f"a row of {table.name} differs from its copy; nothing was saved")
        count += 1
    if next(here, None) is not None:
        raise UnfitDatabaseError(f"rows of {table.name} are missing in the copy; nothing was saved")
    return count


def _rows(file: sqlite3.Connection, table: _Table) -> Iterator[tuple[Stored, ...]]:
    query = f"SELECT {', '.join(table.columns)} FROM {table.name} ORDER BY {table.order}"  # noqa: S608 - the same
    yield from file.execute(query)
