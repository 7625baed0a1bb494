"""Runs a year for many members, and reports what was counted."""

import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bench.year.judge import PROMISES, Judge
from bench.year.life import BEGIN, END, ZONES, Life
from bench.year.sides import RulesSide, ServicesSide, Side, StillClock
from bot.app.compose import wire
from bot.storage.sqlite.database import SqliteDatabase

_FIRST_MEMBER = 700_000_000_000_000_000
_GUILD = 800_000_000_000_000_000


@dataclass(slots=True)
class Year:
    """The result of a year: broken promises, other counts, and when check-ins came, by member."""

    broken: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    came: dict[int, list[datetime]] = field(default_factory=dict)
    seconds: float = 0


async def by_rules(members: int) -> Year:
    """Let members live through the year by the rules alone."""
    year, began = Year(), time.process_time()
    for number in range(members):
        await _live(year, number, RulesSide(_FIRST_MEMBER + number, _GUILD))
    year.seconds = time.process_time() - began
    return year


async def by_services(members: int) -> Year:
    """Let members live through the year by the services, each on the same database."""
    year, began = Year(), time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        database = await SqliteDatabase.open(Path(folder) / "year.db")
        try:
            clock = StillClock(BEGIN)
            services = wire(database, clock)
            for number in range(members):
                await _live(year, number, ServicesSide(services, clock, _FIRST_MEMBER + number, _GUILD))
        finally:
            await database.close()
    year.seconds = time.process_time() - began
    return year


async def _live(year: Year, number: int, side: Side) -> None:
    life = Life(number, side, Judge(year.broken, year.seen), year.seen)
    await life.live()
    year.came[number] = life.came


def report(year: Year) -> str:
    """Return the counts as lines to read."""
    minutes = Counter(
        moment.replace(second=0, microsecond=0) for came in year.came.values() for moment in came
    )
    span = f"{BEGIN.date()} to {END.date()}"
    lines = [
        f"{len(year.came):,} members in {len(ZONES)} zones, {span}, {year.seconds:.1f} s of CPU",
        *(f"{count:>9,}  {name}" for name, count in sorted(year.seen.items())),
        f"{max(minutes.values(), default=0):>9,}  at most in one minute",
        "promises broken:",
        *(f"{year.broken[promise]:>9,}  {promise}" for promise in PROMISES),
    ]
    return "\n".join(lines)
