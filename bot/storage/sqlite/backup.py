"""Back up the database: a checked copy in one file, with its checksum beside it.

SQLite writes the copy row by row (`VACUUM INTO`), so no deleted data is in it. It is encrypted if the
database is, and does not contain who sits in a session at that moment. The bot may be running.
"""

import gzip
import shutil
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from bot.errors import ConfigurationError, UnfitDatabaseError
from bot.storage.backup_files import (
    backup_name,
    copy_erasure_log,
    partial_file,
    publish,
    remove_partial_files,
    rotate,
    sha256_of,
    sync_to_disk,
)
from bot.storage.erasure_log import REPLAYED_UP_TO, ErasureLog, LogPosition
from bot.storage.reports import Backup, Step
from bot.storage.sqlite import lock
from bot.storage.sqlite.connection import Shape, check_key_fits, open_bare, shape, wrong_key_error
from bot.storage.sqlite.copying import copy_now
from bot.storage.sqlite.driver import failures, sql_errors
from bot.storage.sqlite.errors import to_operator_error
from bot.storage.sqlite.inspection import write_note

_BLOCK_BYTES = 1 << 20
_WAIT_SECONDS = 30.0
_LEVEL = 6
_DATE = "backed up at"
_HAS_OUR_TABLE = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'deployment'"
_GET_NOTE = "SELECT value FROM deployment WHERE name = :name"


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
            remove_partial_files(folder)
            return _write(database, key, folder, keep, now, step)
    except failures() as error:
        raise to_operator_error(error, "the backup cannot be written") from error


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
    except sql_errors() as error:
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


def _write(
    database: Path, key: SecretStr | None, folder: Path, keep: int, now: datetime, step: Step
) -> Backup:
    encrypted = key is not None
    name = backup_name(now, ".db" if encrypted else ".db.gz")
    with partial_file(folder, f"{name}.copy") as copy, partial_file(folder, name) as made:
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
        publish(made, folder / name, sha256)
        copy_erasure_log(ErasureLog(database), folder)
    size = (folder / name).stat().st_size
    return Backup(folder / name, size, sha256, version, encrypted, rotate(folder, keep))


def _copy(database: Path, key: SecretStr | None, copy: Path) -> None:
    check_key_fits(database, key)
    try:
        with closing(open_bare(database, key, _WAIT_SECONDS)) as connection:
            copy_now(connection, copy)
    except sql_errors() as error:
        raise (wrong_key_error(error) if key else None) or error from error


def _compress(copy: Path, made: Path) -> None:
    with (
        copy.open("rb") as source,
        made.open("wb") as file,
        gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=file, mtime=0) as packed,
    ):
        shutil.copyfileobj(source, packed, _BLOCK_BYTES)
