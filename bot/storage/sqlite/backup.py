"""Back up the database: a checked copy in one file, with its checksum beside it.

SQLite writes the copy row by row (`VACUUM INTO`), so no deleted data is in it. It is encrypted if the
database is, and does not contain who sits in a session at that moment. The bot may be running.
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
from bot.storage.erasure_log import REPLAYED_UP_TO, ErasureLog, LogPosition
from bot.storage.sqlite import lock
from bot.storage.sqlite.connection import Shape, check_key_fits, open_bare, shape, wrong_key_error
from bot.storage.sqlite.copying import copy_now
from bot.storage.sqlite.driver import SqlError
from bot.storage.sqlite.errors import to_operator_error
from bot.storage.sqlite.inspection import write_note

Step = Callable[[str], AbstractContextManager[None]]

CHECKSUM = ".sha256"
_NAME = re.compile(r"alongside-\d{8}T\d{6}Z\.db(\.gz)?")
_PARTIAL = ".partial"
_BLOCK_BYTES = 1 << 20
_WAIT_SECONDS = 30.0
_LEVEL = 6
_DATE = "backed up at"
_HAS_OUR_TABLE = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'deployment'"
_GET_NOTE = "SELECT value FROM deployment WHERE name = :name"
_FAILURES: tuple[type[Exception], ...] = (OSError, *SqlError)


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was just written."""

    path: Path
    size: int  # bytes
    sha256: str
    version: int  # of the database
    encrypted: bool
    removed: tuple[str, ...]  # names of the older backups that were removed


@dataclass(frozen=True, slots=True)
class CheckedCopy:
    """A copy of a database of this program, which was found undamaged."""

    version: int  # of the database
    made_at: datetime | None  # None: it is not from a backup
    carried_out: LogPosition  # up to which it has erased what the erasure log says


def write(
    database: Path, key: SecretStr | None, folder: Path, keep: int, now: datetime, step: Step
) -> Backup:
    """Write a backup into `folder` and remove all but the newest `keep`; `step` wraps each step.

    Raises ConfigurationError if the database or the folder cannot be used, TransientError if the disk is
    full or the database locked.
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


def verify_checksum(backup: Path) -> str:
    """Return the checksum of a backup. Raises UnfitDatabaseError if it differs from the saved one."""
    checksum_file = backup.with_name(backup.name + CHECKSUM)
    try:
        wanted = checksum_file.read_text(encoding="ascii").split()[0]
        found = sha256_of(backup)
    except (OSError, UnicodeError, IndexError) as error:
        raise UnfitDatabaseError(
            f"{backup} cannot be verified: it needs its checksum, {checksum_file.name}, beside it ({error})"
        ) from None
    if found != wanted:
        raise UnfitDatabaseError(
            f"{backup} was changed after it was written: its checksum differs from {checksum_file.name}"
        )
    return found


def check_copy(path: Path, key: SecretStr | None) -> CheckedCopy:
    """Check the copy of a database at `path` and return what it says about itself.

    Raises UnfitDatabaseError if it is damaged or another program's, ConfigurationError if it does not open
    with `key` (or without one).
    """
    check_key_fits(path, key)
    try:
        with closing(open_bare(path, key, _WAIT_SECONDS)) as connection:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            named = connection.execute(_HAS_OUR_TABLE).fetchone()
            dated, carried_out = (
                connection.execute(_GET_NOTE, {"name": name}).fetchone() if named else None
                for name in (_DATE, REPLAYED_UP_TO)
            )
    except SqlError as error:
        raise (wrong_key_error(error) if key else None) or to_operator_error(
            error, "it cannot be read"
        ) from error
    if found != "ok" or broken is not None:
        raise UnfitDatabaseError("the copy is damaged")
    if version == 0 or named is None:
        raise UnfitDatabaseError("it is not a backup of Alongside")
    return CheckedCopy(
        version,
        datetime.fromtimestamp(int(dated[0]), UTC) if dated else None,
        LogPosition.read(carried_out[0] if carried_out else None),
    )


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync_to_disk(path: Path) -> None:
    """Sync a file, or the names in a folder, to the disk."""
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
            write_note(copy, key, _DATE, str(int(now.timestamp())))  # the file may be renamed
        with step("Checking the copy"):
            version = check_copy(copy, key).version
        if encrypted:
            copy.replace(made)  # encrypted data cannot be compressed
        else:
            with step("Compressing it"):
                _compress(copy, made)
        sync_to_disk(made)
        sha256 = sha256_of(made)
        _publish(made, folder / name, sha256)
        _copy_erasure_log(database, folder)
    size = (folder / name).stat().st_size
    return Backup(folder / name, size, sha256, version, encrypted, _rotate(folder, keep))


@contextlib.contextmanager
def _partial(folder: Path, name: str) -> Iterator[Path]:
    """Give the path of an empty file that only this user may read; remove what is left of it."""
    path = folder / f"{name}{_PARTIAL}"
    path.touch(mode=0o600)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _copy(database: Path, key: SecretStr | None, copy: Path) -> None:
    check_key_fits(database, key)
    try:
        with closing(open_bare(database, key, _WAIT_SECONDS)) as connection:
            copy_now(connection, copy)
    except SqlError as error:
        raise (wrong_key_error(error) if key else None) or error from error


def _copy_erasure_log(database: Path, folder: Path) -> None:
    """Copy the erasure log into the folder, for a restoration on another machine."""
    checksum_file = ErasureLog(database)
    for source in (checksum_file.key_path, checksum_file.path):
        if source.exists():
            with _partial(folder, source.name) as copy:
                copy.write_bytes(source.read_bytes())
                sync_to_disk(copy)
                copy.replace(folder / source.name)


def _compress(copy: Path, made: Path) -> None:
    with (
        copy.open("rb") as source,
        made.open("wb") as file,
        gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=file, mtime=0) as packed,
    ):
        shutil.copyfileobj(source, packed, _BLOCK_BYTES)


def _publish(made: Path, path: Path, sha256: str) -> None:
    """Give the backup its name, after its checksum: no backup is ever there without one."""
    with _partial(path.parent, path.name + CHECKSUM) as checksum_file:
        checksum_file.write_text(f"{sha256}  {path.name}\n", encoding="ascii")
        sync_to_disk(checksum_file)
        checksum_file.replace(path.with_name(path.name + CHECKSUM))
    made.replace(path)
    sync_to_disk(path.parent)


def _rotate(folder: Path, keep: int) -> tuple[str, ...]:
    """Remove all but the newest `keep` backups, and checksums without one; return their names."""
    names = sorted(each.name for each in folder.iterdir() if _NAME.fullmatch(each.name))
    old = names[:-keep]
    for name in old:
        (folder / name).unlink()
    for checksum_file in folder.glob(f"alongside-*{CHECKSUM}"):
        if not checksum_file.with_suffix("").exists():
            checksum_file.unlink()
    return tuple(old)
