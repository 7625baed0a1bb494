"""What one due check-in costs while many others wait: `python -m bench.due`.

A file is filled with members who agreed to check-ins, each with a next check-in. The clock then moves from
one group of check-ins that are due together to the next. The bot's own worker claims each group, prepares
each check-in (its consent, pause and lateness) and records it as sent, which sets the time of the next one.
Only Discord is left out.

Compare the ratios; the times depend on the disk. If the cost grew with the number of members, the ratio
would grow too. The smallest size is measured twice, in two files: how far their ratio is from 1 is noise.
The spread between the quartiles is noise too, since each group is one measurement. The process stays on one
processor: the bot's two threads wake each other, and across processors that takes up to three times as
long, by chance.

The column of pages explains what growth is left: in a small file the check-ins of a group share pages, in a
large one each has its own, however large the file is.
"""

import asyncio
import contextlib
import os
import random
import re
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from pydantic import SecretStr

from bench.databases import DatabaseChoice, new_database
from bot.app.compose import wire
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import VERSIONS, month_of
from bot.scheduling import due_queue
from bot.scheduling.due_queue import Due, DueKind
from bot.scheduling.worker import MAX_CONCURRENT_PER_KIND
from bot.services import Services
from bot.storage.engine import engine_for

SIZES = (10_000, 10_000, 100_000, 1_000_000)
_GROUPS = 300  # measured
_WARMUP_GROUPS = 10
_START = datetime(2026, 11, 23, 12, tzinfo=UTC)  # a recorded check-in is due again tomorrow or later
_GROUP_INTERVAL = timedelta(minutes=1)  # two groups
_FILL = (
    """
    CREATE TEMP TABLE number AS
    WITH RECURSIVE counted (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n < :rows - 1)
    SELECT n, n * 2654435761 % 4294967296 + 100000000000000000 AS member_id FROM counted
    """,
    """
    INSERT INTO consent (member_id, guild_id, purpose, version, granted_at, active_month)
    SELECT member_id, n % 1000 + 1, :purpose, :version, :start, :month FROM number
    """,
    """
    INSERT INTO cadence (
        cadence_id, member_id, guild_id, dm_channel_id, weekdays, start_minute, end_minute, zone, per_week,
        sound, unanswered, sent, dms_closed
    )
    SELECT n + 1, member_id, n % 1000 + 1, n + 1, 127, 0, 1440, 'Europe/Berlin', 5, 0, 0, 1, 0 FROM number
    """,
    """
    INSERT INTO due (kind, shard_range, due_at, subject_id, occurs_at)
    SELECT 'checkin', 0, at, subject_id, at
    FROM (SELECT :start + n / :group_size * :apart AS at, n + 1 AS subject_id FROM number) AS shuffled
    ORDER BY subject_id * 2654435761 % 4294967296 -- no page is full, as in a file used for long
    """,
)

_VALUE = re.compile(r":([a-z_]+)")


class _Clock:
    """A clock that shows the time it is set to."""

    def __init__(self) -> None:
        self.moment = _START

    def now(self) -> datetime:
        return self.moment

    async def sleep_until(self, when: datetime | None, wake: asyncio.Event, *, busy: bool = False) -> None:
        raise NotImplementedError  # the benchmark calls `run_due` itself


async def main() -> None:
    """Print the cost of a due check-in for each size, and its ratio to the first."""
    _keep_to_one_processor()
    for line in table(SIZES, await measure(SIZES, _GROUPS)):
        _say(line)


class Cost(NamedTuple):
    """Seconds that a due check-in takes: the groups' lower quartile, median and upper quartile.

    `pages` is the median number of pages that one check-in writes into the log.
    """

    low: float
    median: float
    high: float
    pages: float


def table(sizes: Sequence[int], costs: Sequence[Cost]) -> Iterator[str]:
    """Yield the lines of the table."""
    yield "    waiting    ms each    ratio   half of the groups   pages each"
    for rows, cost in zip(sizes, costs, strict=True):
        low, ratio, high = (seconds / costs[0].median for seconds in (cost.low, cost.median, cost.high))
        spread = f"{low:.2f} to {high:.2f}"
        yield f"{rows:>11,} {cost.median * 1000:>10.3f} {ratio:>8.2f} {spread:>20} {cost.pages:>12.2f}"


