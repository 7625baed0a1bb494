"""Read the rows of a database's file while the bot may be running."""

from collections.abc import Collection
from pathlib import Path

import aiosqlite

from bot.storage.postgres.database import PostgresDatabase


async def count(path: Path) -> dict[str, int]:
    """Return how many rows each table has."""
    return {name: len(rows) for name, rows in (await dump(path)).items()}


async def count_in_postgres(database: PostgresDatabase) -> dict[str, int]:
    """Return how many rows each table has, in PostgreSQL."""
    async with database.connection() as connection:
        tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {
            str(name): await connection.fetchval(f'SELECT COUNT(*) FROM "{name}"')  # noqa: S608 - the same as below
            for (name,) in tables
        }


async def columns(path: Path) -> dict[str, list[str]]:
    """Return the names of each table's columns, in their order."""
    async with aiosqlite.connect(path) as connection:
        found = await connection.execute_fetchall(
            "SELECT m.name, p.name FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS p"
            " WHERE m.type = 'table' ORDER BY p.cid"
        )
        names: dict[str, list[str]] = {}
        for table, column in found:
            names.setdefault(str(table), []).append(str(column))
        return names


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


async def divide(path: Path, shards: int) -> None:
    """Let each shard be a range of its own, as the first process with this layout does in PostgreSQL."""
    async with aiosqlite.connect(path, isolation_level=None) as connection:
        await connection.execute_fetchall(
            "REPLACE INTO shard_layout (only_row, shard_count, shards_per_range) VALUES (1, ?, 1)", [shards]
        )
        await connection.execute_fetchall("UPDATE due SET shard_range = (guild_id >> 22) % ?", [shards])
