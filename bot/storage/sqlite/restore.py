"""Restoring a backup: verified first, put in place in one step, the old database kept beside it."""

import gzip
import os
import shutil
import zlib
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from bot.errors import ConfigurationError, TransientError, UnfitDatabaseError
from bot.storage.erasure_log import MARKS_KEPT_FOR, ErasureLog, LogPosition
from bot.storage.sqlite.backup import Checked, Step, check, settle, verified
from bot.storage.sqlite.connection import SqlError, open_bare
from bot.storage.sqlite.conversion import own_alike
from bot.storage.sqlite.errors import to_operator_error
from bot.storage.sqlite.migration import newest_version

_BLOCK_BYTES = 1 << 20
_WAIT_SECONDS = 5.0
_FAILURES: tuple[type[Exception], ...] = (OSError, *SqlError)
_LOGS = ("-wal", "-shm")
_MOST_A_SECOND = 100  # numbers that may have been given out, of any one kind
_NUMBERED = """
SELECT known.name, given.seq
FROM sqlite_master AS known LEFT JOIN sqlite_sequence AS given ON given.name = known.name
WHERE known.type = 'table' AND known.sql LIKE '%AUTOINCREMENT%'
"""


@dataclass(frozen=True, slots=True)
class Restored:
    """A database that was restored."""

    version: int  # of the database in the backup
    kept: Path | None  # where the old one is, if there was one
    doubt: str | None  # which deletions nobody knows of any more, so that their rows may be back


def restore(backup: Path, database: Path, key: SecretStr | None, now: datetime, step: Step) -> Restored:
    """Put a backup in the place of `database`. Nobody may use it meanwhile: hold its lock.

    Raises UnfitDatabaseError for a backup that cannot be verified, ConfigurationError where `key`, or none,
    does not open it or a list of deletions needs another one, TransientError where the disk is full. The
    database is then as it was.
    """
    coming = database.with_name(f"{database.name}.restoring")
    try:
        with step("Verifying the backup"):
            verified(backup)
        with step("Reading it"):
            _unpack(backup, coming)
            found = check(coming, key)
        made_at = _require_fit(found, now)
        _pass_over_numbers(coming, key, now - made_at)
        doubt = _bring_deletions(backup.parent, database, found.carried_out, made_at, now)
        return Restored(found.version, _replace(coming, database, key, now), doubt)
    except (ConfigurationError, TransientError) as error:
        raise type(error)(f"{backup.name} was not restored: {error}") from error
    except _FAILURES as error:
        raise to_operator_error(error, f"{backup.name} was not restored") from error
    finally:
        for end in ("", *_LOGS):
            coming.with_name(coming.name + end).unlink(missing_ok=True)


def _require_fit(found: Checked, now: datetime) -> datetime:
    """Return when the backup was made."""
    if found.version > newest_version():
        raise UnfitDatabaseError(
            f"it is of version {found.version}, newer than this program: use a newer one"
        )
    if found.made_at is None:
        raise UnfitDatabaseError("it is a database, and no backup")
    if now - found.made_at > MARKS_KEPT_FOR:
        raise UnfitDatabaseError(
            f"it is more than {MARKS_KEPT_FOR.days} days old, and older deletions are not known any more"
        )
    return found.made_at


def _pass_over_numbers(coming: Path, key: SecretStr | None, since: timedelta) -> None:
    """Let no number be given out that was so after the backup: buttons may still name it."""
    given = _MOST_A_SECOND * (max(0, int(since.total_seconds())) + 1)
    with closing(open_bare(coming, key, _WAIT_SECONDS)) as connection:
        connection.execute("BEGIN")
        for name, newest in connection.execute(_NUMBERED).fetchall():
            connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
            connection.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", (name, (newest or 0) + given))
        connection.execute("COMMIT")
    settle(coming)


def _bring_deletions(
    folder: Path, database: Path, carried_out: LogPosition, made_at: datetime, now: datetime
) -> str | None:
    """Take in the list of deletions that is beside the backup; return what no list knows."""
    here = ErasureLog(database)
    here.take_in(ErasureLog(folder / database.name), now)
    if here.end() is None:
        return (
            "There is no list of deletions, neither beside the database nor beside the backup: "
            f"whatever was deleted after {_told(made_at)} is back."
        )
    begun = here.missing_since(made_at, carried_out)
    if begun is None:
        return None
    return (
        "The list of deletions was begun anew after the backup was made: "
        f"what was deleted between {_told(made_at)} and {_told(begun)} is back."
    )


def _told(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _unpack(backup: Path, coming: Path) -> None:
    coming.parent.mkdir(parents=True, exist_ok=True)
    coming.unlink(missing_ok=True)
    coming.touch(mode=0o600)
    with coming.open("wb") as file:
        if backup.suffix == ".gz":
            try:
                with gzip.open(backup) as packed:
                    shutil.copyfileobj(packed, file, _BLOCK_BYTES)
            except (EOFError, gzip.BadGzipFile, zlib.error) as error:
                raise UnfitDatabaseError(f"it cannot be unpacked: {error}") from None
        else:
            with backup.open("rb") as plain:
                shutil.copyfileobj(plain, file, _BLOCK_BYTES)
    settle(coming)


def _replace(coming: Path, database: Path, key: SecretStr | None, now: datetime) -> Path | None:
    """Let `coming` be the database. At every moment there is one, the old or the new."""
    kept = None
    if database.exists():
        with suppress(*SqlError):  # damaged, or with another key: kept as it is
            _empty_log(database, key)
        kept = database.with_name(f"{database.name}.before-{now:%Y%m%dT%H%M%SZ}")
        own_alike(database, coming)
        _keep(database, kept)
        for end in _LOGS:  # an old log is not the new database's
            with suppress(FileNotFoundError):
                database.with_name(database.name + end).replace(kept.with_name(kept.name + end))
    coming.replace(database)
    settle(database.parent)
    return kept


def _empty_log(database: Path, key: SecretStr | None) -> None:
    """Bring what is in the write-ahead log into the database."""
    with closing(open_bare(database, key, _WAIT_SECONDS)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _keep(database: Path, kept: Path) -> None:
    """Give the old database a second name, or, where a file cannot have two, copy it."""
    try:
        os.link(database, kept)
    except OSError:
        shutil.copy2(database, kept)
        settle(kept)
