"""Real files, the real wiring, and a clock that stands still."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import aiosqlite
import pytest
from hypothesis import settings

from bot.app.compose import wire
from bot.services import Services
from bot.storage.database import Database
from tests.storage.manual_clock import ManualClock

settings.register_profile("steady", derandomize=True, deadline=None, database=None)
settings.load_profile("steady")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "alongside.db"


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[aiosqlite.Connection]:
    """Return a list that the connections are added to as they are opened: first the writer."""
    opened: list[aiosqlite.Connection] = []
    connect = aiosqlite.connect

    def note(path: Path, *, isolation_level: None) -> aiosqlite.Connection:
        connection = connect(path, isolation_level=isolation_level)
        opened.append(connection)
        return connection

    monkeypatch.setattr(aiosqlite, "connect", note)
    return opened


@pytest.fixture
def made(path: Path, new_database: Path) -> Path:
    """Return where a new database is."""
    shutil.copy(new_database, path)
    return path


@pytest.fixture
async def database(made: Path, connections: list[aiosqlite.Connection]) -> AsyncIterator[Database]:
    opened = await Database.open(made)
    assert len(connections) == 2
    yield opened
    await opened.close()


@pytest.fixture
async def said(database: Database, connections: list[aiosqlite.Connection]) -> list[str]:
    """Return a list of every command that the writing connection carries out."""
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
