"""What is asked often, or with everybody else waiting, reads an index and not a whole table."""

import re
from pathlib import Path

import pytest

from bot.scheduling.due_queue import DueKind
from bot.storage.database import Database
from bot.storage.sqlite.database import SqliteDatabase
from bot.storage.sqlite.statements import statement_texts
from tests.storage.scratch import plan

_LARGE = ("consent", "cadence", "weekly_count", "due", "native_event")


async def whole_tables(path: Path, name: str) -> list[str]:
    """Return what in the plan of a statement goes through all of a table that grows with members."""
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
        "release_due_of_guild",
        *(f"forget_{table}" for table in ("consent", "cadence", "due", "events")),
    ],
)
async def test_what_is_kept_of_a_server_is_found_by_it(path: Path, name: str) -> None:
    assert await whole_tables(path, name) == []


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("inactive_consents", "consent"),
        ("outdated_consents", "consent"),
        ("find_expired_weeks", "weekly_count"),
        ("delete_expired_weeks", "weekly_count"),
    ],
)
async def test_what_has_ended_is_looked_for_among_some_members(path: Path, name: str, table: str) -> None:
    await (await SqliteDatabase.open(path)).close()
    first = plan(path, statement_texts()[name])[0]
    assert re.fullmatch(rf"SEARCH {table} USING PRIMARY KEY \(member_id>\? AND member_id<\?\)", first)


async def test_a_page_of_what_is_ahead_reads_that_page_alone(path: Path) -> None:
    await (await SqliteDatabase.open(path)).close()
    assert plan(path, statement_texts()["cadences_due_later"]) == [
        "SEARCH due USING INDEX due_of_subject (kind=? AND subject_id>?)",
        "SEARCH cadence USING INTEGER PRIMARY KEY (rowid=?)",
    ]


async def test_what_is_behind_is_counted_without_what_is_ahead(path: Path) -> None:
    await (await SqliteDatabase.open(path)).close()
    steps = plan(path, statement_texts()["count_backlog"])
    assert "SEARCH due USING PRIMARY KEY (kind=? AND due_at<?)" in steps
    assert not any(step.startswith("SCAN due") for step in steps)


async def test_every_kind_that_is_behind_is_counted(database: Database) -> None:
    async with database.legacy_write() as tx:
        for number, kind in enumerate(DueKind):
            await tx.run("set_due", kind=kind, subject_id=1, guild_id=0, occurs_at=100 + number)
            await tx.run("set_due", kind=kind, subject_id=2, guild_id=0, occurs_at=1000)
    (found,) = await database.legacy_read.rows("count_backlog", now=100 + len(DueKind) - 2)
    assert found == {"behind": len(DueKind) - 1, "oldest": 100}
    (found,) = await database.legacy_read.rows("count_backlog", now=99)
    assert found == {"behind": 0, "oldest": None}


async def test_a_plan_that_reads_everything_is_seen(path: Path) -> None:
    await (await SqliteDatabase.open(path)).close()
    assert plan(path, "SELECT * FROM cadence WHERE sound = 1") == ["SCAN cadence"]
