"""Notice that the files of an open database were deleted, replaced or overwritten.

SQLite keeps using the files that it opened, even if they were deleted or other files took their names: what
is written then is lost when the process ends (https://www.sqlite.org/howtocorrupt.html, section 2.4). Nor
does it notice that another program writes something else into them.
"""

import os
import secrets
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from pydantic import SecretStr

from bot.storage.sqlite.connection import open_alone, truncate_wal
from bot.storage.sqlite.driver import sql_errors

_SUFFIXES = ("", "-wal", "-shm")
_LARGEST_STAMP = 2**31 - 1
_LOOKS = 3  # at a page that may just be written
_PAUSE_SECONDS = 0.01


class FileMovedError(sqlite3.OperationalError):
    """A file of the open database was deleted, moved, replaced or overwritten."""

    sqlite_errorcode = sqlite3.SQLITE_READONLY_DBMOVED


class FileIdentity:
    """Remembers which files an open database has, and its stamp. Create it after opening the database.

    `stamp` is the database's, and `read_stamp` returns the one in the file: the same, or the one before
    until SQLite moves the write-ahead log into the file.
    """

    def __init__(self, path: Path, stamp: int, read_stamp: Callable[[], int]) -> None:
        self._paths = [f"{path}{suffix}" for suffix in _SUFFIXES]
        self._known: dict[str, tuple[int, int]] = {}  # SQLite makes the others when it needs them
        self._stamp = stamp
        self._read_stamp = read_stamp
        self._stamp_before = read_stamp()
        self._checked_at: int | None = None  # when the content that was checked last was written, in ns
        self.check()

    def check(self) -> None:
        """Raise FileMovedError if a file of the database is no longer the one that was opened.

        Reads inode numbers and times, and the stamp when something was written to the database's own file:
        at a checkpoint, seconds apart. Raises SQLite's error if that fails.
        """
        files = [_find(path) for path in self._paths]
        for path, found in zip(self._paths, files, strict=True):
            number = (found.st_dev, found.st_ino) if found else None
            if self._known.get(path, number) != number:
                raise FileMovedError("a file of the database was deleted or replaced")
            if number is not None:
                self._known[path] = number
        self._check_content(files[0])

    def _check_content(self, file: os.stat_result | None) -> None:
        if file is None or file.st_ctime_ns == self._checked_at:
            return
        for left in reversed(range(_LOOKS)):
            try:
                if self._is_ours(self._read_stamp()):
                    break
            except sql_errors():  # perhaps a page of an encrypted file is just being written
                if not left:
                    raise
            if not left:
                raise FileMovedError("the database's file was overwritten")
            time.sleep(_PAUSE_SECONDS)
        self._checked_at = file.st_ctime_ns

    def _is_ours(self, stamp: int) -> bool:
        if stamp == self._stamp:
            self._stamp_before = stamp
        return stamp == self._stamp_before


def set_stamp(connection: sqlite3.Connection) -> None:
    """Give the database a new number, by which its file is told from every copy that was made before."""
    connection.execute(f"PRAGMA application_id = {1 + secrets.randbelow(_LARGEST_STAMP)}")
    truncate_wal(connection)


def get_stamp(connection: sqlite3.Connection) -> int:
    """Return the database's number; see `set_stamp`."""
    return int(connection.execute("PRAGMA application_id").fetchone()[0])


def read_stamp(path: Path, key: SecretStr | None) -> int:
    """Return the number in the database's own file, without the write-ahead log.

    Raises one of `sql_errors`.
    """
    with closing(open_alone(path, key)) as connection:
        return get_stamp(connection)


def _find(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)  # noqa: PTH116 - three times as fast, and every unit of work waits for it
    except FileNotFoundError:
        return None
