"""The files of backups: their names, checksums, and the copy of the erasure log beside them."""

import contextlib
import hashlib
import os
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from bot.errors import UnfitDatabaseError
from bot.storage.erasure_log import ErasureLog

CHECKSUM = ".sha256"
BACKUP_NAME = re.compile(r"alongside-(\d{8}T\d{6}Z)\.(?:db|db\.gz|dump)")
_PARTIAL = ".partial"


def backup_name(now: datetime, ending: str) -> str:
    """Return the name of a backup that is made at `now`."""
    return f"alongside-{now:%Y%m%dT%H%M%SZ}{ending}"


def verify_checksum(backup: Path) -> None:
    """Raise UnfitDatabaseError if the checksum of a backup differs from the saved one."""
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


def remove_partial_files(folder: Path) -> None:
    """Remove what backups that were interrupted left in a folder."""
    for left in folder.glob(f"*{_PARTIAL}"):
        left.unlink()


@contextlib.contextmanager
def partial_file(folder: Path, name: str) -> Iterator[Path]:
    """Give the path of an empty file that only this user may read; remove what is left of it."""
    path = folder / f"{name}{_PARTIAL}"
    path.touch(mode=0o600)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def copy_erasure_log(log: ErasureLog, folder: Path) -> None:
    """Copy the erasure log into the folder, for a restoration on another machine."""
    for source in (log.key_path, log.path):
        if source.exists():
            with partial_file(folder, source.name) as copy:
                copy.write_bytes(source.read_bytes())
                sync_to_disk(copy)
                copy.replace(folder / source.name)


def publish(made: Path, path: Path, sha256: str) -> None:
    """Give the backup its name, after its checksum: no backup is ever there without one."""
    with partial_file(path.parent, path.name + CHECKSUM) as checksum_file:
        checksum_file.write_text(f"{sha256}  {path.name}\n", encoding="ascii")
        sync_to_disk(checksum_file)
        checksum_file.replace(path.with_name(path.name + CHECKSUM))
    made.replace(path)
    sync_to_disk(path.parent)


def rotate(folder: Path, keep: int) -> tuple[str, ...]:
    """Remove all but the newest `keep` backups, and checksums without one; return their names."""
    names = sorted(each.name for each in folder.iterdir() if BACKUP_NAME.fullmatch(each.name))
    old = names[:-keep]
    for name in old:
        (folder / name).unlink()
    for checksum_file in folder.glob(f"alongside-*{CHECKSUM}"):
        if not checksum_file.with_suffix("").exists():
            checksum_file.unlink()
    return tuple(old)
