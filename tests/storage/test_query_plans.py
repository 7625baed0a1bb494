"""Statements that run often, or while all writers wait, use an index and scan no large table."""

import re
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from bot.scheduling.due_queue import DueKind
from bot.storage.database import Database, Statements
from bot.storage.record import Stored
from bot.storage.sqlite.database import SqliteDatabase
from bot.storage.statements import statement_texts
from tests.storage.scratch import plan

_LARGE = ("consent", "cadence", "weekly_count", "due", "native_event")


async def full_scans(path: Path, name: str) -> list[str]:
    """Return the steps of a statement's plan that scan a table which grows with members."""
    await (await SqliteDatabase.open(path)).close()
    return [
        step
        for step in plan(path, statement_texts()[name])
        if re.match(rf"SCAN ({'|'.join(_LARGE)})\b", step)
    ]


@pytest.mark.parametrize(
    "name",
    [
        "known_guilds",
        "is_guild_known",
        "resume_due_of_guild",
        *(f"forget_{table}" for table in ("consent", "cadence", "due", "native_event")),
    ],
)
async def test_rows_of_a_server_are_found_by_an_index(path: Path, name: str) -> None:
    assert await full_scans(path, name) == []


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("inactive_consents", "consent"),
        ("outdated_consents", "consent"),
        ("find_expired_weeks", "weekly_count"),
        ("delete_expired_weeks", "weekly_count"),
    ],
)
async def test_expired_rows_are_searched_in_a_range_of_members(path: Path, name: str, table: str) -> None:
    await (await SqliteDatabase.open(path)).close()
    first = plan(path, statement_texts()[name])[0]
    assert re.fullmatch(rf"SEARCH {table} USING PRIMARY KEY \(member_id>\? AND member_id<\?\)", first)


async def test_a_page_of_later_check_ins_reads_that_page_alone(path: Path) -> None:
    await (await SqliteDatabase.open(path)).close()
    assert plan(path, statement_texts()["cadences_due_later"]) == [
        "SEARCH due USING INDEX due_of_subject (kind=? AND subject_id>?)",
        "SEARCH cadence USING INTEGER PRIMARY KEY (rowid=?)",
    ]


_OWN_ROWS = "SEARCH due USING PRIMARY KEY (kind=? AND shard_range=? AND due_at>? AND due_at<?)"
_MANY_OF_OTHERS = """
WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 200000)
INSERT INTO due (kind, shard_range, due_at, subject_id, guild_id, occurs_at)
SELECT 'checkin', 1, n, n, 4194304, n FROM number
"""


async def test_looking_for_own_due_rows_is_cheap_among_many_of_other_processes(path: Path) -> None:
    await (await SqliteDatabase.open(path)).close()
    next_due, steps = statement_texts()["next_due"], 0

    def count() -> None:
        nonlocal steps
        steps += 1

    with closing(sqlite3.connect(path)) as connection:
        connection.execute(_MANY_OF_OTHERS)
        connection.set_progress_handler(count, 100)  # each 100 steps of SQLite's machine
        found = connection.execute(next_due, {"shard_range": 0, "under_way": ","}).fetchall()
    assert {due_at for _, due_at in found} == {None}
    assert steps < 20
    assert _OWN_ROWS in plan(path, next_due)
    assert _OWN_ROWS in plan(path, statement_texts()["claim_due"])


async def test_the_backlog_is_counted_without_reading_later_rows(path: Path) -> None:
    await (await SqliteDatabase.open(path)).close()
    steps = plan(path, statement_texts()["count_backlog"])
    assert "SEARCH due USING PRIMARY KEY (kind=? AND shard_range=? AND due_at<?)" in steps
    assert not any(step.startswith("SCAN due") for step in steps)


async def test_overdue_rows_of_every_kind_are_counted(database: Database) -> None:
    async def fill(statements: Statements) -> None:
        for number, kind in enumerate(DueKind):
            await statements.run("set_due", kind=kind, subject_id=1, guild_id=0, occurs_at=100 + number)
            await statements.run("set_due", kind=kind, subject_id=2, guild_id=0, occurs_at=1000)

    await database.write(fill)
    for now, expected in (
        (100 + len(DueKind) - 2, {"overdue": len(DueKind) - 1, "oldest": 100}),
        (99, {"overdue": 0, "oldest": None}),
    ):
        count = partial(_count_backlog, now=now)
        assert await database.read(count) == [expected]


async def _count_backlog(statements: Statements, now: int) -> list[dict[str, Stored]]:
    return await statements.rows("count_backlog", now=now)


async def test_the_check_finds_a_full_scan(path: Path) -> None:
    await (await SqliteDatabase.open(path)).close()
    assert plan(path, "SELECT * FROM cadence WHERE sound = 1") == ["SCAN cadence"]
