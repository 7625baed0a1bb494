"""Opens a new database on either engine, for tests that run on both."""

import asyncio
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
_TEMPLATE = "alongside_template"
_numbers = count(1)


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
async def new_postgres_database(server: str, folder: Path) -> AsyncIterator[PostgresDatabase]:
    """Open a new database on a server; its erasure log is in `folder`."""
    name = f"alongside_{next(_numbers)}"
    await _run(server, f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
    opened = await PostgresDatabase.open(_url(server, name), folder / "alongside.db")
    try:
        yield opened
    finally:
        await opened.close()
        await _run(server, f"DROP DATABASE {name} WITH (FORCE)")


async def _make_template(server: str) -> None:
    await _run(server, f"CREATE DATABASE {_TEMPLATE}")
    folder = Path("unused")
    await (await PostgresDatabase.open(_url(server, _TEMPLATE), folder)).close()


def _url(server: str, name: str) -> SecretStr:
    return SecretStr(server.rsplit("/", 1)[0] + f"/{name}")


async def _run(server: str, command: str) -> None:
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(command)
    finally:
        await connection.close()
