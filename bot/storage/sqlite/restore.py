"""Restore a backup: verify it, put it in place in one step, and save the old database beside it."""

import gzip
import os
import shutil
import zlib
from contextlib import closing, suppress
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from bot.errors import ConfigurationError, TransientError, UnfitDatabaseError
from bot.storage.backup_files import sync_to_disk, verify_checksum
from bot.storage.erasure_log import ErasureLog
from bot.storage.reports import Restored, Step
from bot.storage.restoring import merge_erasure_logs, require_fit, used_ids
from bot.storage.sqlite.backup import check_copy
from bot.storage.sqlite.connection import open_bare
from bot.storage.sqlite.conversion import copy_owner
from bot.storage.sqlite.driver import failures, sql_errors
from bot.storage.sqlite.errors import to_operator_error

_BLOCK_BYTES = 1 << 20
_WAIT_SECONDS = 5.0
_WAL_SUFFIXES = ("-wal", "-shm")
_NEWEST_IDS = """
SELECT known.name, given.seq
FROM sqlite_master AS known LEFT JOIN sqlite_sequence AS given ON given.name = known.name
WHERE known.type = 'table' AND known.sql LIKE '%AUTOINCREMENT%'
"""


def restore(backup: Path, database: Path, key: SecretStr | None, now: datetime, step: Step) -> Restored:
    """Put a backup in the place of `database`; the caller holds the database's lock.

    Raises UnfitDatabaseError if the backup cannot be verified, ConfigurationError if it does not open with
    `key` (or without one) or an erasure log needs another key, TransientError if the disk is full. The
    database is then unchanged.
    """
    restored = database.with_name(f"{database.name}.restoring")
    try:
        with step("Verifying the backup"):
            verify_checksum(backup)
        with step("Reading it"):
            _unpack(backup, restored)
            found = check_copy(restored, key)
        made_at = require_fit(found.version, found.made_at, now)
        _skip_used_ids(restored, key, now - made_at)
        beside = ErasureLog(backup.parent / database.name)
        doubt = merge_erasure_logs(ErasureLog(database), beside, found.carried_out, made_at, now)
        return Restored(found.version, _replace(restored, database, key, now), doubt)
    except (ConfigurationError, TransientError) as error:
        raise type(error)(f"{backup.name} was not restored: {error}") from error
    except failures() as error:
        raise to_operator_error(error, f"{backup.name} was not restored") from error
    finally:
        for end in ("", *_WAL_SUFFIXES):
            restored.with_name(restored.name + end).unlink(missing_ok=True)


def _skip_used_ids(restored: Path, key: SecretStr | None, since: timedelta) -> None:
    """Skip the ids that may have been used since the backup: buttons in channels may still name them."""
    given = used_ids(since)
    with closing(open_bare(restored, key, _WAIT_SECONDS)) as connection:
        connection.execute("BEGIN")
        for name, newest in connection.execute(_NEWEST_IDS).fetchall():
            connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
            connection.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", (name, (newest or 0) + given))
        connection.execute("COMMIT")
    sync_to_disk(restored)


def _unpack(backup: Path, restored: Path) -> None:
    restored.parent.mkdir(parents=True, exist_ok=True)
    restored.unlink(missing_ok=True)
    restored.touch(mode=0o600)
    with restored.open("wb") as file:
        if backup.suffix == ".gz":
            try:
                with gzip.open(backup) as packed:
                    shutil.copyfileobj(packed, file, _BLOCK_BYTES)
            except (EOFError, gzip.BadGzipFile, zlib.error) as error:
                raise UnfitDatabaseError(f"it cannot be unpacked: {error}") from None
        else:
            with backup.open("rb") as plain:
                shutil.copyfileobj(plain, file, _BLOCK_BYTES)
    sync_to_disk(restored)


def _replace(restored: Path, database: Path, key: SecretStr | None, now: datetime) -> Path | None:
    """Put `restored` in the place of `database`; even in a crash, one of the two is there."""
    old = None
    if database.exists():
        with suppress(*sql_errors()):  # it is damaged or has another key: keep it as it is
            _truncate_wal(database, key)
        old = database.with_name(f"{database.name}.before-{now:%Y%m%dT%H%M%SZ}")
        copy_owner(database, restored)
        _save_old(database, old)
        for end in _WAL_SUFFIXES:  # they belong to the old database
            with suppress(FileNotFoundError):
                database.with_name(database.name + end).replace(old.with_name(old.name + end))
    restored.replace(database)
    sync_to_disk(database.parent)
    return old


def _truncate_wal(database: Path, key: SecretStr | None) -> None:
    """Move the content of the write-ahead log into the database."""
    with closing(open_bare(database, key, _WAIT_SECONDS)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _save_old(database: Path, old: Path) -> None:
    """Link the old database to a second name; copy it if the file system has no links."""
    try:
        os.link(database, old)
    except OSError:
        shutil.copy2(database, old)
        sync_to_disk(old)
