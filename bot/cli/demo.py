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
    begin = "what its clock shows first (now), as 2031-01-08T09:00Z"
    parser.add_argument("--begin", type=_moment, metavar="MOMENT", help=begin)


def _demo(given: argparse.Namespace) -> int:
    with contextlib.suppress(KeyboardInterrupt):  # which is how Windows tells it to stop
        return asyncio.run(demo.show(given.port, given.begin))
    return Exit.DONE


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no moment; write it as 2031-01-08T09:00Z") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
