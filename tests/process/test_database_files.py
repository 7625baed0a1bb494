"""The database's files while the bot runs: gone, replaced, locked or full."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sqlite3

import aiohttp
import pytest

from tests.process.bot_process import BotProcess
from tests.process.launching import free_port

UNWRITABLE = "not ready: the database cannot be written\n"


@pytest.fixture
async def watched(unstarted_process: BotProcess) -> BotProcess:
    """Return a connected process with health endpoints, which writes at each question."""
    process = unstarted_process
    process.settings |= {"HEALTH_PORT": str(free_port())}
    await process.launch(code=_RUN_AND_ALWAYS_PROBE)
    await process.box.until_ready()
    await process.settle()
    return process


_RUN_AND_ALWAYS_PROBE = """
from bot.cli import main
from bot.observability import health

health._WRITTEN_WITHIN_SECONDS = 0
main(["run"])
"""


async def ready(process: BotProcess) -> str:
    """Return what /readyz says."""
    address = f"http://127.0.0.1:{process.settings['HEALTH_PORT']}/readyz"
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        return await answer.text()


@pytest.mark.parametrize("harm", ["delete", "replace", "empty"])
async def test_a_lost_or_emptied_database_ends_the_bot_before_it_says_that_anything_is_saved(
    process: BotProcess, harm: str
) -> None:
    await process.add_room()
    await process.settle()
    copy = process.folder / "copy"
    shutil.copy(process.database, copy)
    if harm == "empty":
        process.database.write_bytes(b"")
    else:
        process.database.unlink()
    if harm == "replace":
        copy.rename(process.database)
    reply = await process.person("Ada").run("sit", channel="general", minutes=10)
    assert await process.ended() == 3
    assert "a file of the database was deleted, moved, replaced or overwritten" in process.log[-1]
    assert "You have a seat" not in reply.text
    assert process.database.exists() == (harm != "delete")


async def test_readiness_ends_when_the_database_is_gone(watched: BotProcess) -> None:
    assert await ready(watched) == "ready\n"
    watched.database.unlink()
    assert await ready(watched) != "ready\n"
    assert await watched.ended() == 3


async def test_readiness_covers_a_database_that_another_program_locks(watched: BotProcess) -> None:
    assert await ready(watched) == "ready\n"
    with contextlib.closing(sqlite3.connect(watched.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for _ in range(4):  # two seconds each, so that SQLite waits for the lock in vain
            assert await ready(watched) == UNWRITABLE
        other.execute("ROLLBACK")
    async with asyncio.timeout(40):
        while await ready(watched) != "ready\n":
            pass
    assert not [line for line in watched.log if "never retrieved" in line]
    assert await watched.stop() == 0


async def test_readiness_covers_a_file_that_cannot_grow(watched: BotProcess) -> None:
    watched.fill_disk()
    assert await ready(watched) == UNWRITABLE
    watched.empty_disk()
    assert await ready(watched) == "ready\n"
    assert await watched.stop() == 0
