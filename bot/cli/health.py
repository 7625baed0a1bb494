"""`alongside health`."""

import argparse
import ipaddress
import urllib.request

from bot import settings
from bot.cli.commands import Commands
from bot.cli.exits import Exit
from bot.errors import ConfigurationError

_TIMEOUT_SECONDS = 3.0
_HTTP_OK = 200


def add(commands: Commands) -> None:
    """Add the command."""
    commands.add(
        "health",
        _health,
        "ask the running bot whether it is connected: exit code 0 if it is, 1 if not",
        "Needs ALONGSIDE_HEALTH_PORT. Prints nothing. In containers, run it in the bot's container.",
        examples=("alongside health && echo connected",),
    )


def _health(_: argparse.Namespace) -> Exit:
    chosen = settings.load()
    port = chosen.health_port
    if not port:
        raise ConfigurationError("ALONGSIDE_HEALTH_PORT is not set, so the bot serves no health endpoints")
    address = f"http://{_reachable_host(chosen.health_host)}:{port}/readyz"
    try:
        with urllib.request.urlopen(address, timeout=_TIMEOUT_SECONDS) as answer:
            return Exit.DONE if answer.status == _HTTP_OK else Exit.FAILED
    except OSError:
        return Exit.FAILED


def _reachable_host(host: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    """Return the address to connect to for a bot that listens at `host`, which may be "all addresses"."""
    if host.is_unspecified:
        return "127.0.0.1"
    return f"[{host}]" if host.version == 6 else str(host)  # noqa: PLR2004 - IPv6
