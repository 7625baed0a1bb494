"""Each statement gives the same rows and leaves the same tables on PostgreSQL as on SQLite."""

import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from asyncpg.pool import PoolConnectionProxy

from bot.storage.postgres.dialect import number_parameters, numbered_statements
from bot.storage.statements import statement_texts
from tests.storage.engines import new_postgres_database, postgres_server
from tests.storage.statement_meanings import Row
from tests.storage.test_statement_rows import Tables, calls, statement_names, table_of

__all__ = ["postgres_server"]

_ROWS = (8, 30)  # of each table at most
_CALLS = 8  # of each statement, with each number of rows


def test_parameters_are_numbered_in_the_order_of_their_first_use() -> None:
    text = "SELECT 'a:b' || :b, x::text FROM t -- :no\nWHERE c = :a OR d = :b"
    assert number_parameters(text) == (
        "SELECT 'a:b' || $1, x::text FROM t -- :no\nWHERE c = $2 OR d = $1",
        ("b", "a"),
    )


@pytest.fixture
async def connection(
    postgres_server: str, tmp_path: Path
) -> AsyncIterator["PoolConnectionProxy[asyncpg.Record]"]:
    """Return a connection to a new database, without triggers and references between tables."""
    async with (
        new_postgres_database(postgres_server, tmp_path) as database,
        database.connection() as found,
    ):
        await found.execute("SET session_replication_role = replica")
        yield found


async def test_every_statement_does_the_same_on_both_engines(
    connection: "PoolConnectionProxy[asyncpg.Record]",
) -> None:
    found = 0
    for most in _ROWS:
        tables = Tables(most)
        await _copy(tables, connection)
        for name in statement_names():
            for given in islice(calls(name, tables), _CALLS):
                here = _on_sqlite(tables, name, given)
                assert await _on_postgres(connection, tables, name, given) == here, (name, given)
                found += here is not None and here.result.total() > 0
        tables.connection.close()
    assert found > len(statement_names())


@dataclass(frozen=True, slots=True)
class _Effect:
    """What a statement returned, and what its table is afterwards; each row counted."""

    result: Counter[Any]
    table: Counter[Any]


def _on_sqlite(tables: Tables, name: str, given: Row) -> _Effect | None:
    """Run a statement and take it back; return its effect, or None if the schema refuses it."""
    tables.connection.execute("BEGIN")
    try:
        result = [dict(each) for each in tables.connection.execute(statement_texts()[name], given)]
        return _effect(tables, name, result, tables.rows_of(table_of(name)))
    except sqlite3.IntegrityError:
        return None
    finally:
        tables.connection.execute("ROLLBACK")


async def _on_postgres(
    connection: "PoolConnectionProxy[asyncpg.Record]", tables: Tables, name: str, given: Row
) -> _Effect | None:
    statement = numbered_statements()[name]
    transaction = connection.transaction()
    await transaction.start()
    try:
        result = await connection.fetch(statement.text, *(given[each] for each in statement.names))
        table = await connection.fetch(f"SELECT * FROM {table_of(name)}")  # noqa: S608 - a name of the schema
        return _effect(tables, name, [dict(each) for each in result], [dict(each) for each in table])
    except asyncpg.IntegrityConstraintViolationError:
        return None
    finally:
        await transaction.rollback()


def _effect(tables: Tables, name: str, result: list[Row], table: list[Row]) -> _Effect:
    """Return the effect of a statement, without what the engines may choose.

    Each engine may choose the number of a new row, and, if only some rows are wanted in no order, which
    ones.
    """
    text = statement_texts()[name]
    if "LIMIT" in text:
        return _Effect(Counter({"rows": len(result)}), Counter({"rows": len(table)}))
    hidden = tables.own_id(table_of(name)) if "INSERT" in text else ""
    return _Effect(_counted(result, hidden), _counted(table, hidden))


def _counted(rows: list[Row], hidden: str) -> Counter[Any]:
    return Counter(
        tuple(
            sorted(
                (k, v if v is None or isinstance(v, str) else int(v)) for k, v in row.items() if k != hidden
            )
        )
        for row in rows
    )


async def _copy(tables: Tables, connection: "PoolConnectionProxy[asyncpg.Record]") -> None:
    """Put the rows of all tables into the database."""
    for table in tables.names:
        await connection.execute(f"DELETE FROM {table}")  # noqa: S608 - a name of the schema
        rows = [tuple(each.values()) for each in tables.rows_of(table)]
        await connection.copy_records_to_table(table, records=rows)
        if own_id := tables.own_id(table):
            await connection.execute(f"SELECT setval(pg_get_serial_sequence('{table}', '{own_id}'), 1000)")
