"""Read the rows of a database's file while the bot may be running."""

from collections.abc import Collection
from pathlib import Path

import aiosqlite


async def count(path: Path) -> dict[str, int]:
    """Return how many rows each table has."""
    return {name: len(rows) for name, rows in (await dump(path)).items()}


async def dump(path: Path, besides: Collection[int] = ()) -> dict[str, list[str]]:
    """Return every row of each table, except rows that contain any of the ids in `besides`."""
    known = {str(each) for each in besides}
    async with aiosqlite.connect(path) as connection:
        found = await connection.execute_fetchall(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        )
        dump = {}
        for (name,) in found:
            query = f'SELECT * FROM "{name}"'  # noqa: S608 - the names are the schema's own
            rows = await connection.execute_fetchall(query)
            dump[str(name)] = sorted(repr(tuple(row)) for row in rows if known.isdisjoint(map(str, row)))
    return dump
