"""`alongside encrypt` and `alongside decrypt`."""

import argparse

from bot import settings
from bot.cli.commands import Commands, progress, say
from bot.cli.exits import Exit
from bot.errors import ConfigurationError
from bot.storage.sqlite import lock
from bot.storage.sqlite.connection import Shape, shape
from bot.storage.sqlite.conversion import convert

_AFTERWARDS = {
    Shape.ENCRYPTED: "Keep the key: without it the data is lost. Earlier backups are not encrypted.",
    Shape.PLAIN: "Leave ALONGSIDE_DATABASE_KEY out of the settings from now on.",
}
_HOW = (
    "Stop the bot first. The database is copied, the copy is compared with it, and takes its place in one\n"
    "step; the old file is overwritten. Whatever happens, one of the two is there, whole."
)


def add(commands: Commands) -> None:
    """Add both commands."""
    commands.add("encrypt", _encrypt, "encrypt the database on the disk with ALONGSIDE_DATABASE_KEY", _HOW)
    commands.add("decrypt", _decrypt, "write the database without encryption again, for good", _HOW)


def _encrypt(_: argparse.Namespace) -> Exit:
    return _convert(Shape.ENCRYPTED)


def _decrypt(_: argparse.Namespace) -> Exit:
    return _convert(Shape.PLAIN)


def _convert(wanted: Shape) -> Exit:
    chosen = settings.load_stored()
    path = chosen.database_path
    if chosen.database_key is None:
        raise ConfigurationError("ALONGSIDE_DATABASE_KEY is missing: set it in the environment or in .env")
    with lock.held(path), progress("Converting the database"):
        changed = convert(path, chosen.database_key, wanted)
    how = "encrypted" if wanted is Shape.ENCRYPTED else "not encrypted"
    said = f" now. {_AFTERWARDS[wanted]}" if changed else "; nothing was changed."
    say(f"{path} is {how}{said}")
    for other in sorted(path.parent.glob(f"{path.name}.*")):  # as alongside restore leaves one
        if wanted is Shape.ENCRYPTED and shape(other) is Shape.PLAIN:
            say(f"{other} is not encrypted: delete it once you do not need it.")
    return Exit.DONE
