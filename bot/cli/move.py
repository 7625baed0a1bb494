"""`alongside move`."""

import argparse
import asyncio
from pathlib import Path

from bot import settings
from bot.cli.commands import Commands, progress, say
from bot.cli.exits import Exit
from bot.errors import ConfigurationError
from bot.storage.engine import engine_for

_MORE = """\
Stop the bot first. If the file is encrypted, run alongside decrypt. Then set ALONGSIDE_DATABASE_URL to
an empty database in PostgreSQL. Everything is copied in one transaction, then every row is compared;
if anything fails, nothing is saved. The file stays as it is: delete it once the bot runs well, since it
holds people's data."""


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add(
        "move",
        _move,
        "copy a database in SQLite into an empty one in PostgreSQL",
        _MORE,
        examples=("alongside move data/alongside.db",),
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the database in SQLite, not encrypted")


def _move(given: argparse.Namespace) -> Exit:
    engine = engine_for(settings.load_stored())
    if not given.file.is_file():
        raise ConfigurationError(f"there is no file {given.file}")
    with progress("Copying the database"):
        count = asyncio.run(engine.copy_from(given.file.absolute()))
    say(f"{engine.location} has all {count} rows of {given.file}. The bot can be started.")
    return Exit.DONE
