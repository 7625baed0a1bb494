"""Converting a database on the disk: from plain to encrypted and back, while nobody else uses it.

The copy is written beside the database, compared with it row by row, and put in its place in one step: a
crash at any moment leaves the one or the other, whole. Then the old file is overwritten with zeros.
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
    SqlError,
    not_opened,
    open_sqlcipher,
    quoted,
    require_package,
    shape,
)

_TROUBLES: tuple[type[Exception], ...] = (OSError, *SqlError)
_BLOCK = bytes(1 << 20)
_WAIT_SECONDS = 1.0
_SCHEMA = "SELECT type, name, tbl_name, sql FROM {name}.sqlite_master ORDER BY type, name"


def convert(path: Path, key: SecretStr, wanted: Shape) -> bool:
    """Make the database at `path` `wanted`; return whether it was another before.

    Raises ConfigurationError where there is none, it is in use, or `key` does not open it.
    """
    require_package()
    found = shape(path)
    if found is Shape.ABSENT:
        raise ConfigurationError("there is no database yet: the first start makes it, encrypted with a key")
    try:
        opens = key if found is Shape.ENCRYPTED else None
        with closing(open_sqlcipher(path, opens, _WAIT_SECONDS)) as source:
            _claim(source)
            if found is not wanted:
                _replace(source, path, key, wanted)
    except _TROUBLES as error:
        left = ConfigurationError(f"the database was left as it was: {error}")
        raise not_opened(error) or left from error
    for copy in path.parent.glob(f"{path.name}.v[0-9]*"):  # of a migration, and of the other shape
        if shape(copy) is not wanted:
            with _wiping(copy):
                copy.unlink()
    return found is not wanted


def _claim(source: sqlite3.Connection) -> None:
    """Hold the file alone until the connection closes, its write-ahead log in it and gone."""
    try:
        source.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        source.execute("PRAGMA journal_mode = DELETE").fetchall()
        source.execute("PRAGMA locking_mode = EXCLUSIVE").fetchall()
        source.execute("BEGIN EXCLUSIVE")
        source.execute("COMMIT")
    except SqlError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise
        raise InUseError("the database is in use: stop the bot first") from None


def _replace(source: sqlite3.Connection, path: Path, key: SecretStr, wanted: Shape) -> None:
    copy = path.with_name(f"{path.name}.converting")
    copy.unlink(missing_ok=True)
    try:
        copy.touch(mode=0o600)
        _write(source, copy, quoted(key) if wanted is Shape.ENCRYPTED else "''")
        own_alike(path, copy)
        with _wiping(path):  # while it is still held: who waits for it finds no database, and says so
            copy.replace(path)
            _settle(path.parent)
    except BaseException:
        copy.unlink(missing_ok=True)
        raise


def _write(source: sqlite3.Connection, copy: Path, opens: str) -> None:
    version = source.execute("PRAGMA user_version").fetchone()[0]
    with _attached(source, copy, opens):
        source.execute("PRAGMA copy.journal_mode = MEMORY")  # no further file: cut short, it is made anew
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
    """Raise ConfigurationError unless the copy, read from the disk, holds the very same."""
    first, second = (source.execute(_SCHEMA.format(name=name)).fetchall() for name in ("main", "copy"))
    versions = [source.execute(f"PRAGMA {name}.user_version").fetchone() for name in ("main", "copy")]
    same = first == second and versions[0] == versions[1]
    sound = source.execute("PRAGMA copy.integrity_check").fetchall() == [("ok",)]
    tables = [name for kind, name, _, _ in first if kind == "table"]
    if not (sound and same) or any(_differs(source, table) for table in tables):
        raise ConfigurationError("the copy does not hold the same, so the database was left as it was")


def _differs(source: sqlite3.Connection, table: str) -> bool:
    whole = [f"SELECT * FROM {name}.{table}" for name in ("main", "copy")]  # noqa: S608 - names of the schema
    either = [*whole, *reversed(whole)]
    return any(
        source.execute(f"SELECT COUNT(*) FROM ({one} EXCEPT {other})").fetchone()[0]  # noqa: S608 - as above
        for one, other in (either[:2], either[2:])
    )


def own_alike(path: Path, copy: Path) -> None:
    """Let whoever may use the old file use the new one."""
    shutil.copymode(path, copy)
    if hasattr(os, "chown"):
        there = path.stat()
        os.chown(copy, there.st_uid, there.st_gid)


@contextmanager
def _wiping(path: Path) -> Iterator[None]:
    """Overwrite the file that is at `path` now with zeros, after its name was taken away inside."""
    with path.open("r+b") as old:
        yield
        left = os.fstat(old.fileno()).st_size
        while left > 0:
            left -= old.write(_BLOCK[:left])
        old.flush()
        os.fsync(old.fileno())


def _settle(folder: Path) -> None:
    """Make the names in `folder` durable, where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
