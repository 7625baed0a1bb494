"""Migrations: numbered, forward only; all that a start has to do in one transaction with the version."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import aiosqlite

from bot.errors import UnfitDatabaseError
from bot.storage.sqlite.copying import copy_to

_STATE = "SELECT user_version, (SELECT COUNT(*) FROM sqlite_master) FROM pragma_user_version"


MIGRATIONS = Path(__file__).parent / "migrations"


def newest_version(directory: Path = MIGRATIONS) -> int:
    """Return the version of a database that every migration of `directory` was applied to."""
    return max(_steps(directory))


async def migrate(
    connection: aiosqlite.Connection, directory: Path, path: Path, *, exclusive: bool = True
) -> int:
    """Bring the database at `path` up to the newest migration of `directory` and return its version.

    Before a database that holds something is changed, a copy is left beside it; the next start that finds
    nothing to change removes it, with what a conversion left, unless other processes may be at work there
    (`exclusive` false). Raises UnfitDatabaseError where the database is newer than this program, or not of
    this program.
    """
    steps = _steps(directory)
    newest = max(steps)
    version = await _known_version(connection, newest)
    if version == newest and exclusive:
        drop_copies(path)
        path.with_name(f"{path.name}.converting").unlink(missing_ok=True)  # one that was cut short
    await connection.execute_fetchall("PRAGMA foreign_keys = OFF")  # or DROP TABLE would empty other tables
    try:
        while version < newest:
            with _copy_to_be(path, version) as copy:
                if version > 0:
                    await copy_to(connection, copy)
                await _bring_up(connection, version, steps, copy)
            version = await _known_version(connection, newest)
    finally:
        await connection.execute_fetchall("PRAGMA foreign_keys = ON")
    return newest


def _steps(directory: Path) -> dict[int, Path]:
    return {int(file.name[:4]): file for file in sorted(directory.glob("[0-9]*_*.sql"))}


async def _known_version(connection: aiosqlite.Connection, newest: int) -> int:
    """Return the database's version. Raises UnfitDatabaseError for one that cannot be brought up."""
    version, tables = await _state(connection)
    if version > newest:
        raise UnfitDatabaseError(
            f"the database is of version {version}, newer than this program knows ({newest}): "
            "start the newer program, or restore an older database"
        )
    if version == 0 and tables:
        raise UnfitDatabaseError("the database holds something else than Alongside's data")
    return version


async def _state(connection: aiosqlite.Connection) -> tuple[int, int]:
    """Return the version and how many tables and indexes there are, both of the same moment."""
    rows = list(await connection.execute_fetchall(_STATE))
    return int(rows[0][0]), int(rows[0][1])


def drop_copies(path: Path, before: datetime | None = None) -> None:
    """Remove the copies that migrations left beside the database at `path`, or those made `before`."""
    for copy in path.parent.glob(f"{path.name}.v[0-9]*"):
        if before is None or copy.stat().st_mtime < before.timestamp():
            copy.unlink(missing_ok=True)


@contextmanager
def _copy_to_be(path: Path, version: int) -> Iterator[Path]:
    """Give an empty file that is this process's own and nobody else may read, and leave nothing there."""
    handle, name = tempfile.mkstemp(prefix=f"{path.name}.v{version}.", dir=path.parent)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _keep(copy: Path) -> None:
    copy.replace(copy.with_suffix(""))


async def _bring_up(
    connection: aiosqlite.Connection, version: int, steps: dict[int, Path], copy: Path
) -> None:
    """Apply every step after `version`, or none, and let `copy` be the one that is kept of it.

    Does nothing where another process, which starts now too, was first.
    """
    await connection.execute_fetchall("BEGIN IMMEDIATE")
    try:
        if (await _state(connection))[0] != version:
            await connection.execute_fetchall("ROLLBACK")
            return
        if version > 0:
            _keep(copy)
        for number in range(version + 1, max(steps) + 1):
            for command in _commands(steps[number].read_text(encoding="utf-8")):
                await connection.execute_fetchall(command)
        await _check_references(connection)
        await connection.execute_fetchall(f"PRAGMA user_version = {max(steps)}")
        await connection.execute_fetchall("COMMIT")
    except BaseException:
        await connection.execute_fetchall("ROLLBACK")
        raise


async def _check_references(connection: aiosqlite.Connection) -> None:
    """Raise UnfitDatabaseError where a row refers to one that is missing."""
    broken = {str(row[0]) for row in await connection.execute_fetchall("PRAGMA foreign_key_check")}
    if broken:
        raise UnfitDatabaseError(
            f"the database cannot be migrated: rows of {', '.join(sorted(broken))} refer to missing ones"
        )


def _commands(script: str) -> Iterator[str]:
    """Yield the script's commands one by one: `executescript` would commit before the first."""
    command = ""
    for line in script.splitlines(keepends=True):
        command += line
        if sqlite3.complete_statement(command):
            yield command
            command = ""
    if command.strip():  # one without its semicolon, or a comment
        yield command
