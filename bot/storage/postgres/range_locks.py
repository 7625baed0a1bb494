"""Advisory locks for ranges of shards: who serves, by which layout, and what is free.

Each range has one lock, which belongs to a session of the server. Its key holds the layout too, so a
process sees in `pg_locks` whether others divide the shards as it does: two layouts never serve at once.
"""

from dataclasses import dataclass

import asyncpg

from bot.shards import ShardLayout, ShardRange

_MARK = 0x416C  # in the first 16 bits of our keys; then the shards, the shards in a range, and its number
_BITS = 16
_LOOKING = 0x416C6F6B  # held for a moment by a process that looks which ranges are free
_ALONE = _MARK << 3 * _BITS  # held by a command for which nobody may serve: a layout without shards
_PREPARE = "SET LOCAL idle_in_transaction_session_timeout = '5s'"  # should this process be frozen meanwhile
_HELD = """
SELECT (classid::bigint << 32) | objid::bigint AS key
FROM pg_locks
WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND classid::bigint >> 16 = $1
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@dataclass(frozen=True, slots=True)
class Occupied:
    """Why no range can be taken now, as a line for the operator."""

    why: str


def key_of(layout: ShardLayout, number: int) -> int:
    """Return the key of the lock for a range."""
    return ((_MARK << _BITS | layout.count) << _BITS | layout.per_range) << _BITS | number


def layout_in(key: int) -> ShardLayout:
    """Return the layout that a key names."""
    return ShardLayout(key >> 2 * _BITS & 0xFFFF, key >> _BITS & 0xFFFF)


async def take_range(
    connection: "asyncpg.Connection[asyncpg.Record]", layout: ShardLayout
) -> ShardRange | Occupied:
    """Take the lock of the first free range for as long as the connection lasts."""
    async with connection.transaction():
        held = await _look(connection)
        others = {layout_in(each) for each in held} - {layout}
        if others:
            return Occupied(_describe(others.pop()))  # two layouts never serve at once
        free = next((n for n in range(layout.ranges) if key_of(layout, n) not in held), None)
        if free is None:
            return Occupied("other processes serve all servers: standing by")
        await _lock(connection, key_of(layout, free))
        return layout.range(free)


async def take_all(connection: "asyncpg.Connection[asyncpg.Record]") -> Occupied | None:
    """Take the lock that lets nobody serve; return why it cannot be taken, or None."""
    async with connection.transaction():
        if await _look(connection):
            return Occupied("another process of Alongside uses this database: stop it first")
        await _lock(connection, _ALONE)
        return None


async def served_ranges(
    connection: "asyncpg.Connection[asyncpg.Record]",
) -> frozenset[tuple[ShardLayout, int]]:
    """Return the ranges that processes serve now."""
    rows = await connection.fetch(_HELD, _MARK)
    held = {int(row["key"]) for row in rows} - {_ALONE}
    return frozenset((layout_in(key), key & 0xFFFF) for key in held)


async def _look(connection: "asyncpg.Connection[asyncpg.Record]") -> set[int]:
    """Return the locks that are held; nobody else takes one before the end of the transaction."""
    await connection.execute(_PREPARE)
    await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOOKING)
    return {int(row["key"]) for row in await connection.fetch(_HELD, _MARK)}


async def _lock(connection: "asyncpg.Connection[asyncpg.Record]", key: int) -> None:
    await connection.execute("SELECT pg_advisory_lock($1)", key)


def _describe(other: ShardLayout) -> str:
    if not other.count:
        return "a command works on this database: standing by until it ends"
    shards = "1 shard" if other.count == 1 else f"{other.count} shards, {other.per_range} in a process,"
    return f"processes with {shards} serve: stop them first; standing by until they have ended"
