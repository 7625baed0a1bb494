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
    parser = commands.add("demo", _demo, "try everything in a browser, without a token or an account")
    parser.add_argument("--port", type=int, default=8400, help="of the page (8400); 0 takes any free one")
    begin = "the time that its clock starts at, such as 2031-01-08T09:00Z (now)"
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
