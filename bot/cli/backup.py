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
from bot.storage.engine import Engine, engine_for
from bot.storage.reports import Restored

_KEEP = 14
_BACKUP = """\
The bot can run meanwhile. The copy is checked before it gets its name, and its checksum is written beside
it (sha256sum -c reads it). If the database is encrypted, so is the backup, with the same key: keep the key
somewhere else. What members delete stays in older backups until you remove these, so make one a day and
keep no more than you need."""
_RESTORE = """\
Stop the bot first. The backup is verified before anything changes. The old database stays beside the
restored one, under a name that is printed. Delete it once everything works: it holds people's data."""


def add(commands: Commands) -> None:
    """Add both commands."""
    parser = commands.add(
        "backup",
        _backup,
        "write a checked backup of the database into a folder",
        _BACKUP,
        examples=("alongside backup", "alongside backup --to /mnt/disk/backups --keep 7"),
        as_json=True,
    )
    parser.add_argument(
        "--to",
        type=Path,
        metavar="FOLDER",
        help="where to (default: the folder backups beside the database)",
    )
    parser.add_argument(
        "--keep",
        type=_count,
        default=_KEEP,
        metavar="N",
        help=f"how many of the newest to keep (default: {_KEEP})",
    )
    parser = commands.add(
        "restore",
        _restore,
        "replace the database with a backup",
        _RESTORE,
        examples=("alongside restore data/backups/alongside-20310108T090000Z.db.gz",),
    )
    parser.add_argument("backup", type=Path, metavar="FILE", help="the backup, alongside-....db or .db.gz")


def _count(typed: str) -> int:
    if not typed.isdecimal() or int(typed) < 1:
        raise argparse.ArgumentTypeError(f"{typed!r} is not a whole number from 1 up")
    return int(typed)


def _backup(given: argparse.Namespace) -> Exit:
    engine = engine_for(settings.load_stored())
    folder = given.to or engine.folder / "backups"
    made = asyncio.run(engine.back_up(folder, given.keep, SystemClock().now(), progress))
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
    engine = engine_for(settings.load_stored())
    if not given.backup.is_file():
        raise UnfitDatabaseError(f"there is no file {given.backup}")
    done, gone = asyncio.run(_restore_and_update(engine, given.backup))
    _say_restored(done, given.backup, engine.location)
    if done.doubt is not None:
        say(done.doubt)
    if gone:
        say(f"What members deleted since that backup is deleted again: {gone} rows.")
    return Exit.DONE


async def _restore_and_update(engine: Engine, backup: Path) -> tuple[Restored, int]:
    """Restore a backup, migrate it, and repeat later deletions; return how many rows those deleted."""
    done = await engine.restore(backup, SystemClock().now(), progress)
    with progress("Updating the database to this version"):
        await engine.migrate()
        database = await engine.open_beside()
        try:
            return done, await replay_erasures(database)
        finally:
            await database.close()


def _say_restored(done: Restored, source: Path, database: str) -> None:
    say(f"Restored: {database} is as it was in {source.name}.")
    if done.old is not None:
        say(f"The old database is now {done.old}. Delete it once everything works.")
