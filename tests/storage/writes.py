"""Small writes that tests of the database are made of."""

import asyncio
from pathlib import Path

from bot.storage.database import Database
from tests.storage.scratch import query


async def note(database: Database, number: int, zone: str = "UTC") -> None:
    """Write one row that carries `number`."""
    async with database.legacy_write() as tx:
        await tx.run("set_zone", guild_id=number, zone=zone)


def numbers(path: Path) -> list[int]:
    """Return the numbers that are committed, read on a connection of its own."""
    return [int(str(row[0])) for row in query(path, "SELECT guild_id FROM guild ORDER BY guild_id")]


async def settled(tasks: list[asyncio.Task[None]]) -> list[asyncio.Task[None]]:
    """Return the tasks once all are done; none may hang."""
    await asyncio.wait(tasks, timeout=5)
    assert all(task.done() for task in tasks)
    return tasks
