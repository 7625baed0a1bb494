"""The fixtures of the service tests: both engines, the real wiring, and a manual clock."""

from collections.abc import AsyncIterator

import pytest

from bot.storage.database import Database
from tests.storage.conftest import clock, connections, executed_commands, made, path, services
from tests.storage.conftest import database as sqlite_database
from tests.storage.engines import SQLITE_ONLY, new_postgres_database, postgres_server

__all__ = [
    "clock",
    "connections",
    "executed_commands",
    "made",
    "path",
    "postgres_server",
    "services",
    "sqlite_database",
]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test that asks for a database on both engines, unless it looks into SQLite's file."""
    if "engine" not in metafunc.fixturenames:
        return
    engines = ["sqlite"] if SQLITE_ONLY & set(metafunc.fixturenames) else ["sqlite", "postgres"]
    metafunc.parametrize("engine", engines)


@pytest.fixture
async def postgres_database(
    postgres_server: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Database]:
    """Return a new database in PostgreSQL."""
    async with new_postgres_database(postgres_server, tmp_path_factory.mktemp("postgres")) as opened:
        yield opened


@pytest.fixture
def database(engine: str, request: pytest.FixtureRequest) -> Database:
    """Return a new database on the engine."""
    found: Database = request.getfixturevalue(f"{engine}_database")
    return found
