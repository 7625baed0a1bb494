"""Back up a database in PostgreSQL, and restore it, with PostgreSQL's own `pg_dump` and `pg_restore`."""

import os
import re
import subprocess
from contextlib import nullcontext
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
    verify_checksum,
)
from bot.storage.erasure_log import REPLAYED_UP_TO, ErasureLog, LogPosition
from bot.storage.file_lock import locked
from bot.storage.postgres.address import Address
from bot.storage.reports import Backup, Restored, Step
from bot.storage.restoring import merge_erasure_logs, require_fit, used_ids
from bot.storage.table_statements import LIVE_TABLES

_ENDING = ".dump"
_MADE_AT = re.compile(r"^;\s+Archive created at (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)", re.MULTILINE)
_ROWS = re.compile(r"^COPY [^;]*;\n(.*?)^\\\.$", re.MULTILINE | re.DOTALL)  # up to their end, `\.`
_REPLACE = ("--clean", "--if-exists", "--single-transaction", "--exit-on-error", "--no-owner")
_STRICT = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null")
_SKIP_IDS = """
SELECT setval(
    pg_get_serial_sequence(quote_ident(table_name), column_name),
    nextval(pg_get_serial_sequence(quote_ident(table_name), column_name)) + {count}
)
FROM information_schema.columns WHERE table_schema = current_schema() AND is_identity = 'YES';
"""


def write(
    url: SecretStr, version: int, erasures: Path, folder: Path, keep: int, now: datetime, step: Step
) -> Backup:
    """Write a backup into `folder`, without the rows of `LIVE_TABLES`; remove all but the newest `keep`.

    Raises ConfigurationError if PostgreSQL's programs are missing or fail, or the folder cannot be used.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(folder / "alongside.lock"):
            remove_partial_files(folder)
            path = _write(url, folder / backup_name(now, _ENDING), step)
            copy_erasure_log(ErasureLog(erasures), folder)
            removed = rotate(folder, keep)
    except OSError as error:
        raise ConfigurationError(f"the backup cannot be written: {error}") from error
    return Backup(path, path.stat().st_size, sha256_of(path), version, encrypted=False, removed=removed)


def restore(
    url: SecretStr, version: int, erasures: Path, backup: Path, now: datetime, step: Step
) -> Restored:
    """Put a backup in the place of the database, in one transaction; the caller holds the right to serve.

    What is there now (`version` is its schema's version, 0 if there is nothing) is saved in a backup beside
    the erasure log before. Raises UnfitDatabaseError if the backup cannot be used.
    """
    old = None
    with step("Verifying the backup"):
        verify_checksum(backup)
        made_at = require_fit(_version_in(backup), _made_at(backup), now)
        carried_out = LogPosition.read(_note_in(backup, REPLAYED_UP_TO))
    if version:
        with step("Saving the old database"):
            name = f"alongside.before-{now:%Y%m%dT%H%M%SZ}{_ENDING}"
            old = _write(url, erasures.parent / name, lambda _: nullcontext())
    with step("Restoring it"):
        into = f"--dbname={_name(url)}"
        _run(url, "pg_restore", *_REPLACE, into, str(backup))
        skip = _SKIP_IDS.format(count=used_ids(now - made_at))
        _run(url, "psql", *_STRICT, into, f"--command={skip}")
    beside = ErasureLog(backup.parent / erasures.name)
    doubt = merge_erasure_logs(ErasureLog(erasures), beside, carried_out, made_at, now)
    return Restored(_version_in(backup), old, doubt)


def _write(url: SecretStr, path: Path, step: Step) -> Path:
    """Write a dump with its checksum; return its path."""
    with partial_file(path.parent, path.name) as made:
        with step("Copying the database"):
            live = (f"--exclude-table-data={table}" for table in LIVE_TABLES)
            into = f"--file={made}"
            _run(url, "pg_dump", "--format=custom", "--no-owner", *live, into, f"--dbname={_name(url)}")
        with step("Checking the copy"):
            _version_in(made)
        sync_to_disk(made)
        publish(made, path, sha256_of(made))
    return path


def _version_in(backup: Path) -> int:
    """Return the version of the schema in a dump. Raises UnfitDatabaseError if it is none of Alongside."""
    rows = _rows_in(backup, "schema_version")
    if not rows:
        raise UnfitDatabaseError("it holds something else than Alongside's data")
    return max(int(row[0]) for row in rows)


def _note_in(backup: Path, name: str) -> str | None:
    """Return a note of the deployment from a dump."""
    return next((value for known, value in _rows_in(backup, "deployment") if known == name), None)


def _rows_in(backup: Path, table: str) -> list[list[str]]:
    """Return the rows of a small table in a dump, as text."""
    text = _run(None, "pg_restore", "--data-only", f"--table={table}", "--file=-", str(backup))
    found = _ROWS.search(text)
    return [line.split("\t") for line in found[1].splitlines()] if found else []


def _made_at(backup: Path) -> datetime:
    """Return when a dump was made, which `pg_dump` writes at its beginning."""
    found = _MADE_AT.search(_run(None, "pg_restore", "--list", str(backup)))
    if found is None:
        raise UnfitDatabaseError("it does not say when it was made")
    return datetime.fromisoformat(found[1]).replace(tzinfo=UTC)


def _run(url: SecretStr | None, program: str, *arguments: str) -> str:
    """Run a program of PostgreSQL on the database at `url`, and return its output.

    The connection's settings are given in the environment, where other users cannot read the password.
    """
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and arguments of our own
            [program, *arguments], env=_environment(url), capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise ConfigurationError(
            f"{program} is not installed here; on Debian: apt-get install postgresql-client"
        ) from None
    if done.returncode:
        why = done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"]
        raise UnfitDatabaseError(f"{program} failed: {why[-1]}")
    return done.stdout


def _environment(url: SecretStr | None) -> dict[str, str]:
    chosen = {"TZ": "UTC", "PATH": os.environ.get("PATH", "")}
    return chosen if url is None else chosen | Address.read(url).environment


def _name(url: SecretStr) -> str:
    """Return the name of the database."""
    return Address.read(url).name
