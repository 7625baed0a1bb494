"""Migrations: forward only, all pending ones or none, and a copy saved before."""

import asyncio
import contextlib
import sqlite3
from pathlib import Path

import aiosqlite
import pytest

from bot.errors import ConfigurationError
from bot.rooms.model import Room
from bot.rooms.schedules.model import Schedule
from bot.rooms.sessions.model import Seat, Visibility
from bot.storage.database import Statements
from bot.storage.sqlite import migration
from bot.storage.sqlite.copying import LIVE_TABLES, copy_to
from bot.storage.sqlite.database import SqliteDatabase
from tests.storage.scratch import ADD_MOTTO, REAL, migrations, newest, query, version

GUILD = "INSERT INTO guild (guild_id, zone, help_contacts) VALUES (?, 'UTC', 'here')"
REBUILD_SCHEDULE = (
    "CREATE TABLE schedule_next (\n"
    "    schedule_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,\n"
    "    room_id INTEGER NOT NULL REFERENCES room (room_id) ON DELETE CASCADE,\n"
    "    weekdays INTEGER NOT NULL, local_minute INTEGER NOT NULL, zone TEXT NOT NULL,\n"
    "    minutes INTEGER NOT NULL, every_weeks INTEGER NOT NULL, from_date TEXT, until_date TEXT,\n"
    "    colour TEXT NOT NULL DEFAULT 'grey' -- what is new\n"
    ") STRICT;\n"
    "INSERT INTO schedule_next (schedule_id, room_id, weekdays, local_minute, zone, minutes, every_weeks)\n"
    "SELECT schedule_id, room_id, weekdays, local_minute, zone, minutes, every_weeks FROM schedule;\n"
    "DROP TABLE schedule;\n"
    "ALTER TABLE schedule_next RENAME TO schedule;\n"
    "CREATE INDEX schedule_of_room ON schedule (room_id);\n"
)
"""A table made again with another column, as SQLite needs it for a change that ALTER TABLE cannot make."""


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


