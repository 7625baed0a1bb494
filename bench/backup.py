"""How much time and space a backup of a million members takes: `python -m bench.backup`.

The database is filled with members who agreed to check-ins and weekly counts, and is written to while it is
backed up. With the `encryption` extra installed, an encrypted database is measured too.
"""

import asyncio
import contextlib
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from pydantic import SecretStr

from bench.due import fill
from bot.storage.database import Database, Statements
from bot.storage.sqlite import backup
from bot.storage.sqlite.connection import open_bare
from bot.storage.sqlite.database import SqliteDatabase
from bot.storage.sqlite.restore import restore

ROWS = 1_000_000
_WEEKS = """
INSERT INTO weekly_count (member_id, guild_id, week, sits, checkins)
SELECT member_id, n % 1000 + 1, 202600 + week, n % 5, n % 3
FROM number, (SELECT 44 AS week UNION SELECT 45 UNION SELECT 46 UNION SELECT 47)
"""
_KEY = SecretStr("5a" * 32)
_BYTES_A_MB = 1_000_000


async def main() -> None:
    """Print the time and size of a backup and of a restoration, for a plain and an encrypted database."""
    _say(f"{ROWS:,} members")
    for key in (None, _KEY) if find_spec("sqlcipher3") else (None,):
        await measure(ROWS, key)


async def measure(rows: int, key: SecretStr | None) -> None:
    """Fill a database, back it up and restore it; print the time and size of each step."""
    _say("encrypted" if key else "not encrypted")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "alongside.db"
        database = await SqliteDatabase.open(path, key=key)
        await asyncio.to_thread(_fill, path, key, rows)
        _say(f"  database              {path.stat().st_size / _BYTES_A_MB:9.1f} MB")
        writing = asyncio.create_task(_write(database))
        now = datetime.now(UTC)
        begun = time.perf_counter()
        made = await asyncio.to_thread(backup.write, path, key, Path(folder) / "there", 7, now, _timed)
        whole = time.perf_counter() - begun
        writing.cancel()
        await asyncio.wait([writing])
        await database.close()
        _say(f"  backup in all         {whole:9.2f} s {made.size / _BYTES_A_MB:9.1f} MB")
        begun = time.perf_counter()
        await asyncio.to_thread(restore, made.path, path, key, now, _timed)
        _say(f"  restoration in all    {time.perf_counter() - begun:9.2f} s")


def _fill(path: Path, key: SecretStr | None, rows: int) -> None:
    with contextlib.closing(open_bare(path, key, 5.0)) as connection:
        connection.execute("BEGIN")
        fill(connection, rows)
        connection.execute(_WEEKS)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


async def _write(database: Database) -> None:
    """Write continuously, as a busy bot does, and print how long the slowest write took."""
    slowest, count = 0.0, 0
    try:
        while True:
            begun = time.perf_counter()
            await database.write(partial(_note, count=count))
            slowest, count = max(slowest, time.perf_counter() - begun), count + 1
    finally:
        _say(f"  writes meanwhile      {count:9,}   slowest {slowest * 1000:.0f} ms")


async def _note(statements: Statements, count: int) -> None:
    await statements.run("set_deployment", name="written meanwhile", value=str(count))


@contextlib.contextmanager
def _timed(action: str) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    _say(f"    {action:<20}{time.perf_counter() - begun:9.2f} s")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
