"""`alongside run`."""

import argparse
import asyncio
import contextlib

from bot import settings
from bot.app.run import serve
from bot.cli.commands import Commands
from bot.cli.exits import Exit
from bot.observability import logs


def add(commands: Commands) -> None:
    """Add the command."""
    commands.add(
        "run",
        _run,
        "run the bot: connect to Discord, until Ctrl-C or SIGTERM",
        "Settings come from the environment or from the file .env; .env.example explains each.",
        examples=("alongside run",),
    )


def _run(_: argparse.Namespace) -> Exit:
    chosen = settings.load()
    logs.set_up(chosen.log_level, chosen.log_format, chosen.discord_token.get_secret_value())
    with contextlib.suppress(KeyboardInterrupt):  # Windows stops it in this way
        asyncio.run(serve(chosen))
    return Exit.DONE
