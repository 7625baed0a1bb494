"""Backups: a checked copy of the database in one file, with its checksum beside it.

The copy is written anew by SQLite (`VACUUM INTO`), so nothing that was deleted before is in it, and it is
encrypted where the database is. Who sits at that moment is left out. The bot may run meanwhile.
"""

import contextlib
import gzip
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from bot.errors import ConfigurationError, UnfitDatabaseError
from bot.storage.erasure_log import CARRIED_OUT, ErasureLog, LogPosition
from bot.storage.sqlite import lock
from bot.storage.sqlite.connection import Shape, SqlError, not_opened, open_bare, require_fit, shape
from bot.storage.sqlite.copying import copy_now
from bot.storage.sqlite.errors import to_operator_error
from bot.storage.sqlite.inspection import note

Step = Callable[[str], AbstractContextManager[None]]

CHECKSUM = ".sha256"
_NAME = re.compile(r"alongside-\d{8}T\d{6}Z\.db(\.gz)?")
_PARTIAL = ".partial"
_BLOCK_BYTES = 1 << 20
_WAIT_SECONDS = 30.0
_LEVEL = 6
_DATE = "backed up at"
_IS_OURS = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'deployment'"
_GET_NOTE = "SELECT value FROM deployment WHERE name = :name"
_FAILURES: tuple[type[Exception], ...] = (OSError, *SqlError)


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was written."""

    path: Path
    size: int  # bytes
    sha256: str
    version: int  # of the database
    encrypted: bool
    removed: tuple[str, ...]  # names of older ones that it replaces


@dataclass(frozen=True, slots=True)
class Checked:
    """A copy that is whole and ours."""

    version: int  # of the database
    made_at: datetime | None  # when it was copied; None: it is no backup's
    carried_out: LogPosition  # in the list of deletions


def write(
    database: Path, key: SecretStr | None, folder: Path, keep: int, now: datetime, step: Step
) -> Backup:
    """Write a backup into `folder`, and leave the newest `keep` there, this one included.

    Raises ConfigurationError where the database or the folder cannot be used, TransientError where the disk
    is full or the database locked.
    """
    if shape(database) is Shape.ABSENT:
        raise ConfigurationError(f"there is no database at {database} yet")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with lock.held(folder / "alongside"):
            for left in folder.glob(f"*{_PARTIAL}"):  # of a backup that was interrupted
                left.unlink()
            return _write(database, key, folder, keep, now, step)
    except _FAILURES as error:
        raise to_operator_error(error, "the backup cannot be written") from error


def verified(backup: Path) -> str:
    """Return the checksum of a backup. Raises UnfitDatabaseError unless it is the one beside it."""
    listed = backup.with_name(backup.name + CHECKSUM)
    try:
        wanted = listed.read_text(encoding="ascii").split()[0]
        found = digest(backup)
    except (OSError, UnicodeError, IndexError) as error:
        raise UnfitDatabaseError(
            f"{backup} cannot be verified: it needs its checksum, {listed.name}, beside it ({error})"
        ) from None
    if found != wanted:
        raise UnfitDatabaseError(
            f"{backup} is not what was written: its checksum differs from {listed.name}"
        )
    return found


def check(path: Path, key: SecretStr | None) -> Checked:
    """Return what is to be known of the copy of a database at `path`.

    Raises UnfitDatabaseError where it is damaged or another program's, ConfigurationError where `key`, or
    none, does not open it.
    """
    require_fit(path, key)
    try:
        with closing(open_bare(path, key, _WAIT_SECONDS)) as connection:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            named = connection.execute(_IS_OURS).fetchone()
            dated, carried_out = (
                connection.execute(_GET_NOTE, {"name": name}).fetchone() if named else None
                for name in (_DATE, CARRIED_OUT)
            )
    except SqlError as error:
        raise (not_opened(error) if key else None) or to_operator_error(
            error, "it cannot be read"
        ) from error
    if found != "ok" or broken is not None:
        raise UnfitDatabaseError("the copy is damaged")
    if version == 0 or named is None:
        raise UnfitDatabaseError("it holds something else than Alongside's data")
    return Checked(
        version,
        datetime.fromtimestamp(int(dated[0]), UTC) if dated else None,
        LogPosition.read(carried_out[0] if carried_out else None),
    )


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def settle(path: Path) -> None:
    """Make a file, or the names in a folder, durable."""
    if path.is_dir() and os.name != "posix":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(
    database: Path, key: SecretStr | None, folder: Path, keep: int, now: datetime, step: Step
) -> Backup:
    encrypted = key is not None
    name = f"alongside-{now:%Y%m%dT%H%M%SZ}.db" + ("" if encrypted else ".gz")
    with _partial(folder, f"{name}.copy") as copy, _partial(folder, name) as made:
        with step("Copying the database"):
            _copy(database, key, copy)
            note(copy, key, _DATE, str(int(now.timestamp())))  # names of files change
        with step("Checking the copy"):
            version = check(copy, key).version
        if encrypted:
            copy.replace(made)  # what is encrypted does not get smaller
        else:
            with step("Compressing it"):
                _compress(copy, made)
        settle(made)
        sha256 = digest(made)
        _publish(made, folder / name, sha256)
        _take_along(database, folder)
    size = (folder / name).stat().st_size
    return Backup(folder / name, size, sha256, version, encrypted, _rotate(folder, keep))


@contextlib.contextmanager
def _partial(folder: Path, name: str) -> Iterator[Path]:
    """Give a path that nobody else may read, and leave nothing there."""
    path = folder / f"{name}{_PARTIAL}"
    path.touch(mode=0o600)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _copy(database: Path, key: SecretStr | None, copy: Path) -> None:
    require_fit(database, key)
    try:
        with closing(open_bare(database, key, _WAIT_SECONDS)) as connection:
            copy_now(connection, copy)
    except SqlError as error:
        raise (not_opened(error) if key else None) or error from error


def _take_along(database: Path, folder: Path) -> None:
    """Copy the list of deletions beside the backups, for a restoration on another machine."""
    listed = ErasureLog(database)
    for source in (listed.key_path, listed.path):
        if source.exists():
            with _partial(folder, source.name) as copy:
                copy.write_bytes(source.read_bytes())
                settle(copy)
                copy.replace(folder / source.name)


def _compress(copy: Path, made: Path) -> None:
    with (
        copy.open("rb") as source,
        made.open("wb") as file,
        gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=file, mtime=0) as packed,
    ):
        shutil.copyfileobj(source, packed, _BLOCK_BYTES)


def _publish(made: Path, path: Path, sha256: str) -> None:
    """Give the backup its name; its checksum is there first, so that none is seen without."""
    with _partial(path.parent, path.name + CHECKSUM) as listed:
        listed.write_text(f"{sha256}  {path.name}\n", encoding="ascii")
        settle(listed)
        listed.replace(path.with_name(path.name + CHECKSUM))
    made.replace(path)
    settle(path.parent)


def _rotate(folder: Path, keep: int) -> tuple[str, ...]:
    """Remove all but the newest, and checksums of none; return the names of the backups removed."""
    names = sorted(each.name for each in folder.iterdir() if _NAME.fullmatch(each.name))
    old = names[:-keep]
    for name in old:
        (folder / name).unlink()
    for listed in folder.glob(f"alongside-*{CHECKSUM}"):
        if not listed.with_suffix("").exists():
            listed.unlink()
    return tuple(old)
