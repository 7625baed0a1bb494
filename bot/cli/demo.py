"""`alongside demo`."""

import argparse
import asyncio
import contextlib

from bot import demo
from bot.cli.commands import Commands
from bot.cli.exits import Exit


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add("demo", _demo, "try everything in a browser, without a token or an account")
    parser.add_argument("--port", type=int, default=8400, help="of the page (8400); 0 takes any free one")


def _demo(given: argparse.Namespace) -> int:
    with contextlib.suppress(KeyboardInterrupt):  # which is how Windows tells it to stop
        return asyncio.run(demo.show(given.port))
    return Exit.DONE
