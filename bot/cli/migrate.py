"""`alongside migrate`."""

import argparse
import asyncio

from bot import settings
from bot.cli.commands import Commands, progress, say
from bot.cli.exits import Exit
from bot.storage.engine import engine_for


def add(commands: Commands) -> None:
    """Add the command."""
    commands.add(
        "migrate",
        _migrate,
        "update the database to this version of the program, without connecting to Discord",
        "`alongside run` does the same when it starts. If the database changes, a copy of the old one\n"
        "stays beside it until the next start, for eight days at most.",
        examples=("alongside migrate",),
    )


def _migrate(_: argparse.Namespace) -> Exit:
    return asyncio.run(_migrate_database(settings.load_stored()))


async def _migrate_database(chosen: settings.StoredSettings) -> Exit:
    engine = engine_for(chosen)
    with progress("Updating the database"):
        await engine.migrate()
    say(f"{engine.location} is up to date.")
    return Exit.DONE
