"""Migrations: forward only, all pending ones or none, and a copy saved before."""

import asyncio
import contextlib
import sqlite3
from pathlib import Path

import aiosqlite
import pytest

from bot.errors import ConfigurationError
from bot.storage.sqlite import migration
from bot.storage.sqlite.copying import copy_to
from bot.storage.sqlite.database import SqliteDatabase
from tests.storage.scratch import ADD_MOTTO, REAL, migrations, newest, query, version

GUILD = "INSERT INTO guild (guild_id, zone, help_contacts) VALUES (?, 'UTC', 'here')"


async def made(path: Path, directory: Path | None = None) -> None:
    opened = await (
        SqliteDatabase.open(path) if directory is None else SqliteDatabase.open(path, directory)
    )
    await opened.close()


def content(path: Path) -> bytes:
    return path.read_bytes()


def fill(path: Path, content: bytes) -> None:
    path.write_bytes(content)


async def test_a_new_file_is_made_with_its_folders_and_is_of_the_newest_version(tmp_path: Path) -> None:
    path = tmp_path / "some" / "folder" / "alongside.db"
    await made(path)
    assert version(path) == newest()
    assert [each.name for each in path.parent.iterdir()] == ["alongside.db"]


async def test_opening_again_changes_nothing_and_saves_no_copy(path: Path) -> None:
    await made(path)
    query(path, GUILD, 1)
    await made(path)
    assert query(path, "SELECT guild_id FROM guild") == [(1,)]
    assert [each.name for each in path.parent.iterdir()] == ["alongside.db"]


async def test_an_older_file_is_migrated_and_a_copy_saved_beside_it(path: Path, tmp_path: Path) -> None:
    await made(path)
    query(path, GUILD, 1)
    await made(path, migrations(tmp_path / "steps", ADD_MOTTO))
    assert version(path) == newest() + 1
    assert query(path, "SELECT guild_id, motto FROM guild") == [(1, "quiet")]
    copy = path.with_name(f"alongside.db.v{newest()}")
    assert version(copy) == newest()
    assert query(copy, "SELECT guild_id, zone, help_contacts FROM guild") == [(1, "UTC", "here")]
    assert query(copy, "SELECT name FROM pragma_table_info('guild') WHERE name = 'motto'") == []


def columns(path: Path) -> dict[str, list[str]]:
    """Return the columns of every table."""
    tables = query(path, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return {
        str(table): [str(row[0]) for row in query(path, "SELECT name FROM pragma_table_info(?)", table)]
        for (table,) in tables
    }


def test_migrations_are_numbered_one_after_the_other() -> None:
    numbers = sorted(int(file.name[:4]) for file in REAL.glob("*.sql"))
    assert numbers == list(range(1, len(numbers) + 1))


async def test_an_old_copy_is_replaced_by_the_new_one(path: Path, tmp_path: Path) -> None:
    await made(path)
    copy = path.with_name(f"alongside.db.v{newest()}")
    fill(copy, b"left from an earlier try")
    await made(path, migrations(tmp_path / "steps", ADD_MOTTO))
    assert version(copy) == newest()


async def test_a_failing_step_leaves_everything_as_it_was_the_steps_before_it_too(
    path: Path, tmp_path: Path
) -> None:
    await made(path)
    query(path, GUILD, 1)
    before = columns(path)
    fails = (
        "CREATE TABLE half (a INTEGER) STRICT;\nUPDATE guild SET zone = 'lost';\n"
        "INSERT INTO nowhere VALUES (1);\n"
    )
    steps = migrations(tmp_path / "steps", ADD_MOTTO, fails)
    with pytest.raises(ConfigurationError, match="nowhere"):
        await made(path, steps)
    assert version(path) == newest()
    assert columns(path) == before
    assert query(path, "SELECT zone FROM guild") == [("UTC",)]


async def test_a_failed_step_can_be_tried_again(path: Path, tmp_path: Path) -> None:
    await made(path)
    with pytest.raises(ConfigurationError):
        await made(path, migrations(tmp_path / "steps", "INSERT INTO nowhere VALUES (1);\n"))
    await made(path, migrations(tmp_path / "steps", ADD_MOTTO))
    assert version(path) == newest() + 1


async def test_a_last_command_without_its_semicolon_is_not_dropped(path: Path, tmp_path: Path) -> None:
    await made(path, migrations(tmp_path / "steps", "-- A motto.\n" + ADD_MOTTO.rstrip(";\n")))
    assert query(path, "SELECT motto FROM guild") == []


async def test_a_script_may_hold_triggers_and_end_with_a_comment(path: Path, tmp_path: Path) -> None:
    step = (
        "CREATE TRIGGER kept AFTER INSERT ON guild\nBEGIN\n  UPDATE guild SET help_contacts = 'x';\n"
        "  UPDATE guild SET zone = 'UTC'; -- twice; with a semicolon\nEND;\n-- The end.\n"
    )
    await made(path, migrations(tmp_path / "steps", step))
    query(path, GUILD, 1)
    assert query(path, "SELECT help_contacts FROM guild") == [("x",)]


async def test_a_newer_database_is_refused_and_unchanged(path: Path) -> None:
    await made(path)
    query(path, f"PRAGMA user_version = {newest() + 1}")
    before = content(path)
    with pytest.raises(ConfigurationError, match="newer"):
        await made(path)
    assert content(path) == before


async def test_a_file_that_is_not_a_database_is_refused_and_unchanged(path: Path) -> None:
    fill(path, b"a letter, not a database\n" * 100)
    before = content(path)
    with pytest.raises(ConfigurationError, match="not a database"):
        await made(path)
    assert content(path) == before


async def test_a_path_that_cannot_be_reached_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="cannot be opened"):
        await made(tmp_path / "file" / "alongside.db")


