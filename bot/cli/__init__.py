"""The command line: `alongside`, the same as `python -m bot`. One module a command."""

import sys
from collections.abc import Sequence

from bot.cli import (
    backup,
    check,
    demo,
    encryption,
    exits,
    health,
    members,
    migrate,
    policy,
    run,
    sync,
    version,
)
from bot.cli.commands import Commands
from bot.cli.exits import Exit
from bot.errors import ConfigurationError, PassingError

_MODULES = (
    run,
    demo,
    check,
    health,
    sync,
    migrate,
    backup,
    members,
    encryption,
    policy,
    version,
)  # in the order in which --help names them


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command named on the command line and exit with its code."""
    commands = Commands(epilog=exits.TABLE)
    for module in _MODULES:
        module.add(commands)
    given = commands.parse(arguments)
    try:
        sys.exit(given.command(given))
    except (ConfigurationError, PassingError) as error:
        print(f"alongside: {error}", file=sys.stderr)  # noqa: T201 - the line for the operator
        sys.exit(exits.of(error))
    except KeyboardInterrupt:
        sys.exit(Exit.INTERRUPTED)
