"""Commits on PostgreSQL reach the subscribers of other processes, where this process has none."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from pydantic import SecretStr

from bot.scheduling import due_queue
from bot.scheduling.due_queue import topic_of
from bot.storage.database import Database
from bot.storage.postgres.engine import PostgresEngine
from tests.postgres import Server
from tests.services.worker_actions import until
from tests.storage.manual_clock import MONDAY_NOON
from tests.storage.own_server import engine, server, serving, url
from tests.storage.test_database import OwnError
from tests.storage.test_notifications import write_and_notify
from tests.storage.test_shared_queue import HALVES, IN_FIRST, IN_SECOND, Process, add, claim, pair
from tests.storage.units import PATIENCE_SECONDS, note

__all__ = ["engine", "pair", "server"]


class Heard:
    """The topics of which a database told, in their order."""

    def __init__(self, database: Database, *topics: str) -> None:
        self.topics: list[str] = []
        for topic in topics:
            database.subscribe(topic, lambda topic=topic: self.topics.append(topic))  # type: ignore[misc] # mypy knows no default of a lambda

    async def until(self, *topics: str) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await until(lambda: self.topics == list(topics))


async def test_a_row_that_is_made_due_in_servers_of_another_process_wakes_that_process(
    pair: tuple[Process, Process],
) -> None:
    first, second = pair
    running = asyncio.create_task(second.services.worker.run())
    async with asyncio.timeout(PATIENCE_SECONDS):
        await second.clock.asleep.wait()
        await add(first.database, 1, IN_SECOND)
        await until(lambda: second.acted_on == [1])
    running.cancel()


async def test_a_command_beside_the_bot_wakes_it(
    engine: PostgresEngine, server: Server, tmp_path: Path
) -> None:
    async with serving(engine) as (_, database):
        heard = Heard(database, topic_of(0))
        beside = await PostgresEngine(SecretStr(url(server)), tmp_path).open_beside()
        await add(beside, 1, IN_FIRST)
        await beside.close()
        await heard.until(topic_of(0))


@pytest.fixture
async def told(server: Server, pair: tuple[Process, Process]) -> AsyncIterator[list[str]]:
    """Return what is sent to other processes."""
    assert pair
    found: list[str] = []
    connection = await asyncpg.connect(url(server))
    await connection.add_listener("alongside", lambda *given: found.append(str(given[-1])))
    yield found
    await connection.close()


async def test_only_what_concerns_other_processes_is_sent_to_them(
    pair: tuple[Process, Process], told: list[str]
) -> None:
    first, second = pair
    heard = Heard(second.database, "cards", "last"), Heard(first.database, "cards")
    await add(first.database, 1, IN_FIRST)
    await first.database.write(write_and_notify(1, "cards"))
    with pytest.raises(OwnError):
        await first.database.write(write_and_notify(2, topic_of(1), fails=True))
    await note(first.database, 3)
    await first.database.write(write_and_notify(4, "last"))
    await heard[0].until("last")
    assert heard[1].topics == ["cards"]
    async with asyncio.timeout(PATIENCE_SECONDS):
        await until(lambda: told)
    assert told == ["last"]


async def test_rows_that_are_due_again_tell_their_process(
    pair: tuple[Process, Process], told: list[str]
) -> None:
    first, second = pair
    await add(second.database, 1, IN_SECOND)
    due = due_queue.Due(due_queue.DueKind.CHECKIN, 1, MONDAY_NOON)
    await first.database.write(lambda each: due_queue.resume_in_guild(each, IN_SECOND))  # nothing is parked
    assert await claim(second.database, 1) == [1]
    await second.database.write(lambda each: due_queue.park(each, due, MONDAY_NOON.replace(hour=20)))
    await first.database.write(lambda each: due_queue.resume_in_guild(each, IN_SECOND))
    await first.database.write(write_and_notify(4, "last"))
    async with asyncio.timeout(PATIENCE_SECONDS):
        await until(lambda: told and told[-1] == "last")
    assert told == [topic_of(1), "last"]
    assert HALVES.range_of(IN_SECOND) == 1
