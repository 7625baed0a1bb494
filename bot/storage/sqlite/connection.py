"""Open connections to the database file: with Python's SQLite, or, given a key, with SQLCipher.

SQLCipher is an optional package with separate error and row classes (see `sql_errors`).
"""

import asyncio
import sqlite3
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote

from pydantic import SecretStr

from bot.errors import ConfigurationError
from bot.storage.sqlite.driver import sql_errors, sqlcipher
from bot.storage.sqlite.unit import ThreadConnection

_PLAIN_HEADER = b"SQLite format 3\0"
_WAIT_SECONDS = 5.0
_TURN_ON_WAL = "PRAGMA journal_mode = WAL"
_RETRY_SECONDS = 0.05
_TRUNCATE_WAL = "PRAGMA wal_checkpoint(TRUNCATE)"
_BUSY_TIMEOUT = "PRAGMA busy_timeout = 5000"
_READ_ONLY = "PRAGMA query_only = ON"
_PRAGMAS = (
    _BUSY_TIMEOUT,
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
)


class Shape(StrEnum):
    """Whether a database file is there, and whether it is encrypted."""

    ABSENT = "absent"
    PLAIN = "plain"
    ENCRYPTED = "encrypted"  # or not a database: without the key they look the same


def shape(path: Path) -> Shape:
    """Return what the file at `path` is, by its first bytes. Raises OSError if it cannot be read.

    Never call it while this process has the database open: closing the file ends SQLite's locks on it
    (POSIX advisory locks; https://www.sqlite.org/howtocorrupt.html, section 2.2).
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
    if sqlcipher() is None:
        raise ConfigurationError(
            "ALONGSIDE_DATABASE_KEY needs a package that is not installed: "
            "pip install 'alongside-bot[encryption]'"
        )


def check_key_fits(path: Path, key: SecretStr | None) -> None:
    """Raise ConfigurationError if `key` is set for an unencrypted file, or missing for an encrypted one.

    Like `shape`, call it only before this process opens the database.
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
    """Open a connection without our settings, for a command that may run at the same time as the bot."""
    if key is not None:
        return open_sqlcipher(path, key, wait_seconds)
    return sqlite3.connect(path, isolation_level=None, timeout=wait_seconds)


def open_alone(path: Path, key: SecretStr | None) -> sqlite3.Connection:
    """Open a connection that reads only the database's own file: no write-ahead log, and no lock.

    It is safe while the database is open: closing it leaves SQLite's other locks on the file in place,
    unlike closing the file in another way (see `shape`). https://www.sqlite.org/uri.html#uriimmutable
    """
    address = f"file:{quote(str(path))}?immutable=1"
    if key is not None:
        return open_sqlcipher(address, key, 0.0)
    return sqlite3.connect(address, isolation_level=None, uri=True)


def open_sqlcipher(path: Path | str, key: SecretStr | None, wait_seconds: float) -> sqlite3.Connection:
    """Open an SQLCipher connection without our settings. A wrong key is noticed at the first statement.

    `path` may be a path, or an address as `sqlite3.connect` reads it.
    """
    connection: sqlite3.Connection = sqlcipher().connect(
        str(path), isolation_level=None, timeout=wait_seconds, uri=isinstance(path, str)
    )
    connection.execute("PRAGMA cipher_log_level = NONE")  # else it writes to stderr
    if key is not None:
        connection.execute(f"PRAGMA key = {raw_key(key)}")
    return connection


def wrong_key_error(error: Exception) -> ConfigurationError | None:
    """Return an error for the operator if `error` means that the key does not open the file, else None."""
    if getattr(error, "sqlite_errorcode", 0) != sqlite3.SQLITE_NOTADB:
        return None
    return ConfigurationError(
        "the database does not open with ALONGSIDE_DATABASE_KEY: "
        "it was encrypted with another key, or the file is damaged"
    )


def raw_key(key: SecretStr) -> str:
    """Return the SQL literal of a raw key, which SQLCipher uses without key derivation."""
    return f"\"x'{key.get_secret_value()}'\""


async def connect(path: Path, key: SecretStr | None = None, *, read_only: bool = False) -> ThreadConnection:
    """Open a connection with the settings of all our connections. Call `check_key_fits` first.

    A copy that it makes by VACUUM INTO is encrypted with the same key.

    Raises ConfigurationError if `key` does not open the file, and one of `sql_errors`.
    """

    def connector() -> sqlite3.Connection:  # sets the key here, since aiosqlite logs statements
        if key is None:
            return sqlite3.connect(path, isolation_level=None)
        return open_sqlcipher(path, key, _WAIT_SECONDS)

    connection = ThreadConnection(connector)
    await connection
    try:
        connection.row_factory = sqlite3.Row if key is None else sqlcipher().Row
        await _turn_on_wal(connection)
        for pragma in (*_PRAGMAS, *([_READ_ONLY] if read_only else [])):
            await connection.execute_fetchall(pragma)
    except sql_errors() as error:
        await connection.close()
        raise (wrong_key_error(error) if key else None) or error from None
    except BaseException:
        await connection.close()
        raise
    return connection


def truncate_wal(connection: sqlite3.Connection) -> bool:
    """Move the write-ahead log into the database; return False at once if another connection reads it.

    Without the first command, SQLite would wait for that reader, and every write would wait behind it.
    """
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        (busy, *_) = connection.execute(_TRUNCATE_WAL).fetchone()
    finally:
        connection.execute(_BUSY_TIMEOUT)
    return not busy


async def _turn_on_wal(connection: ThreadConnection) -> None:
    """Turn the write-ahead log on. SQLite does not wait here for another process, so this retries."""
    loop = asyncio.get_running_loop()
    until = loop.time() + _WAIT_SECONDS
    while True:
        try:
            await connection.execute_fetchall(_TURN_ON_WAL)
        except sql_errors() as error:
            # A file that another process is just creating may give an I/O error instead of "busy".
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code not in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_IOERR} or loop.time() > until:
                raise
            await asyncio.sleep(_RETRY_SECONDS)
        else:
            return
