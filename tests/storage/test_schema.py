"""The schema, and that `personal_data.py` describes every column of it."""

import sqlite3
from collections import Counter
from pathlib import Path

from bot.privacy.personal_data import NOT_PERSONAL, PERSONAL
from bot.storage.sqlite.database import SqliteDatabase
from bot.texts.catalogue import Texts
from tests.storage.scratch import migrations, query

_TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"


def schema(path: Path) -> set[tuple[str, str]]:
    """Return every column of every table."""
    return {
        (str(table), str(column))
        for (table,) in query(path, _TABLES)
        for (column,) in query(path, "SELECT name FROM pragma_table_info(?)", table)
    }


def named() -> list[tuple[str, str]]:
    """Return every column in `PERSONAL` and `NOT_PERSONAL`; a column that is in both appears twice."""
    personal = [(each.table, column) for each in PERSONAL for column in each.columns]
    return personal + [(table, column) for table, columns in NOT_PERSONAL.items() for column in columns]


async def made(path: Path, directory: Path | None = None) -> None:
    await (await (SqliteDatabase.open(path, directory) if directory else SqliteDatabase.open(path))).close()


async def test_every_column_is_described_exactly_once(path: Path) -> None:
    await made(path)
    assert schema(path) == set(named())
    # What is due is of two kinds: the table is personal for the rows of check-ins.
    assert [each for each, count in Counter(named()).items() if count > 1] == []


async def test_the_check_finds_a_column_without_description(path: Path, tmp_path: Path) -> None:
    step = "ALTER TABLE cadence ADD COLUMN nickname TEXT;\nCREATE TABLE diary (entry TEXT) STRICT;\n"
    await made(path, migrations(tmp_path / "steps", step))
    assert schema(path) - set(named()) == {("cadence", "nickname"), ("diary", "entry")}


async def test_the_check_finds_a_description_without_column(path: Path, tmp_path: Path) -> None:
    await made(path, migrations(tmp_path / "steps", "ALTER TABLE cadence DROP COLUMN sound;\n"))
    assert set(named()) - schema(path) == {("cadence", "sound")}


async def test_every_personal_column_has_an_explanation() -> None:
    say = Texts().to("en")
    assert all(meaning.strip() for each in PERSONAL for meaning in each.meanings(say).values())
    assert all(each.what(say) and each.until(say) for each in PERSONAL)


async def test_every_table_is_strict(path: Path) -> None:
    await made(path)
    loose = query(path, "SELECT name FROM pragma_table_list WHERE strict = 0 AND type = 'table'")
    assert {str(row[0]) for row in loose} <= {"sqlite_schema", "sqlite_temp_schema", "sqlite_sequence"}


async def test_no_row_is_about_server_0_except_what_is_due_for_the_deployment(path: Path) -> None:
    await made(path)
    of_server = {table for table, column in schema(path) if column == "guild_id"}
    assert {table for table in of_server if takes_server_0(path, table)} == {"due"}


def takes_server_0(path: Path, table: str) -> bool:
    """Return whether a table accepts a row of server 0."""
    columns = query(path, "SELECT name, type FROM pragma_table_info(?)", table)
    words = {"visibility": "named", "purpose": "checkins"}
    values = [
        0 if name == "guild_id" else 1 if kind == "INTEGER" else words.get(str(name), "x")
        for name, kind in columns
    ]
    names, places = ", ".join(str(name) for name, _ in columns), ", ".join("?" * len(columns))
    try:
        query(path, f"INSERT INTO {table} ({names}) VALUES ({places})", *values)  # noqa: S608 - own names
    except sqlite3.IntegrityError as error:
        if "guild_id > 0" not in str(error):
            raise
        return False
    return True


async def test_a_table_about_members_is_personal(path: Path) -> None:
    await made(path)
    about = {table for table, column in schema(path) if column in {"member_id", "user_id"}}
    assert about <= {each.table for each in PERSONAL}


async def test_no_column_is_named_like_free_text_or_a_feeling(path: Path) -> None:
    await made(path)
    never = {"mood", "answer", "note", "text", "health", "feeling", "username", "nickname"}
    assert {column for _, column in schema(path)} & never == set()


async def test_references_hold(path: Path) -> None:
    await made(path)
    assert query(path, "PRAGMA foreign_key_check") == []
