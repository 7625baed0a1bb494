"""What one due row costs while many others wait: `python -m bench.due`.

A file is filled with waiting rows; then batches are claimed and set to their next moment by the bot's own
statements and transactions, as the runner does it. Ratios matter, times depend on the disk: a cost that
grows with the number of rows would show as a ratio that does.
"""

import asyncio
import sqlite3
import statistics
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.runner import Due
from bot.storage.database import Database

_SIZES = (10_000, 100_000, 1_000_000)
_BATCHES = 100
_WARMING_UP = 10
_CLAIMED_AT_ONCE = 32  # as the runner does
_START = datetime(2026, 11, 23, tzinfo=UTC)
_WEEK = timedelta(days=7)
_FILL = """
WITH RECURSIVE number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < :rows - 1)
INSERT INTO due (due_at, kind, subject_id, occurs_at)
SELECT :start + n % 600000, 'checkin', n, :start + n % 600000 FROM number
"""


async def main() -> None:
    """Print the cost of a due row for each size, and its ratio to the first."""
    _say("    waiting    ms a row    ratio")
    first = None
    for rows in _SIZES:
        with tempfile.TemporaryDirectory() as folder:
            cost = await _cost(Path(folder) / "bench.db", rows)
        first = first or cost
        _say(f"{rows:>11,} {cost * 1000:>11.3f} {cost / first:>8.2f}")


async def _cost(path: Path, rows: int) -> float:
    """Return the median of the seconds that a due row takes among `rows`."""
    database = await Database.open(path)
    try:
        _fill(path, rows)
        await database.scrub()  # the log of the filling is none of the cost
        for _ in range(_WARMING_UP):
            await _batch(database)
        return statistics.median([await _batch(database) for _ in range(_BATCHES)])
    finally:
        await database.close()


def _fill(path: Path, rows: int) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(_FILL, {"rows": rows, "start": int(_START.timestamp())})


async def _batch(database: Database) -> float:
    """Claim a batch, set each of its rows to the next week, and return the seconds a row."""
    now = _START + timedelta(days=1)
    began = time.perf_counter()
    await database.read.value("next_due")
    async with database.write() as tx:
        claimed = await tx.all(
            Due, "claim_due", now=now, lease_until=now + timedelta(seconds=60), most=_CLAIMED_AT_ONCE
        )
    await asyncio.gather(*(_set_next(database, due) for due in claimed))
    if len(claimed) != _CLAIMED_AT_ONCE:
        raise RuntimeError(f"{len(claimed)} rows were due, not {_CLAIMED_AT_ONCE}")
    return (time.perf_counter() - began) / len(claimed)


async def _set_next(database: Database, due: Due) -> None:
    async with database.write() as tx:
        await tx.run("set_due", kind=due.kind, subject_id=due.subject_id, occurs_at=due.occurs_at + _WEEK)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
