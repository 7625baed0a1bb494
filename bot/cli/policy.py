"""`alongside policy`."""

import argparse
from pathlib import Path

from bot.cli.commands import Commands, say
from bot.cli.exits import Exit
from bot.errors import ConfigurationError
from bot.privacy.policy.text import findings, policy


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add(
        "policy",
        _policy,
        "print a privacy policy to adopt, or check that a copy of it is filled in",
        "`alongside policy > privacy.md` gives one with its places to fill in, marked [[like: this]].\n"
        "`alongside policy privacy.md` names every place that is not, and says whether its table\n"
        "still is what this version keeps.",
    )
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="the copy to check")


def _policy(given: argparse.Namespace) -> Exit:
    if given.file is None:
        say(policy().removesuffix("\n"))
        return Exit.DONE
    try:
        found = findings(given.file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{given.file} cannot be read: {error}") from None
    for each in found:
        say(f"{given.file}:{each.line}: {each.what}")
    if found:
        return Exit.SETTINGS
    say(f"{given.file} is filled in, and tells what this version keeps.")
    return Exit.DONE
