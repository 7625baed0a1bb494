"""What is asked often, or with everybody else waiting, reads an index and not a whole table."""

import re
from pathlib import Path

import pytest

from bot.storage.database import Database, statements
from tests.storage.scratch import plan

_LARGE = ("consent", "cadence", "rhythm", "due", "native_event")


async def whole_tables(path: Path, name: str) -> list[str]:
    """Return what in the plan of a statement goes through all of a table that grows with members."""
    await (await Database.open(path)).close()
    return [
        step for step in plan(path, statements()[name]) if re.match(rf"SCAN ({'|'.join(_LARGE)})\b", step)
    ]


@pytest.mark.parametrize(
    "name",
    [
        "known_guilds",
        "knows_guild",
        "release_due_of_guild",
        *(f"forget_{table}" for table in ("consent", "cadence", "due", "events")),
    ],
)
async def test_what_is_kept_of_a_server_is_found_by_it(path: Path, name: str) -> None:
    assert await whole_tables(path, name) == []


async def test_a_page_of_what_is_ahead_reads_that_page_alone(path: Path) -> None:
    await (await Database.open(path)).close()
    assert plan(path, statements()["cadences_ahead"]) == [
        "SEARCH due USING INDEX due_of_subject (kind=? AND subject_id>?)",
        "SEARCH cadence USING INTEGER PRIMARY KEY (rowid=?)",
    ]


async def test_a_plan_that_reads_everything_is_seen(path: Path) -> None:
    await (await Database.open(path)).close()
    assert plan(path, "SELECT * FROM cadence WHERE sound = 1") == ["SCAN cadence"]
