"""Turn errors of SQLite into errors for the operator."""

import errno
import sqlite3

import aiosqlite

from bot.errors import ConfigurationError, TransientError, UnfitDatabaseError
from bot.storage.sqlite.driver import sql_errors
from bot.storage.sqlite.file_identity import FileMovedError

_FULL = "the disk is full, or the database may not grow: make room on it"
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_TRANSIENT = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_IOERR: "the disk does not do what it is asked: it may be full, or failing",
    sqlite3.SQLITE_BUSY: "another program holds the database locked",
    sqlite3.SQLITE_LOCKED: "another program holds the database locked",
    sqlite3.SQLITE_READONLY: "the database, or the disk that it is on, is read-only",
}
_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
DAMAGED = "the database is damaged: restore the newest backup with `alongside restore`"
MOVED = (
    "a file of the database was deleted, moved, replaced or overwritten while the bot ran, so nothing more "
    "was saved: put it back, or restore the newest backup with `alongside restore`"
)


def to_operator_error(error: Exception, action: str) -> ConfigurationError | TransientError:
    """Return the operator's version of an SQLite error, with what to do.

    TransientError if waiting can help.
    """
    code = _code(error)
    if isinstance(error, FileMovedError):
        return UnfitDatabaseError(MOVED)
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        return TransientError(_FULL)
    if code in _TRANSIENT:
        return TransientError(_TRANSIENT[code])
    if code in _DAMAGE:
        return UnfitDatabaseError(f"{DAMAGED} ({error})")
    return ConfigurationError(f"{action}: {error}")


async def check_integrity(connection: aiosqlite.Connection) -> None:
    """Raise UnfitDatabaseError if the database is damaged. Reads all of it."""
    found = [str(row[0]) for row in await connection.execute_fetchall("PRAGMA quick_check(1)")]
    if found != ["ok"]:
        raise UnfitDatabaseError(f"{DAMAGED} ({' '.join(found[0].split())})")


def transient_reason(error: Exception) -> str | None:
    """Return one line about an error of SQLite that can end by itself; None for any other error."""
    return _TRANSIENT.get(_code(error))


def damage_of(error: Exception) -> str | None:
    """Return a line for the operator if the error says that the database's file is damaged or gone."""
    if isinstance(error, FileMovedError):
        return MOVED
    return DAMAGED if _code(error) in _DAMAGE else None


def _code(error: Exception) -> int:
    code = getattr(error, "sqlite_errorcode", None)
    return code & 0xFF if isinstance(error, sql_errors()) and isinstance(code, int) else 0
