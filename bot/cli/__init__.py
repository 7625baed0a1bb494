"""The command line: `alongside`, or `python -m bot`. Each command has a module."""

import importlib
import sys
from collections.abc import Sequence

from bot.cli import exits
from bot.cli.commands import Commands
from bot.cli.exits import Exit
from bot.errors import ConfigurationError, TransientError

_MODULES = {
    "run": ("run",),
    "demo": ("demo",),
    "check": ("check",),
    "health": ("health",),
    "sync": ("sync",),
    "migrate": ("migrate",),
    "backup": ("backup", "restore"),
    "sending": ("sending",),
    "members": ("export-user", "erase-user"),
    "encryption": ("encrypt", "decrypt"),
    "move": ("move",),
    "policy": ("policy",),
    "texts": ("texts",),
    "version": ("version",),
}  # modules and the commands in each, in the order of --help


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command named on the command line and exit with its code."""
    commands = Commands(epilog=exits.TABLE)
    for module in _modules_of(sys.argv[1:] if arguments is None else arguments):
        importlib.import_module(f"bot.cli.{module}").add(commands)
    given = commands.parse(arguments)
    try:
        sys.exit(given.command(given))
    except (ConfigurationError, TransientError) as error:
        print(f"alongside: {error}", file=sys.stderr)  # noqa: T201 - the line for the operator
        sys.exit(exits.of(error))
    except KeyboardInterrupt:
        sys.exit(Exit.INTERRUPTED)


def _modules_of(arguments: Sequence[str]) -> list[str]:
    """Return the module of the given command, or all: imports are slow, and `health` runs each minute."""
    first = arguments[0] if arguments else ""
    return [module for module, names in _MODULES.items() if first in names] or list(_MODULES)
