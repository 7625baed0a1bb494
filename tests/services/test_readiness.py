"""What /readyz says, and what it costs."""

import sqlite3
from collections.abc import AsyncIterator
from datetime import datetime
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from bot.observability import health
from bot.observability.health import Health
from bot.observability.metrics import Metrics
from bot.scheduling import sending
from bot.scheduling.checked_clock import CheckedClock
from bot.shards import ALL_SERVERS
from bot.storage.sqlite.database import SqliteDatabase
from bot.storage.sqlite.unit import ThreadConnection
from tests.process.launching import free_port
from tests.storage.manual_clock import ManualClock
from tests.storage.scratch import query

UNWRITABLE = "not ready: the database cannot be written\n"


class Connected:
    """A connection to Discord that is open."""

    latency = 0.1

    def is_connected(self) -> bool:
        """Return True."""
        return True


class Readiness:
    """Asks /readyz of a process that is connected."""

    def __init__(self, port: int) -> None:
        self._address = f"http://127.0.0.1:{port}/readyz"

    async def ask(self) -> str:
        """Return what it says."""
        async with aiohttp.ClientSession() as session, session.get(self._address) as answer:
            assert (answer.status == 200) == (await answer.text()).startswith(("ready", "standing by"))
            return await answer.text()


async def _ask_time() -> datetime | None:
    return None


@pytest.fixture
async def readiness(database: SqliteDatabase, path: Path, clock: ManualClock) -> AsyncIterator[Readiness]:
    """Serve the health endpoints."""
    checked = CheckedClock(clock, _ask_time, lambda: 0.0)
    served = Health(path.parent, Metrics())
    served.connection = Connected()
    port = free_port()
    end = await served.serve("127.0.0.1", port)
    with served.serving(database, checked, ALL_SERVERS):
        yield Readiness(port)
    await end()


def probes(path: Path) -> list[object]:
    """Return what the probes have written."""
    return [row[0] for row in query(path, "SELECT value FROM deployment WHERE name = 'health probe'")]


async def test_a_bot_is_ready_when_its_database_can_be_read_and_written(
    readiness: Readiness, path: Path
) -> None:
    assert await readiness.ask() == "ready\n"
    assert len(probes(path)) == 1


async def test_a_process_that_does_not_serve_says_whether_it_could_take_over(tmp_path: Path) -> None:
    waiting = Health(tmp_path, Metrics())
    port = free_port()
    end = await waiting.serve("127.0.0.1", port)
    readiness = Readiness(port)
    assert await readiness.ask() == "not ready: starting\n"
    waiting.note_waiting(None)
    assert (await readiness.ask()).startswith("standing by: other processes serve")
    waiting.note_waiting("the database server cannot be reached")
    assert await readiness.ask() == "not ready: the database server cannot be reached\n"
    await end()


async def test_nothing_is_written_while_other_writes_succeed(
    readiness: Readiness, database: SqliteDatabase, path: Path
) -> None:
    await database.write(lambda statements: statements.run("set_deployment", name="a note", value="1"))
    for _ in range(5):
        assert await readiness.ask() == "ready\n"
    assert probes(path) == []


async def test_a_database_that_became_read_only_is_noticed_and_tried_again(
    readiness: Readiness, connections: list[ThreadConnection], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_WRITTEN_WITHIN_SECONDS", 0.0)
    assert await readiness.ask() == "ready\n"
    await connections[0].execute_fetchall("PRAGMA query_only = ON")
    assert await readiness.ask() == UNWRITABLE
    await connections[0].execute_fetchall("PRAGMA query_only = OFF")
    assert await readiness.ask() == "ready\n"


async def test_after_a_failed_write_an_earlier_success_counts_for_nothing(
    readiness: Readiness, database: SqliteDatabase, connections: list[ThreadConnection]
) -> None:
    assert await readiness.ask() == "ready\n"
    await connections[0].execute_fetchall("PRAGMA query_only = ON")
    with pytest.raises(sqlite3.OperationalError):
        await database.write(lambda statements: statements.run("set_deployment", name="a note", value="1"))
    assert await readiness.ask() == UNWRITABLE


async def test_a_bot_whose_clock_is_wrong_is_not_ready(readiness: Readiness, clock: ManualClock) -> None:
    clock.move(days=400)
    assert await readiness.ask() == "not ready: this machine's clock seems to be wrong\n"
    clock.move(days=-400)
    assert await readiness.ask() == "ready\n"


async def test_a_bot_whose_sending_an_operator_stopped_is_ready_and_says_so(
    readiness: Readiness, database: SqliteDatabase, clock: ManualClock
) -> None:
    await database.write(partial(sending.stop, now=clock.now()))
    assert await readiness.ask() == "ready, but an operator stopped all sending\n"
    await database.write(sending.start)
    assert await readiness.ask() == "ready\n"
