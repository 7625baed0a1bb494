"""Migrations: numbered, forward only, each in one transaction with its version."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import aiosqlite

from bot.errors import UnfitDatabaseError
from bot.storage.copying import copy_to

_STATE = "SELECT user_version, (SELECT COUNT(*) FROM sqlite_master) FROM pragma_user_version"


MIGRATIONS = Path(__file__).parent / "migrations"


def newest_version(directory: Path = MIGRATIONS) -> int:
    """Return the version of a database that every migration of `directory` was applied to."""
    return max(_steps(directory))


async def migrate(connection: aiosqlite.Connection, directory: Path, path: Path) -> int:
    """Bring the database at `path` up to the newest migration of `directory` and return its version.

    Before a database that holds something is changed, a copy is left beside it; the next start that
    finds nothing to change removes it, so that no copy outlives what members delete. Raises
    UnfitDatabaseError where the database is newer than this program, or not of this program.
    """
    steps = _steps(directory)
    version, tables = await _state(connection)
    newest = max(steps)
    if version > newest:
        raise UnfitDatabaseError(
            f"the database is of version {version}, newer than this program knows ({newest}): "
            "start the newer program, or restore an older database"
        )
    if version == 0 and tables:
        raise UnfitDatabaseError("the database holds something else than Alongside's data")
    if version == newest:
        _drop_copies(path)
    elif version > 0:
        await _keep_copy(connection, path, version)
    for number in range(version + 1, newest + 1):
        await _step(connection, number, steps[number].read_text(encoding="utf-8"))
    return newest


def _steps(directory: Path) -> dict[int, Path]:
    return {int(file.name[:4]): file for file in sorted(directory.glob("[0-9]*_*.sql"))}


async def _state(connection: aiosqlite.Connection) -> tuple[int, int]:
    """Return the version and how many tables and indexes there are, both of the same moment."""
    rows = list(await connection.execute_fetchall(_STATE))
    return int(rows[0][0]), int(rows[0][1])


def _drop_copies(path: Path) -> None:
    for copy in path.parent.glob(f"{path.name}.v[0-9]*"):
        copy.unlink()
    path.with_name(f"{path.name}.converting").unlink(missing_ok=True)  # a conversion that was cut short


async def _keep_copy(connection: aiosqlite.Connection, path: Path, version: int) -> None:
    copy = path.with_name(f"{path.name}.v{version}")
    copy.unlink(missing_ok=True)
    await copy_to(connection, copy)


async def _step(connection: aiosqlite.Connection, number: int, script: str) -> None:
    await connection.execute_fetchall("BEGIN IMMEDIATE")
    try:
        if (await _state(connection))[0] >= number:  # another process that starts now was first
            await connection.execute_fetchall("ROLLBACK")
            return
        for command in _commands(script):
            await connection.execute_fetchall(command)
        await connection.execute_fetchall(f"PRAGMA user_version = {number}")
        await connection.execute_fetchall("COMMIT")
    except BaseException:
        await connection.execute_fetchall("ROLLBACK")
        raise


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
