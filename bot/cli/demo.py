"""`alongside demo`."""

import argparse
import asyncio
import contextlib
from datetime import UTC, datetime

from bot.app import demo
from bot.cli.commands import Commands
from bot.cli.exits import Exit


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add(
        "demo",
        _demo,
        "try everything in a browser, without a token or an account",
        "Starts a pretend Discord on this computer and the bot beside it, and prints the address to open.\n"
        "Ctrl-C ends it and deletes everything.",
        examples=("alongside demo", "alongside demo --port 8500 --begin 2031-01-08T09:00Z"),
    )
    parser.add_argument(
        "--port", type=int, default=8400, help="the port of the page (default: 8400; 0: any free one)"
    )
    begin = "when its clock starts, for example 2031-01-08T09:00Z (default: now)"
    parser.add_argument("--begin", type=_moment, metavar="MOMENT", help=begin)


def _demo(given: argparse.Namespace) -> int:
    with contextlib.suppress(KeyboardInterrupt):  # Windows stops it in this way
        return asyncio.run(demo.show(given.port, given.begin))
    return Exit.DONE


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a date and time; write it like 2031-01-08T09:00Z"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
