"""Small units of work for tests of the database."""

import asyncio
import threading
from pathlib import Path

from bot.storage.database import Database, Statements, Work
from tests.storage.scratch import query

PATIENCE_SECONDS = 30.0  # only a hang takes longer, also on a busy machine


def insert(number: int, zone: str = "UTC") -> Work[int]:
    """Return a unit that writes one row, which carries `number`."""

    async def work(statements: Statements) -> int:
        await statements.run("set_zone", guild_id=number, zone=zone)
        return number

    return work


async def note(database: Database, number: int, zone: str = "UTC") -> None:
    """Write one row that carries `number`."""
    assert await database.write(insert(number, zone)) == number


async def saved(database: Database) -> list[int]:
    """Return the numbers that are committed, as a unit that reads sees them."""
    rows = await database.read(lambda statements: statements.rows("known_guilds"))
    return sorted(int(row["guild_id"] or 0) for row in rows)


def numbers(path: Path) -> list[int]:
    """Return the numbers that are committed, as another connection reads them."""
    return [int(str(row[0])) for row in query(path, "SELECT guild_id FROM guild ORDER BY guild_id")]


async def settled(tasks: list[asyncio.Task[None]]) -> list[asyncio.Task[None]]:
    """Wait for all tasks, for some seconds at most, and return them."""
    await asyncio.wait(tasks, timeout=PATIENCE_SECONDS)
    assert all(task.done() for task in tasks)
    return tasks


class Gate:
    """A unit of work that holds the connection's thread until the test lets it end."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._begun = threading.Event()
        self._open = threading.Event()

    async def work(self, statements: Statements) -> None:
        """Write a row, then wait. It blocks the thread, and so awaits nothing."""
        await statements.run("set_zone", guild_id=self._number, zone="UTC")
        self.pass_through()

    def pass_through(self) -> None:
        """Signal that the unit runs, and wait on its thread."""
        self._begun.set()
        assert self._open.wait(PATIENCE_SECONDS)

    async def until_begun(self) -> None:
        """Return once the unit runs."""
        assert await asyncio.to_thread(self._begun.wait, PATIENCE_SECONDS)

    def let_go(self) -> None:
        """Let the unit end."""
        self._open.set()
