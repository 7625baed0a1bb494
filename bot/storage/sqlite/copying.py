"""Copy a database, without the rows about sessions and check-ins that are open now.

So no copy shows later who sat in a session.
"""

import sqlite3
from collections.abc import Generator, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeAlias

import aiosqlite

from bot.storage.table_statements import LIVE_TABLES

_KNOWN = "SELECT name FROM copy.sqlite_master WHERE type = 'table'"

_Steps: TypeAlias = Generator[tuple[str, list[str]], Iterable[Any], None]


def copy_now(connection: sqlite3.Connection, copy: Path) -> None:
    """Write the database to the new file `copy`, encrypted with the same key if it is encrypted.

    The copy contains no rows of `LIVE_TABLES`, nor their bytes.
    """
    steps = _steps(copy)
    with suppress(StopIteration):
        command, values = next(steps)
        while True:
            command, values = steps.send(connection.execute(command, values).fetchall())


async def copy_to(connection: aiosqlite.Connection, copy: Path) -> None:
    """Do the same as `copy_now` on an aiosqlite connection."""
    steps = _steps(copy)
    with suppress(StopIteration):
        command, values = next(steps)
        while True:
            command, values = steps.send(await connection.execute_fetchall(command, values))


def _steps(copy: Path) -> _Steps:
    yield "VACUUM INTO ?", [str(copy)]
    yield "ATTACH DATABASE ? AS copy", [str(copy)]  # an encrypted one with the key of the first
    yield "PRAGMA copy.journal_mode = MEMORY", []  # no journal file that has the rows
    yield "PRAGMA copy.secure_delete = ON", []
    known = {str(row[0]) for row in (yield _KNOWN, [])}
    for table in known.intersection(LIVE_TABLES):
        yield f"DELETE FROM copy.{table}", []  # noqa: S608 - a name from above
    yield "PRAGMA copy.application_id = 0", []  # the stamp is the first database's; see `file_identity`
    yield "VACUUM copy", []
    yield "DETACH DATABASE copy", []