def rows(path: Path, names: dict[str, list[str]]) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of some tables, of each the named columns."""
    return {
        table: query(path, f"SELECT {', '.join(each)} FROM {table} ORDER BY 1, 2")  # noqa: S608 - our own names
        for table, each in names.items()
    }


async def filled(path: Path) -> dict[str, list[str]]:
    """Make a database of the newest version with a row in every table; return the columns of each."""
    await made(path)
    names = columns(path)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for table in sorted(names, key=lambda each: each != "room" and 1 + (each != "session")):
            info = connection.execute("SELECT name, type FROM pragma_table_info(?)", (table,)).fetchall()
            values = [_value(table, name, kind) for name, kind in info]
            blanks = ", ".join("?" * len(values))
            connection.execute(f"INSERT INTO {table} VALUES ({blanks})", values)  # noqa: S608 - our own names
    return names


def _value(table: str, column: str, kind: str) -> object:
    known = {"purpose": "checkins", "visibility": "counted", "problem": "refused", "zone": "Europe/Berlin"}
    if column in known:
        return known[column]
    if kind != "TEXT":
        return 7
    if column.endswith(("_date", "_on")):
        return "2026-11-23"
    return f"some {table}"


STEPS = (ADD_MOTTO, REBUILD_SCHEDULE, "CREATE INDEX cadence_of_zone ON cadence (zone);\n")


async def test_a_migration_keeps_every_row_of_every_table(path: Path, tmp_path: Path) -> None:
    names = await filled(path)
    names["schedule"] = [each for each in names["schedule"] if not each.endswith("_date")]
    before = rows(path, names)
    assert all(before.values()), "every table has a row"
    await made(path, migrations(tmp_path / "steps", *STEPS))
    assert version(path) == newest() + len(STEPS)
    assert rows(path, names) == before
    assert query(path, "PRAGMA foreign_key_check") == []
    assert query(path, "PRAGMA integrity_check") == [("ok",)]
    names["session"].remove("revision")  # the card of a copy shows the seats that the copy leaves out
    copied = rows(path.with_name(f"alongside.db.v{newest()}"), names)
    assert copied == rows(path, names) | {table: [] for table in LIVE_TABLES}


async def test_what_was_saved_means_the_same_after_a_migration(path: Path, tmp_path: Path) -> None:
    await filled(path)
    database = await SqliteDatabase.open(path, migrations(tmp_path / "steps", *STEPS))
    try:

        async def look(statements: Statements) -> None:
            (schedule,) = await statements.all(Schedule, "schedules_of_room", room_id=7)
            assert schedule == Schedule(7, 7, 7, 7, "Europe/Berlin", 7, 7)
            (room,) = await statements.all(Room, "rooms_of_guild", guild_id=7)
            assert (room.room_id, room.name, room.capacity) == (7, "some room", 7)
            (seat,) = await statements.all(Seat, "seats_of_session", session_id=7)
            assert (seat.member_id, seat.visibility) == (7, Visibility.COUNTED)

        await database.read(look)
        await database.write(lambda statements: statements.run("remove_room", room_id=7))
    finally:
        await database.close()
    assert query(path, "SELECT schedule_id FROM schedule") == []  # it is still deleted with its room


async def test_a_schedules_id_is_never_used_twice_not_even_after_its_table_was_made_again(
    path: Path, tmp_path: Path
) -> None:
    add = (
        "INSERT INTO schedule (room_id, weekdays, local_minute, zone, minutes, every_weeks)"
        " VALUES (7, 1, 0, 'UTC', 5, 1)"
    )
    await filled(path)
    for table in ("schedule_change", "schedule"):
        query(path, f"DELETE FROM {table}")  # noqa: S608 - from above
    query(path, add)
    assert query(path, "SELECT schedule_id FROM schedule") == [(8,)]
    await made(path, migrations(tmp_path / "steps", REBUILD_SCHEDULE))
    query(path, "DELETE FROM schedule")
    query(path, add)
    assert query(path, "SELECT schedule_id FROM schedule") == [(9,)]


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


async def test_a_step_that_breaks_a_reference_leaves_everything_as_it_was(
    path: Path, tmp_path: Path
) -> None:
    await filled(path)
    with pytest.raises(ConfigurationError, match="rows of schedule, session refer to missing ones"):
        await made(path, migrations(tmp_path / "steps", "DELETE FROM room;\n"))
    assert version(path) == newest()
    assert query(path, "SELECT room_id FROM room") == [(7,)]


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


async def test_the_message_is_one_line(path: Path) -> None:
    fill(path, b"x" * 5000)
    with pytest.raises(ConfigurationError) as caught:
        await made(path)
    assert "\n" not in str(caught.value)


def test_the_sqlite_here_knows_what_the_schema_needs() -> None:
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
    with pytest.raises(ConfigurationError, match="something else"):
        await SqliteDatabase.open(path)
    with contextlib.closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]


async def test_two_processes_that_start_at_once_make_one_database(tmp_path: Path) -> None:
    path = tmp_path / "alongside.db"
    opened = await asyncio.gather(*(SqliteDatabase.open(path) for _ in range(2)))
    for each in opened:
        await each.close()
    assert version(path) == newest()


async def test_nobody_else_may_read_the_copy_and_nothing_else_is_left(path: Path, tmp_path: Path) -> None:
    folder = path.parent / "own"
    path = folder / path.name
    await made(path)
    await made(path, migrations(tmp_path / "steps", ADD_MOTTO))
    modes = {each.name: each.stat().st_mode & 0o777 for each in folder.iterdir()}
    assert modes == {path.name: 0o600, f"{path.name}.v{newest()}": 0o600}


async def test_a_process_that_another_overtook_leaves_the_copy_alone(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It read the version, then the other process migrated, and then it makes its copy."""
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
