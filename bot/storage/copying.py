"""Copies of the database: whole, but without what is live. None outlives a session with who sat in it."""

from pathlib import Path

import aiosqlite

LIVE_TABLES = ("seat", "arrival", "stop")
"""Tables whose rows are of what is open now; a test compares them with `personal_data.py`."""

_KNOWN = "SELECT name FROM copy.sqlite_schema WHERE type = 'table'"


async def copy_to(connection: aiosqlite.Connection, copy: Path) -> None:
    """Write the database as it stands to the new file `copy`, encrypted with the same key if it is.

    Rows of what is live are left out, and their bytes too.
    """
    await connection.execute_fetchall("VACUUM INTO ?", [str(copy)])
    await connection.execute_fetchall("ATTACH DATABASE ? AS copy", [str(copy)])
    try:
        await connection.execute_fetchall("PRAGMA copy.journal_mode = MEMORY")  # no second file with them
        await connection.execute_fetchall("PRAGMA copy.secure_delete = ON")
        known = {str(row[0]) for row in await connection.execute_fetchall(_KNOWN)}
        for table in known.intersection(LIVE_TABLES):
            await connection.execute_fetchall(f"DELETE FROM copy.{table}")  # noqa: S608 - a name from above
        await connection.execute_fetchall("VACUUM copy")
    finally:
        await connection.execute_fetchall("DETACH DATABASE copy")
