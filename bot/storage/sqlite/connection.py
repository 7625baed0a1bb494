"""One connection to the database's file: Python's own SQLite, or, with a key, SQLCipher.

SQLCipher is an optional package with errors and rows of its own; nobody beyond the storage knows which.
"""

import asyncio
import sqlite3
from enum import StrEnum
from pathlib import Path

from pydantic import SecretStr

from bot.errors import ConfigurationError
from bot.storage.sqlite.thread_connection import ThreadConnection

try:
    from sqlcipher3 import dbapi2 as sqlcipher
except ImportError:
    sqlcipher = None

SqlError: tuple[type[Exception], ...] = (
    (sqlite3.Error,) if sqlcipher is None else (sqlite3.Error, sqlcipher.Error)
)
"""What a statement may raise, whichever library runs it."""

_PLAIN_HEADER = b"SQLite format 3\0"
_WAIT_SECONDS = 5.0
_LOG = "PRAGMA journal_mode = WAL"
_LOG_PAUSE_SECONDS = 0.05
_TRUNCATE_WAL = "PRAGMA wal_checkpoint(TRUNCATE)"
_WAIT = "PRAGMA busy_timeout = 5000"
_READ_ONLY = "PRAGMA query_only = ON"
_PRAGMAS = (
    _WAIT,
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
)


class Shape(StrEnum):
    """How a database's file lies on the disk."""

    ABSENT = "absent"
    PLAIN = "plain"
    ENCRYPTED = "encrypted"  # or no database at all: without its key nobody can tell


def shape(path: Path) -> Shape:
    """Return how the file at `path` lies on the disk, by its first bytes. Raises OSError if unreadable.

    Not while this process has the database open: closing the file would end SQLite's locks on it.
    """
    if not path.exists():
        return Shape.ABSENT
    with path.open("rb") as file:
        beginning = file.read(len(_PLAIN_HEADER))
    if not beginning:
        return Shape.ABSENT
    return Shape.PLAIN if beginning == _PLAIN_HEADER else Shape.ENCRYPTED


def require_package() -> None:
    """Raise ConfigurationError unless SQLCipher is installed."""
    if sqlcipher is None:
        raise ConfigurationError(
            "ALONGSIDE_DATABASE_KEY needs a package that is not installed: "
            "pip install 'alongside-bot[encryption]'"
        )


def require_fit(path: Path, key: SecretStr | None) -> None:
    """Raise ConfigurationError unless the file at `path` is of the kind that `key`, or none, opens.

    As `shape`, before the first connection alone.
    """
    if key is not None:
        require_package()
    found = shape(path)
    if key is not None and found is Shape.PLAIN:
        raise ConfigurationError(
            "the database is not encrypted, and a key is set: "
            "alongside encrypt converts it, or leave ALONGSIDE_DATABASE_KEY out"
        )
    if key is None and found is Shape.ENCRYPTED:
        raise ConfigurationError(
            "the file is not a database, or an encrypted one: those need ALONGSIDE_DATABASE_KEY"
        )


def open_bare(path: Path, key: SecretStr | None, wait_seconds: float) -> sqlite3.Connection:
    """Open a connection for work beside the bot, with none of our own settings."""
    if key is not None:
        return open_sqlcipher(path, key, wait_seconds)
    return sqlite3.connect(path, isolation_level=None, timeout=wait_seconds)


def open_sqlcipher(path: Path, key: SecretStr | None, wait_seconds: float) -> sqlite3.Connection:
    """Open a bare connection of SQLCipher's, shaped as Python's own; a wrong key shows at its first use."""
    connection: sqlite3.Connection = sqlcipher.connect(
        str(path), isolation_level=None, timeout=wait_seconds
    )
    connection.execute("PRAGMA cipher_log_level = NONE")  # it would write to stderr by itself
    if key is not None:
        connection.execute(f"PRAGMA key = {quoted(key)}")
    return connection


def not_opened(error: Exception) -> ConfigurationError | None:
    """Return what to tell of `error`, if it says that the key does not open the file."""
    if getattr(error, "sqlite_errorcode", 0) != sqlite3.SQLITE_NOTADB:
        return None
    return ConfigurationError(
        "the database does not open with ALONGSIDE_DATABASE_KEY: "
        "it was encrypted with another key, or the file is damaged"
    )


def quoted(key: SecretStr) -> str:
    """Return the key as SQLCipher reads a raw one: without a derivation, which a passphrase would need."""
    return f"\"x'{key.get_secret_value()}'\""


async def connect(path: Path, key: SecretStr | None = None, *, read_only: bool = False) -> ThreadConnection:
    """Open a connection with the settings of all our connections. Call `require_fit` first.

    A copy that it makes by VACUUM INTO is encrypted with the same key.

    Raises ConfigurationError where `key` does not open the file; `SqlError`.
    """

    def connector() -> sqlite3.Connection:  # the key goes in here: aiosqlite logs what it executes
        if key is None:
            return sqlite3.connect(path, isolation_level=None)
        return open_sqlcipher(path, key, _WAIT_SECONDS)

    connection = ThreadConnection(connector)
    await connection
    try:
        connection.row_factory = sqlite3.Row if key is None else sqlcipher.Row
        await _keep_log(connection)
        for pragma in (*_PRAGMAS, *([_READ_ONLY] if read_only else [])):
            await connection.execute_fetchall(pragma)
    except SqlError as error:
        await connection.close()
        raise (not_opened(error) if key else None) or error from None
    except BaseException:
        await connection.close()
        raise
    return connection


def truncate_wal(connection: sqlite3.Connection) -> bool:
    """Empty the write-ahead log into the database; return False, at once, if another connection reads it.

    Without the first command, SQLite would wait for that reader, and every write would wait behind it.
    """
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        (busy, *_) = connection.execute(_TRUNCATE_WAL).fetchone()
    finally:
        connection.execute(_WAIT)
    return not busy


async def _keep_log(connection: ThreadConnection) -> None:
    """Turn the write-ahead log on. SQLite may not wait for another process here, so this does."""
    loop = asyncio.get_running_loop()
    until = loop.time() + _WAIT_SECONDS
    while True:
        try:
            await connection.execute_fetchall(_LOG)
        except SqlError as error:
            # Besides "busy", a file that another process is just making may read as an error of the disk.
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code not in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_IOERR} or loop.time() > until:
                raise
            await asyncio.sleep(_LOG_PAUSE_SECONDS)
        else:
            return
