"""`alongside sync`."""

import argparse
import asyncio

from bot import settings
from bot.cli.commands import Commands, progress, say
from bot.cli.exits import Exit
from bot.cli.login import logged_in
from bot.gateway import command_sync
from bot.settings import Settings
from bot.storage.engine import engine_for


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add(
        "sync",
        _sync,
        "send this version's commands to Discord, if they changed",
        "`alongside run` does this when it starts. Use it in a release job, or after another program\n"
        "changed the commands.",
        examples=("alongside sync", "alongside sync --force"),
    )
    parser.add_argument("--force", action="store_true", help="send them even if nothing changed")


def _sync(given: argparse.Namespace) -> Exit:
    return asyncio.run(_sync_commands(settings.load(), force=given.force))


async def _sync_commands(chosen: Settings, *, force: bool) -> Exit:
    engine = engine_for(chosen)
    noted = await engine.read_note(command_sync.NOTE_NAME)
    async with logged_in(chosen) as client:
        if not force and await command_sync.is_noted(client, noted):
            say("Discord already has the commands of this version.")
            return Exit.DONE
        with progress("Sending the commands"):
            note = await command_sync.send(client)
    await engine.write_note(command_sync.NOTE_NAME, note)
    say("Done: Discord has the commands of this version.")
    return Exit.DONE
