"""A new table about members works once it is declared in the schema, the list of tables and the registry.

The tests add a made-up table to these three, then export, erase and list its rows as for any other.
"""

import json
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from discord import ui

from bot.app.compose import wire
from bot.privacy import data_page, erasure, export, personal_data
from bot.privacy.consent.model import Purpose
from bot.privacy.personal_data import PERSONAL, PersonalTable
from bot.privacy.policy import text as policy
from bot.scheduling.due_queue import Due, DueKind
from bot.services import Services
from bot.storage import table_statements
from bot.storage.sqlite.connection import connect
from bot.storage.sqlite.copying import copy_to
from bot.storage.sqlite.database import SqliteDatabase
from bot.storage.statements import statement_texts
from bot.texts.catalogue import Texts, load
from cogs.privacy import panels
from tests.storage.manual_clock import ManualClock
from tests.storage.members import ANN, BEN, HERE, THERE, agree
from tests.storage.scratch import migrations, query

SCHEMA = """
CREATE TABLE tea_break (
    member_id INTEGER NOT NULL,
    guild_id INTEGER NOT NULL,
    week INTEGER NOT NULL,
    cups INTEGER NOT NULL,
    PRIMARY KEY (member_id, guild_id, week)
) STRICT, WITHOUT ROWID;
"""
REGISTERED = PersonalTable(
    "tea_break",
    (Purpose.WEEKLY_COUNTS,),
    ("member_id", "guild_id", "week", "cups"),
)
WORDS = {
    "what": "how much tea you had, by week",
    "until": "your yes to it ends",
    "week": "the ISO week",
    "cups": "how many cups",
}
ROWS = [(member_id, guild_id, 202648, 3) for member_id in (ANN, BEN) for guild_id in (HERE, THERE)]


@pytest.fixture
def _added(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(
        table_statements, "MEMBER_TABLES", (*table_statements.MEMBER_TABLES, REGISTERED.table)
    )
    for module in (personal_data, erasure, export, data_page, policy, panels):
        monkeypatch.setattr(module, "PERSONAL", (*PERSONAL, REGISTERED))
    monkeypatch.setitem(load("en")["personal"], "tea_break", WORDS)
    statement_texts.cache_clear()
    yield
    statement_texts.cache_clear()


@pytest.fixture
def steps(tmp_path: Path) -> Path:
    return migrations(tmp_path / "steps", SCHEMA)


@pytest.fixture
async def services(_added: None, path: Path, steps: Path, clock: ManualClock) -> AsyncIterator[Services]:
    database = await SqliteDatabase.open(path, steps)
    services = wire(database, clock)
    for member_id, guild_id, week, cups in ROWS:
        await agree(services, member_id, guild_id, Purpose.WEEKLY_COUNTS)
        query(path, "INSERT INTO tea_break VALUES (?, ?, ?, ?)", member_id, guild_id, week, cups)
    clock.move(minutes=1)
    yield services
    await database.close()


def breaks(path: Path) -> list[tuple[object, ...]]:
    return query(path, "SELECT * FROM tea_break ORDER BY member_id, guild_id")


async def test_a_new_table_is_exported(services: Services) -> None:
    document = json.loads(await services.member_data.export(ANN, HERE))
    assert document["tables"]["tea_break"] == [{"guild_id": str(HERE), "week": 202648, "cups": 3}]
    assert document["meanings"]["tea_break"]["cups"] == "how many cups"


async def test_a_new_table_is_erased_in_one_server_and_everywhere(services: Services, path: Path) -> None:
    await services.erasure.erase_member(ANN, HERE)
    assert breaks(path) == ROWS[1:]
    await services.erasure.erase_member(ANN, None)
    assert breaks(path) == ROWS[2:]


async def test_rows_of_a_new_table_are_deleted_with_their_purpose(services: Services, path: Path) -> None:
    await services.consents.turn_off(BEN, THERE, Purpose.WEEKLY_COUNTS)
    assert breaks(path) == ROWS[:3]


async def test_rows_of_a_new_table_are_deleted_with_their_server(
    services: Services, path: Path, clock: ManualClock
) -> None:
    await services.removals.compare({THERE})
    await services.removals.forget(Due(DueKind.FORGET_SERVER, HERE, clock.now()))
    assert breaks(path) == [ROWS[1], ROWS[3]]


async def test_erasures_of_a_new_table_are_repeated_in_a_restored_backup(
    services: Services, path: Path, steps: Path, clock: ManualClock, tmp_path: Path
) -> None:
    backup = tmp_path / "backup.db"
    connection = await connect(path)
    await copy_to(connection, backup)
    await connection.close()
    assert breaks(backup) == ROWS
    query(backup, "DELETE FROM consent WHERE member_id = ?", ANN)  # only the new table has rows about her
    await services.erasure.erase_member(ANN, None)
    await services.database.close()
    shutil.copyfile(backup, path)
    database = await SqliteDatabase.open(path, steps)
    await wire(database, clock).retention.begin()
    await database.close()
    assert breaks(path) == ROWS[2:]


@pytest.mark.usefixtures("_added")
def test_documents_and_commands_describe_a_new_table() -> None:
    assert "## `tea_break`: how much tea you had, by week" in data_page.page()
    assert "how many cups" in policy.policy()
    shown = panels.privacy("", Texts().to("en"))
    assert "How much tea you had, by week" in "".join(
        each.content for each in shown.walk_children() if isinstance(each, ui.TextDisplay)
    )
