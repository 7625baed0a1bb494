"""The world that each story begins in."""

import logging
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.stories.calls import is_calm, known
from tests.world import World, open_world

__all__ = ["empty_world", "is_calm", "known", "world"]


@pytest.fixture
async def empty_world(
    tmp_path: Path, new_database: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[World]:
    """Return a server without a room. The log may contain errors only if a story says so."""
    shutil.copy(new_database, tmp_path / "alongside.db")
    async with open_world(tmp_path, monkeypatch) as world:
        yield world
        loud = [each for each in caplog.get_records("call") if each.levelno >= logging.ERROR]
        assert world.expects_errors or not loud, [each.getMessage() for each in loud]


@pytest.fixture
async def world(empty_world: World) -> World:
    """Return a server with one room, Library, of eight seats."""
    await empty_world.add_room()
    empty_world.spent()
    return empty_world
