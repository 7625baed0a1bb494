"""The world that each story begins in.

Stories in which the engine can matter are marked `both_engines`, and run on PostgreSQL too.
"""

import logging
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.storage.engines import postgres_server
from tests.stories.calls import is_calm, known
from tests.world import World, open_world

__all__ = ["empty_world", "is_calm", "known", "postgres_server", "world"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a story that is marked so on both engines."""
    if metafunc.definition.get_closest_marker("both_engines") and "engine_name" in metafunc.fixturenames:
        metafunc.parametrize("engine_name", ["sqlite", "postgres"])


@pytest.fixture
def engine_name() -> str:
    """Return the engine of a story."""
    return "sqlite"


@pytest.fixture
async def empty_world(
    tmp_path: Path,
    new_database: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    engine_name: str,
    request: pytest.FixtureRequest,
) -> AsyncIterator[World]:
    """Return a server without a room. The log may contain errors only if a story says so."""
    server: str | None = None
    if engine_name == "postgres":
        server = request.getfixturevalue("postgres_server")
    else:
        shutil.copy(new_database, tmp_path / "alongside.db")
    async with open_world(tmp_path, monkeypatch, postgres_server=server) as world:
        yield world
        loud = [each for each in caplog.get_records("call") if each.levelno >= logging.ERROR]
        assert world.expects_errors or not loud, [each.getMessage() for each in loud]


@pytest.fixture
async def world(empty_world: World) -> World:
    """Return a server with one room, Library, of eight seats."""
    await empty_world.add_room()
    empty_world.spent()
    return empty_world
