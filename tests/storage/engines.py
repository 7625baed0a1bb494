"""Opens a new database on either engine, for tests that run on both."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import asyncpg
import pytest
from pydantic import SecretStr

from bot.storage.postgres.database import PostgresDatabase
from tests import postgres

SQLITE_ONLY = {"path", "made", "connections", "executed_commands"}
"""Fixtures of tests that look into SQLite's file or its connections, and so run on SQLite alone."""

on_sqlite_alone = pytest.mark.usefixtures("connections")
"""Marks a test that stops a unit in the middle, on the thread of SQLite's connection."""

IntegrityErrors = (sqlite3.IntegrityError, asyncpg.IntegrityConstraintViolationError)
"""What the engines raise for a row that the schema does not allow."""

_TEMPLATE = "alongside_template"
_COLUMNS_WITH_NUMBERS = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = current_schema() AND is_identity = 'YES'
"""
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
_numbers = count(1)
_empty_databases: dict[str, list[str]] = {}  # by server; making one takes long


def engines_of(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for a database on both engines, unless it looks into SQLite's file."""
    if "engine_name" in metafunc.fixturenames:
        is_sqlite_only = SQLITE_ONLY & set(metafunc.fixturenames)
        metafunc.parametrize("engine_name", ["sqlite"] if is_sqlite_only else ["sqlite", "postgres"])


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Return the URL of a server with a migrated template; skip where PostgreSQL is not installed."""
    if postgres.programs() is None:
        pytest.skip(postgres.ABSENT)
    with postgres.running_server() as url:
        with ThreadPoolExecutor(1) as thread:  # a test's event loop may be running in this one
            thread.submit(asyncio.run, _make_template(url)).result()
        yield url


@asynccontextmanager
async def new_postgres_database(
    server: str, folder: Path, soon_seconds: float = 2.0
) -> AsyncIterator[PostgresDatabase]:
    """Open an empty database on a server; its erasure log is in `folder`."""
    known = _empty_databases.setdefault(server, [])
    name = known.pop() if known else await _make_database(server)
    url, erasures = _url(server, name), folder / "alongside.db"
    opened = await PostgresDatabase.open(url, erasures, soon_seconds=soon_seconds)
    try:
        yield opened
    finally:
        await opened.close()
        await _empty(url.get_secret_value())
        known.append(name)


async def _make_template(server: str) -> None:
    await _run(server, f"CREATE DATABASE {_TEMPLATE}")
    folder = Path("unused")
    await (await PostgresDatabase.open(_url(server, _TEMPLATE), folder)).close()


async def _make_database(server: str) -> str:
    name = f"alongside_{next(_numbers)}"
    await _run(server, f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE} STRATEGY FILE_COPY")
    return name


async def _empty(url: str) -> None:
    """Delete all rows, and begin all numbers again, without triggers and references between tables."""
    connection = await asyncpg.connect(url)
    try:
        numbers = await connection.fetch(_COLUMNS_WITH_NUMBERS)
        tables = [row[0] for row in await connection.fetch(_TABLES) if row[0] != "schema_version"]
        commands = [f"DELETE FROM {table}" for table in tables]  # noqa: S608 - names of the schema
        commands += [
            f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), 1, false)"
            for table, column in numbers
        ]
        await connection.execute("; ".join(["SET session_replication_role = replica", *commands]))
    finally:
        await connection.close()


def _url(server: str, name: str) -> SecretStr:
    return SecretStr(server.rsplit("/", 1)[0] + f"/{name}")


async def _run(server: str, command: str) -> None:
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(command)
    finally:
        await connection.close()