async def measure(sizes: Sequence[int], groups: int, engine: str = "sqlite") -> list[Cost]:
    """Return the cost of a due check-in for each number of members, on `sqlite` or `postgres`.

    The sizes take turns in a new random order each time, so that other load on the machine and the disk's
    delayed work affect all sizes alike.
    """
    chance = random.Random(1)
    async with contextlib.AsyncExitStack() as stack:
        filled = [await stack.enter_async_context(_filled(rows, engine)) for rows in sizes]
        took: list[list[float]] = [[] for _ in sizes]
        written: list[list[float]] = [[] for _ in sizes]
        for _ in range(_WARMUP_GROUPS + groups):
            for which in chance.sample(range(len(sizes)), len(sizes)):
                bench = filled[which]
                before = bench.pages_in_log()
                took[which].append(await _group(bench))
                written[which].append((bench.pages_in_log() - before) / MAX_CONCURRENT_PER_KIND)
        costs = []
        for seconds, pages in zip(took, written, strict=True):
            low, median, high = statistics.quantiles(seconds[_WARMUP_GROUPS:], n=4)
            costs.append(Cost(low, median, high, statistics.median(pages[_WARMUP_GROUPS:])))
        return costs


@dataclass(frozen=True)
class _Bench:
    """The bot's services on one database file."""

    services: Services
    clock: "_Clock"
    sender: "_Sender"
    path: Path

    def pages_in_log(self) -> int:
        """Return how many pages SQLite's log holds: `mxFrame` of its index (sqlite.org/walformat)."""
        if not self.path.exists():
            return 0
        with Path(f"{self.path}-shm").open("rb") as index:
            index.seek(16)
            return int.from_bytes(index.read(4), sys.byteorder)


@contextlib.asynccontextmanager
async def _filled(rows: int, engine: str) -> AsyncIterator[_Bench]:
    """Yield the bot's services on a database with this many members."""
    with (
        tempfile.TemporaryDirectory() as folder,
        new_database(Path(folder), engine, durable=True) as bare,
    ):
        path = Path(folder) / "alongside.db"
        database = await engine_for(DatabaseChoice(SecretStr(bare.url), Path(folder))).open()
        try:
            bare.run_all(fill_commands(rows, engine))
            await database.truncate_wal()  # the log of the filling is none of the cost
            clock = _Clock()
            services = wire(database, clock)
            sender = _Sender(services)
            services.worker.on(DueKind.CHECKIN, sender.act)
            yield _Bench(services, clock, sender, path)
        finally:
            await database.close()


class _Sender:
    """Prepares and records check-ins as delivery does, without sending anything to Discord."""

    def __init__(self, services: Services) -> None:
        self._checkins = services.checkins
        self.sent = 0

    async def act(self, due: Due) -> None:
        checkin = await self._checkins.outbox.prepare(due)
        if checkin is not None:
            cadence, sent = checkin.cadence, checkin.text.texts_sent
            await self._checkins.outbox.note_sent(cadence.cadence_id, due.subject_id, cadence.number, sent)
            self.sent += 1


async def _group(bench: _Bench) -> float:
    """Run one group of due check-ins, and return the seconds for each.

    Raises RuntimeError if not all of the group were sent, or if the next group is not what is due then.
    """
    before, began = bench.sender.sent, time.perf_counter()
    await bench.services.worker.run_due()
    seconds = time.perf_counter() - began
    if bench.sender.sent != before + MAX_CONCURRENT_PER_KIND:
        raise RuntimeError("check-ins that were due were not sent")
    upcoming = await bench.services.database.read(lambda statements: due_queue.next_due(statements, 0, ","))
    (due_at,) = [each.due_at for each in upcoming if each.due_at is not None]
    if due_at != bench.clock.moment + _GROUP_INTERVAL:
        raise RuntimeError("another group is due than the one after this")
    bench.clock.moment += _GROUP_INTERVAL
    return seconds / MAX_CONCURRENT_PER_KIND


def _keep_to_one_processor() -> None:
    if sys.platform == "linux":
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def fill(connection: sqlite3.Connection, rows: int) -> None:
    """Add this many members; the temporary table `number` has the id of each."""
    for command in fill_commands(rows):
        connection.execute(command)


def fill_commands(rows: int, engine: str = "sqlite") -> list[str]:
    """Return the SQL that adds this many members; for PostgreSQL also ANALYZE, as autovacuum does."""
    values = {
        "rows": rows,
        "start": int(_START.timestamp()),
        "month": month_of(_START),
        "apart": int(_GROUP_INTERVAL.total_seconds()),
        "group_size": MAX_CONCURRENT_PER_KIND,
        "purpose": Purpose.CHECKINS.value,
        "version": VERSIONS[Purpose.CHECKINS],
    }
    made = [_VALUE.sub(lambda found: repr(values[found[1]]), each) for each in _FILL]
    return made if engine == "sqlite" else [*made, "ANALYZE"]


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
