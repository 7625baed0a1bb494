"""`alongside sending`: stop everything that the bot sends, start it again, or print its state."""

import argparse
import asyncio
from datetime import datetime
from functools import partial

from bot.cli.beside import open_services
from bot.cli.commands import Commands, say, say_json
from bot.cli.exits import Exit
from bot.scheduling import sending
from bot.storage.database import Statements

_MORE = """\
stop: the bot sends no message, opens no session and makes no event, in any server, until you start it
again, also after a restart. It still answers commands and taps, closes sessions on time and deletes data.
start: the bot sends again, but skips what is more than ten minutes late by then.
status: say which it is.
The bot can run or be stopped. A running bot follows within 15 seconds."""


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add(
        "sending",
        _run,
        "stop everything that the bot sends, or start it again",
        _MORE,
        examples=("alongside sending stop", "alongside sending start"),
        as_json=True,
    )
    parser.add_argument("change", choices=("stop", "start", "status"), help="what to do")


def _run(given: argparse.Namespace) -> Exit:
    return asyncio.run(_change(given))


async def _change(given: argparse.Namespace) -> Exit:
    async with open_services() as services:
        if given.change == "stop":
            await services.database.write(partial(sending.stop, now=services.clock.now()))
        elif given.change == "start":
            await services.database.write(sending.start)
        stopped_at = await services.database.read(_stopped_at)
    if given.json:
        since = None if stopped_at is None else stopped_at.isoformat()
        say_json({"sending": stopped_at is None, "stopped_at": since})
    elif stopped_at is None:
        say("Sending is on.")
    else:
        say(f"Sending is stopped since {stopped_at:%Y-%m-%d %H:%M} UTC.")
        say("Start it again with: alongside sending start")
    return Exit.DONE


async def _stopped_at(statements: Statements) -> datetime | None:
    return await sending.stopped_at(statements)
