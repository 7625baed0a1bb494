"""What a database key costs: `python -m bench.encryption [MEMBERS]`.

Measures durable writes, reads, a purge and the file's size, with and without a key in turn, and prints
medians of five rounds.
"""

import asyncio
import secrets
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median

from pydantic import SecretStr

from bot.storage.database import Database, Statements
from bot.storage.sqlite.database import SqliteDatabase

_MEMBERS = 100_000
_ROUNDS = 5
_CALLS = 300
_FIRST = 1_100_000_000_000_000_000


async def main(members: int) -> None:
    """Measure both and print them side by side."""
    keys = {"plain": None, "with a key": SecretStr(secrets.token_hex(32))}
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: Path(folder) / f"{name}.db" for name in keys}
        open_ = {name: await _filled(paths[name], keys[name], members) for name in keys}
        taken: dict[str, list[list[float]]] = {name: [] for name in keys}
        for _ in range(_ROUNDS):
            for name, database in open_.items():
                taken[name].append([await each(database, members) for each in (_writes, _reads, _vacuum)])
        for name, database in open_.items():
            await database.close()
            write, read, purge = (median(values) for values in zip(*taken[name], strict=True))
            size = paths[name].stat().st_size / 1e6
            print(
                f"{name:>10}: a durable write {write * 1e3:.2f} ms, a read {read * 1e6:.0f} us, "
                f"a purge of {members:,} members {purge * 1e3:.0f} ms, {size:.1f} MB"
            )


async def _filled(path: Path, key: SecretStr | None, members: int) -> Database:
    database = await SqliteDatabase.open(path, key=key)

    async def fill(statements: Statements) -> None:
        for number in range(members):
            await _count(statements, number)

    await database.write(fill)
    return database


async def _count(statements: Statements, number: int) -> None:
    member_id = _FIRST + number * 65_537
    await statements.run("count_sit", member_id=member_id, guild_id=_FIRST, week=202648)


async def _writes(database: Database, members: int) -> float:
    async def write(number: int) -> None:
        await database.write(lambda statements: _count(statements, number))

    return await _each(write, members)


async def _reads(database: Database, members: int) -> float:
    async def read(number: int) -> None:
        member_id = _FIRST + number * 65_537
        await database.read(
            lambda statements: statements.rows("weeks_of_member", member_id=member_id, guild_id=_FIRST)
        )

    return await _each(read, members)


async def _vacuum(database: Database, _: int) -> float:
    begun = time.perf_counter()
    await database.vacuum()
    return time.perf_counter() - begun


async def _each(call: Callable[[int], Awaitable[None]], members: int) -> float:
    begun = time.perf_counter()
    for step in range(_CALLS):
        await call(step * 7_919 % members)
    return (time.perf_counter() - begun) / _CALLS


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else _MEMBERS))
