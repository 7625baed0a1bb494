"""`alongside version`."""

import argparse
import platform
from importlib.metadata import version

from bot.cli.commands import Commands, say, say_json
from bot.cli.exits import Exit
from bot.storage.schema import newest_version

_PARTS = {"alongside": "alongside-bot", "discord.py": "discord.py", "tzdata": "tzdata"}


def add(commands: Commands) -> None:
    """Add the command."""
    commands.add(
        "version",
        _version,
        "print the versions of the program and of its main parts",
        examples=("alongside version", "alongside version --json"),
        as_json=True,
    )


def _version(given: argparse.Namespace) -> Exit:
    known: dict[str, str | int] = {part: version(name) for part, name in _PARTS.items()}
    known |= {"python": platform.python_version(), "database": newest_version()}
    if given.json:
        say_json(known)
    else:
        for part, number in known.items():
            say(f"{part} {number}")
    return Exit.DONE
