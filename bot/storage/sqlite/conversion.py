"""Encrypt a database on the disk, or decrypt it, while no other process uses it.

A converted copy is written beside the database, compared with it row by row, and renamed over it: after a
crash at any moment there is either the old file or the new one, complete. Then the old file's bytes are
overwritten with zeros.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from pydantic import SecretStr

from bot.errors import ConfigurationError, InUseError
from bot.storage.sqlite.connection import (
    Shape,
    open_sqlcipher,
    raw_key,
    require_package,
    shape,
    wrong_key_error,
)
from bot.storage.sqlite.driver import failures, sql_errors

_BLOCK = bytes(1 << 20)
_WAIT_SECONDS = 1.0
_SCHEMA = "SELECT type, name, tbl_name, sql FROM {name}.sqlite_master ORDER BY type, name"


def convert(path: Path, key: SecretStr, wanted: Shape) -> bool:
    """Convert the database at `path` to the shape `wanted`; return False if it had it already.

    Raises ConfigurationError if there is no database, it is in use, or `key` does not open it.
    """
    require_package()
    found = shape(path)
    if found is Shape.ABSENT:
        raise ConfigurationError("there is no database yet: the first start makes it, encrypted with a key")
    try:
        opens = key if found is Shape.ENCRYPTED else None
        with closing(open_sqlcipher(path, opens, _WAIT_SECONDS)) as source:
            _lock_exclusively(source)
            if found is not wanted:
                _replace(source, path, key, wanted)
    except failures() as error:
        left = ConfigurationError(f"the database was left as it was: {error}")
        raise wrong_key_error(error) or left from error
    for copy in path.parent.glob(f"{path.name}.v[0-9]*"):  # that a migration saved
        if shape(copy) is not wanted:
            with _overwriting(copy):
                copy.unlink()
    return found is not wanted


def _lock_exclusively(source: sqlite3.Connection) -> None:
    """Truncate the write-ahead log and lock the file until the connection closes."""
    try:
        source.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        source.execute("PRAGMA journal_mode = DELETE").fetchall()
        source.execute("PRAGMA locking_mode = EXCLUSIVE").fetchall()
        source.execute("BEGIN EXCLUSIVE")
        source.execute("COMMIT")
    except sql_errors() as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise
        raise InUseError("the database is in use: stop the bot first") from None


def _replace(source: sqlite3.Connection, path: Path, key: SecretStr, wanted: Shape) -> None:
    copy = path.with_name(f"{path.name}.converting")
    copy.unlink(missing_ok=True)
    try:
        copy.touch(mode=0o600)
        _write(source, copy, raw_key(key) if wanted is Shape.ENCRYPTED else "''")
        copy_owner(path, copy)
        with _overwriting(path):  # still locked: another process that waits finds zeros, not data
            copy.replace(path)
            _sync_folder(path.parent)
    except BaseException:
        copy.unlink(missing_ok=True)
        raise


def _write(source: sqlite3.Connection, copy: Path, opens: str) -> None:
    version = source.execute("PRAGMA user_version").fetchone()[0]
    with _attached(source, copy, opens):
        source.execute(
            "PRAGMA copy.journal_mode = MEMORY"
        )  # no journal file: an interrupted copy is made again
        source.execute("SELECT sqlcipher_export('copy')").fetchall()
        source.execute(f"PRAGMA copy.user_version = {int(version)}")
    with _attached(source, copy, opens):
        compare(source)


@contextmanager
def _attached(source: sqlite3.Connection, copy: Path, opens: str) -> Iterator[None]:
    source.execute(f"ATTACH DATABASE ? AS copy KEY {opens}", [str(copy)])
    try:
        yield
    finally:
        source.execute("DETACH DATABASE copy")


def compare(source: sqlite3.Connection) -> None:
    """Raise ConfigurationError if the copy, as read from the disk, differs from the database."""
    first, second = (source.execute(_SCHEMA.format(name=name)).fetchall() for name in ("main", "copy"))
    versions = [source.execute(f"PRAGMA {name}.user_version").fetchone() for name in ("main", "copy")]
    same = first == second and versions[0] == versions[1]
    sound = source.execute("PRAGMA copy.integrity_check").fetchall() == [("ok",)]
    tables = [name for kind, name, _, _ in first if kind == "table"]
    if not (sound and same) or any(_differs(source, table) for table in tables):
        raise ConfigurationError("the copy differs from the database, so the database was left as it was")


def _differs(source: sqlite3.Connection, table: str) -> bool:
    whole = [f"SELECT * FROM {name}.{table}" for name in ("main", "copy")]  # noqa: S608 - names of the schema
    either = [*whole, *reversed(whole)]
    return any(
        source.execute(f"SELECT COUNT(*) FROM ({one} EXCEPT {other})").fetchone()[0]  # noqa: S608 - as above
        for one, other in (either[:2], either[2:])
    )


def copy_owner(path: Path, copy: Path) -> None:
    """Give the new file the owner and the permissions of the old one."""
    shutil.copymode(path, copy)
    if hasattr(os, "chown"):
        there = path.stat()
        os.chown(copy, there.st_uid, there.st_gid)


@contextmanager
def _overwriting(path: Path) -> Iterator[None]:
    """Overwrite the file now at `path` with zeros on exit, even if it is renamed or replaced meanwhile."""
    with path.open("r+b") as old:
        yield
        left = os.fstat(old.fileno()).st_size
        while left > 0:
            left -= old.write(_BLOCK[:left])
        old.flush()
        os.fsync(old.fileno())


def _sync_folder(folder: Path) -> None:
    """Sync the names in `folder` to the disk, if the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
