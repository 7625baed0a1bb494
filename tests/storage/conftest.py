"""Fixtures: a database on either engine, the services as they are wired in the bot, a manual clock."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app.compose import wire
from bot.services import Services
from bot.storage.database import Database
from bot.storage.postgres.database import PostgresDatabase
from bot.storage.sqlite import connection
from bot.storage.sqlite import database as sqlite_module
from bot.storage.sqlite.database import SqliteDatabase
from bot.storage.sqlite.unit import ThreadConnection
from tests.storage.engines import engines_of, new_postgres_database, postgres_server
from tests.storage.manual_clock import ManualClock

__all__ = ["postgres_server"]
pytest_generate_tests = engines_of


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "alongside.db"


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch, new_database: Path) -> list[ThreadConnection]:
    """Return a list of a database's connections, the writing one first; it fills as they open."""
    assert new_database.exists()  # made before: its connections do not count
    opened: list[ThreadConnection] = []
    connect = connection.connect

    async def note(
        path: Path, key: SecretStr | None = None, *, read_only: bool = False
    ) -> ThreadConnection:
        opened.append(await connect(path, key, read_only=read_only))
        return opened[-1]

    monkeypatch.setattr(sqlite_module, "connect", note)
    return opened


@pytest.fixture
def made(path: Path, new_database: Path) -> Path:
    """Return the path of a new database."""
    shutil.copy(new_database, path)
    return path


@pytest.fixture
async def sqlite_database(made: Path, connections: list[ThreadConnection]) -> AsyncIterator[SqliteDatabase]:
    opened = await SqliteDatabase.open(made)
    assert len(connections) == 2
    yield opened
    await opened.close()


@pytest.fixture
async def postgres_database(
    postgres_server: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[PostgresDatabase]:
    async with new_postgres_database(postgres_server, tmp_path_factory.mktemp("postgres")) as opened:
        yield opened


@pytest.fixture
def database(engine_name: str, request: pytest.FixtureRequest) -> Database:
    """Return a new database on the engine."""
    found: Database = request.getfixturevalue(f"{engine_name}_database")
    return found


@pytest.fixture
async def executed_commands(database: Database, connections: list[ThreadConnection]) -> list[str]:
    """Return a list of the commands that the writing connection runs; it fills as they run."""
    assert database is not None
    commands: list[str] = []
    await connections[0].set_trace_callback(commands.append)
    return commands


@pytest.fixture
async def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def services(database: Database, clock: ManualClock) -> Services:
    return wire(database, clock)
