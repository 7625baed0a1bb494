"""Migrations of a database with rows in every table."""

import contextlib
import sqlite3
from pathlib import Path

import pytest

from bot.errors import ConfigurationError
from bot.rooms.model import Room
from bot.rooms.schedules.model import Schedule
from bot.rooms.sessions.model import Seat, Visibility
from bot.storage.database import Statements
from bot.storage.schema import SCHEMA_NOTE
from bot.storage.sqlite.database import SqliteDatabase
from bot.storage.table_statements import LIVE_TABLES
from tests.storage.scratch import ADD_MOTTO, migrations, newest, query, version
from tests.storage.test_migration import columns, made

REBUILD_SCHEDULE = (
    "CREATE TABLE schedule_next (\n"
    "    schedule_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,\n"
    "    room_id INTEGER NOT NULL REFERENCES room (room_id) ON DELETE CASCADE,\n"
    "    weekdays INTEGER NOT NULL, local_minute INTEGER NOT NULL, zone TEXT NOT NULL,\n"
    "    minutes INTEGER NOT NULL, rounds INTEGER NOT NULL, every_weeks INTEGER NOT NULL,\n"
    "    from_date TEXT, until_date TEXT, week_start INTEGER NOT NULL,\n"
    "    colour TEXT NOT NULL DEFAULT 'grey' -- what is new\n"
    ") STRICT;\n"
    "INSERT INTO schedule_next\n"
    "    (schedule_id, room_id, weekdays, local_minute, zone, minutes, rounds, every_weeks, week_start)\n"
    "SELECT schedule_id, room_id, weekdays, local_minute, zone, minutes, rounds, every_weeks, week_start\n"
    "FROM schedule;\n"
    "DROP TABLE schedule;\n"
    "ALTER TABLE schedule_next RENAME TO schedule;\n"
    "CREATE INDEX schedule_of_room ON schedule (room_id);\n"
)
"""A table made again with another column, as SQLite needs it for a change that ALTER TABLE cannot make."""


def rows(path: Path, names: dict[str, list[str]]) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of some tables, of each the named columns; without the note that migrations make."""
    found = {
        table: query(path, f"SELECT {', '.join(each)} FROM {table} ORDER BY 1, 2")  # noqa: S608 - our own names
        for table, each in names.items()
    }
    return {table: [row for row in each if SCHEMA_NOTE not in row] for table, each in found.items()}


async def filled(path: Path) -> dict[str, list[str]]:
    """Make a database of the newest version with a row in every table; return the columns of each."""
    await made(path)
    names = columns(path)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for table in sorted(names, key=lambda each: each != "room" and 1 + (each != "session")):
            info = connection.execute("SELECT name, type FROM pragma_table_info(?)", (table,)).fetchall()
            values = [_value(table, name, kind) for name, kind in info]
            placeholders = ", ".join("?" * len(values))
            connection.execute(f"INSERT INTO {table} VALUES ({placeholders})", values)  # noqa: S608 - our own names
    return names


def _value(table: str, column: str, kind: str) -> object:
    known = {"purpose": "checkins", "visibility": "counted", "zone": "Europe/Berlin"}
    known |= dict.fromkeys(("problem", "thread_problem"), "refused")
    if column in known:
        return known[column]
    if kind != "TEXT":
        return {"every_weeks": 4, "week_start": 6, "rounds": 2, "only_row": 1}.get(column, 7)
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
    names["card"].remove("revision")  # the card of a copy shows the seats that the copy leaves out
    copied = rows(path.with_name(f"alongside.db.v{newest()}"), names)
    assert copied == rows(path, names) | {table: [] for table in LIVE_TABLES}


async def test_saved_rows_mean_the_same_after_a_migration(path: Path, tmp_path: Path) -> None:
    await filled(path)
    database = await SqliteDatabase.open(path, migrations(tmp_path / "steps", *STEPS))
    try:

        async def look(statements: Statements) -> None:
            (schedule,) = await statements.all(Schedule, "schedules_of_room", room_id=7)
            assert schedule == Schedule(7, 7, 7, 7, "Europe/Berlin", 7, 4, week_start=6, rounds=2)
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
        "INSERT INTO schedule"
        " (room_id, weekdays, local_minute, zone, minutes, rounds, every_weeks, week_start)"
        " VALUES (7, 1, 0, 'UTC', 5, 1, 1, 0)"
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


async def test_a_step_that_breaks_a_reference_leaves_everything_as_it_was(
    path: Path, tmp_path: Path
) -> None:
    await filled(path)
    with pytest.raises(ConfigurationError, match="rows of card, schedule, session refer to missing ones"):
        await made(path, migrations(tmp_path / "steps", "DELETE FROM room;\n"))
    assert version(path) == newest()
    assert query(path, "SELECT room_id FROM room") == [(7,)]