async def test_the_message_about_an_unusable_database_is_one_line(path: Path) -> None:
    fill(path, b"x" * 5000)
    with pytest.raises(ConfigurationError) as caught:
        await made(path)
    assert "\n" not in str(caught.value)


def test_the_installed_sqlite_supports_what_the_schema_needs() -> None:
    assert sqlite3.sqlite_version_info >= (3, 37)  # STRICT


async def test_the_copy_is_removed_at_the_next_start_that_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "alongside.db"
    await (await SqliteDatabase.open(path)).close()
    copy = tmp_path / "alongside.db.v1"
    copy.write_bytes(b"an older database")
    await (await SqliteDatabase.open(path)).close()
    assert not copy.exists()


async def test_a_database_of_another_program_is_refused_and_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE theirs (x INTEGER)")
    with pytest.raises(ConfigurationError, match="not a database of Alongside"):
        await SqliteDatabase.open(path)
    with contextlib.closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]


async def test_two_processes_that_start_at_once_make_one_database(tmp_path: Path) -> None:
    path = tmp_path / "alongside.db"
    opened = await asyncio.gather(*(SqliteDatabase.open(path) for _ in range(2)))
    for each in opened:
        await each.close()
    assert version(path) == newest()


async def test_only_the_owner_can_read_the_copy_and_no_other_file_is_left(
    path: Path, tmp_path: Path
) -> None:
    folder = path.parent / "own"
    path = folder / path.name
    await made(path)
    await made(path, migrations(tmp_path / "steps", ADD_MOTTO))
    modes = {each.name: each.stat().st_mode & 0o777 for each in folder.iterdir()}
    assert modes == {path.name: 0o600, f"{path.name}.v{newest()}": 0o600}


async def test_a_process_that_another_overtook_leaves_the_copy_alone(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process read the version, then another one migrated, and only then the first makes its copy."""
    await made(path)
    query(path, GUILD, 1)
    steps = migrations(tmp_path / "steps", ADD_MOTTO)

    async def overtaken(connection: aiosqlite.Connection, copy: Path) -> None:
        monkeypatch.setattr(migration, "copy_to", copy_to)
        await made(path, steps)
        query(path, "UPDATE guild SET zone = 'Europe/Berlin'")
        await copy_to(connection, copy)

    monkeypatch.setattr(migration, "copy_to", overtaken)
    await made(path, steps)
    copy = path.with_name(f"{path.name}.v{newest()}")
    assert version(copy) == newest()
    assert query(copy, "SELECT zone FROM guild") == [("UTC",)]
    assert list(path.parent.glob(f"{path.name}.v*")) == [copy]
