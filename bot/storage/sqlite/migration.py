"""Migrate the database: numbered SQL files, forward only, all pending ones in one transaction."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

import aiosqlite

from bot.errors import UnfitDatabaseError
from bot.storage.schema import SCHEMA_NOTE, Migration, read_migrations, require_servable, schema_note
from bot.storage.sqlite.copying import copy_to
from bot.storage.sqlite.driver import sql_errors

_STATE = "SELECT user_version, (SELECT COUNT(*) FROM sqlite_master) FROM pragma_user_version"
_GET_NOTE = "SELECT value FROM deployment WHERE name = ?"
_SET_NOTE = """
INSERT INTO deployment (name, value) VALUES (?, ?)
ON CONFLICT (name) DO UPDATE SET value = excluded.value
"""


async def migrate(
    connection: aiosqlite.Connection, directory: Path, path: Path, *, exclusive: bool = True
) -> int:
    """Apply the migrations in `directory` that the database at `path` lacks; return its new version.

    Before an older database is changed, a copy is saved beside it. A later start without pending migrations
    removes that copy and the files of an interrupted conversion, if no other process may be using the
    database (`exclusive`). Raises UnfitDatabaseError if this program cannot serve the database, if that
    belongs to another program, or if a migration would leave references to missing rows.
    """
    migrations = read_migrations(directory)
    newest = max(migrations)
    version = await _check_version(connection, newest)
    if version == newest and exclusive:
        drop_copies(path)
        path.with_name(f"{path.name}.converting").unlink(missing_ok=True)  # of an interrupted conversion
    await connection.execute_fetchall("PRAGMA foreign_keys = OFF")  # or DROP TABLE would empty other tables
    try:
        while version < newest:
            with _empty_copy(path, version) as copy:
                if version > 0:
                    await copy_to(connection, copy)
                await _apply(connection, version, migrations, copy)
            version = await _check_version(connection, newest)
    finally:
        await connection.execute_fetchall("PRAGMA foreign_keys = ON")
    return version


async def _check_version(connection: aiosqlite.Connection, newest: int) -> int:
    """Return the database's version. Raises UnfitDatabaseError if it cannot be migrated."""
    version, tables = await _read_state(connection)
    if version > newest:
        require_servable(newest, version, await _find_schema_note(connection))
    if version == 0 and tables:
        raise UnfitDatabaseError("this is not a database of Alongside")
    return version


async def _find_schema_note(connection: aiosqlite.Connection) -> object:
    """Return the note of the last migration, or None."""
    with suppress(*sql_errors()):  # a database without the table
        for (noted,) in await connection.execute_fetchall(_GET_NOTE, [SCHEMA_NOTE]):
            return noted
    return None


async def _read_state(connection: aiosqlite.Connection) -> tuple[int, int]:
    """Return the version and the number of tables and indexes, both from one snapshot."""
    rows = list(await connection.execute_fetchall(_STATE))
    return int(rows[0][0]), int(rows[0][1])


def drop_copies(path: Path, before: datetime | None = None) -> None:
    """Remove the copies that migrations saved beside the database; given `before`, only older ones."""
    for copy in path.parent.glob(f"{path.name}.v[0-9]*"):
        if before is None or copy.stat().st_mtime < before.timestamp():
            copy.unlink(missing_ok=True)


@contextmanager
def _empty_copy(path: Path, version: int) -> Iterator[Path]:
    """Give the path of an empty file that only this user may read; remove the file afterwards."""
    handle, name = tempfile.mkstemp(prefix=f"{path.name}.v{version}.", dir=path.parent)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _keep_copy(copy: Path) -> None:
    copy.replace(copy.with_suffix(""))


async def _apply(
    connection: aiosqlite.Connection, version: int, migrations: dict[int, Migration], copy: Path
) -> None:
    """Apply all migrations after `version`, or none of them, and save `copy`, made before them.

    Does nothing if another process that is starting too has applied them meanwhile.
    """
    await connection.execute_fetchall("BEGIN IMMEDIATE")
    try:
        if (await _read_state(connection))[0] != version:
            await connection.execute_fetchall("ROLLBACK")
            return
        if version > 0:
            _keep_copy(copy)
        for number in range(version + 1, max(migrations) + 1):
            for command in _commands(migrations[number].script):
                await connection.execute_fetchall(command)
        await connection.execute_fetchall(_SET_NOTE, [SCHEMA_NOTE, schema_note(migrations)])
        await _check_references(connection)
        await connection.execute_fetchall(f"PRAGMA user_version = {max(migrations)}")
        await connection.execute_fetchall("COMMIT")
    except BaseException:
        await connection.execute_fetchall("ROLLBACK")
        raise


async def _check_references(connection: aiosqlite.Connection) -> None:
    """Raise UnfitDatabaseError if a row refers to a missing one."""
    broken = {str(row[0]) for row in await connection.execute_fetchall("PRAGMA foreign_key_check")}
    if broken:
        raise UnfitDatabaseError(
            f"the database cannot be migrated: rows of {', '.join(sorted(broken))} refer to missing ones"
        )


def _commands(script: str) -> Iterator[str]:
    """Yield the script's commands one by one, since `executescript` commits before the first."""
    command = ""
    for line in script.splitlines(keepends=True):
        command += line
        if sqlite3.complete_statement(command):
            yield command
            command = ""
    if command.strip():  # one without its semicolon, or a comment
        yield command
