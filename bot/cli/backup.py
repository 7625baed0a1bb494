"""`alongside backup` and `alongside restore`."""

import argparse
import asyncio
from pathlib import Path

from bot import settings
from bot.cli.commands import Commands, progress, say, say_json
from bot.cli.exits import Exit
from bot.errors import UnfitDatabaseError
from bot.privacy.erasure_replay import replay_erasures
from bot.scheduling.clock import SystemClock
from bot.storage.sqlite import backup, lock
from bot.storage.sqlite.database import SqliteDatabase
from bot.storage.sqlite.restore import Restored, restore

_KEEP = 7
_BACKUP = """\
The bot may run meanwhile. The copy is checked before it gets its name; the checksum beside it is of the
form that sha256sum -c reads. Where the database is encrypted, so is the backup, with the same key: keep
the key somewhere else. What members delete stays in the backups from before until those are removed: run
this once a day and keep a week of them."""
_RESTORE = """\
Stop the bot first. The backup is verified before anything is changed; the old database stays beside the
restored one, under a name that is printed. Delete it once all is well: it holds people's data."""


def add(commands: Commands) -> None:
    """Add both commands."""
    parser = commands.add(
        "backup", _backup, "write a checked backup of the database into a folder", _BACKUP, as_json=True
    )
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="(backups, beside the database)")
    parser.add_argument("--keep", type=_count, default=_KEEP, metavar="N", help="newest ones to keep (7)")
    parser = commands.add("restore", _restore, "put a backup in the place of the database", _RESTORE)
    parser.add_argument("backup", type=Path, metavar="FILE", help="alongside-….db or .db.gz")


def _count(typed: str) -> int:
    if not typed.isdecimal() or int(typed) < 1:
        raise argparse.ArgumentTypeError("a whole number from 1 up")
    return int(typed)


def _backup(given: argparse.Namespace) -> Exit:
    chosen = settings.load_stored()
    database = chosen.database_path
    folder = given.to or database.parent / "backups"
    made = backup.write(database, chosen.database_key, folder, given.keep, SystemClock().now(), progress)
    if given.json:
        say_json(
            {
                "file": str(made.path),
                "bytes": made.size,
                "sha256": made.sha256,
                "database": made.version,
                "encrypted": made.encrypted,
                "removed": list(made.removed),
            }
        )
        return Exit.DONE
    how = "encrypted" if made.encrypted else "not encrypted"
    say(f"{made.path}: {made.size:,} bytes, {how}, checked.")
    if made.removed:
        say(f"Removed, beyond the newest {given.keep}: {', '.join(made.removed)}.")
    return Exit.DONE


def _restore(given: argparse.Namespace) -> Exit:
    chosen = settings.load_stored()
    database = chosen.database_path
    if not given.backup.is_file():
        raise UnfitDatabaseError(f"{given.backup} is not there")
    with lock.held(database):
        done = restore(given.backup, database, chosen.database_key, SystemClock().now(), progress)
        with progress("Bringing it up to date"):
            gone = asyncio.run(_migrate_and_reapply(chosen))
    _say_restored(done, given.backup, database)
    if done.doubt is not None:
        say(done.doubt)
    if gone:
        say(f"What was deleted since is deleted again: {gone} rows.")
    return Exit.DONE


async def _migrate_and_reapply(chosen: settings.StoredSettings) -> int:
    """Migrate the restored database and repeat later deletions in it; return how many rows were deleted."""
    database = await SqliteDatabase.open(chosen.database_path, key=chosen.database_key)
    try:
        return await replay_erasures(database)
    finally:
        await database.close()


def _say_restored(done: Restored, source: Path, database: Path) -> None:
    say(f"{database} is as it was in {source.name}.")
    if done.old is not None:
        say(f"The old database is now {done.old}. Delete it once everything works.")
