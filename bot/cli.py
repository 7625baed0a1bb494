"""The command line: `alongside`, the same as `python -m bot`.

Exit codes: 0 done, 1 something failed, 2 a setting is missing or wrong.
"""

import argparse
import asyncio
import sys
import urllib.request
from collections.abc import Sequence
from importlib.metadata import version

from bot import demo, health, logs, settings
from bot.errors import ConfigurationError
from bot.serve import serve

_HEALTH_WITHIN_SECONDS = 3.0
_HTTP_OK = 200


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command named on the command line and exit with its code."""
    given = _parser().parse_args(arguments)
    try:
        sys.exit(given.command(given))
    except ConfigurationError as error:
        print(f"alongside: {error}", file=sys.stderr)  # noqa: T201 - the line for the operator
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="alongside", description="Quiet company for Discord communities.")
    parser.add_argument("--version", action="version", version=version("alongside-bot"))
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="connect to Discord and run, by the settings in the environment")
    run.set_defaults(command=_run)
    show = commands.add_parser("demo", help="try everything in a browser, without a token or an account")
    show.add_argument("--port", type=int, default=8400, help="of the page; 0 takes any free one")
    show.set_defaults(command=_demo)
    check = commands.add_parser("health", help="exit with 0 if the running bot is connected")
    check.set_defaults(command=_health)
    return parser


def _run(_: argparse.Namespace) -> int:
    chosen = settings.load()
    logs.set_up(chosen.log_level, chosen.log_format)
    asyncio.run(serve(chosen))
    return 0


def _demo(given: argparse.Namespace) -> int:
    return asyncio.run(demo.show(given.port))


def _health(_: argparse.Namespace) -> int:
    port = settings.load().health_port
    if not port:
        raise ConfigurationError("ALONGSIDE_HEALTH_PORT is not set, so nothing tells of the bot's health")
    address = f"http://{health.HOST}:{port}/readyz"
    try:
        with urllib.request.urlopen(address, timeout=_HEALTH_WITHIN_SECONDS) as answer:
            return 0 if answer.status == _HTTP_OK else 1
    except OSError:
        return 1
