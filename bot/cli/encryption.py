"""`alongside encrypt` and `alongside decrypt`."""

import argparse

from bot import settings
from bot.cli.commands import Commands, progress, say
from bot.cli.exits import Exit
from bot.errors import ConfigurationError
from bot.storage.engine import engine_for
from bot.storage.sqlite import lock
from bot.storage.sqlite.connection import Shape, shape
from bot.storage.sqlite.conversion import convert
from bot.storage.sqlite.engine import SqliteEngine

_AFTERWARDS = {
    Shape.ENCRYPTED: "Keep a copy of the key elsewhere: without it the data is lost. "
    "Earlier backups are not encrypted.",
    Shape.PLAIN: "Remove ALONGSIDE_DATABASE_KEY from the settings now.",
}
_HOW = """\
Stop the bot first, and set ALONGSIDE_DATABASE_KEY. The database is copied, the copy is compared with it
and then replaces it in one step; the old file is overwritten. If anything fails, the old database stays
as it was."""


def add(commands: Commands) -> None:
    """Add both commands."""
    commands.add(
        "encrypt",
        _encrypt,
        "encrypt the database with ALONGSIDE_DATABASE_KEY",
        _HOW,
        examples=("alongside encrypt",),
    )
    commands.add(
        "decrypt", _decrypt, "remove the encryption of the database", _HOW, examples=("alongside decrypt",)
    )


def _encrypt(_: argparse.Namespace) -> Exit:
    return _convert(Shape.ENCRYPTED)


def _decrypt(_: argparse.Namespace) -> Exit:
    return _convert(Shape.PLAIN)


def _convert(wanted: Shape) -> Exit:
    chosen = settings.load_stored()
    engine = engine_for(chosen)
    if not isinstance(engine, SqliteEngine):
        raise ConfigurationError("ALONGSIDE_DATABASE_URL: only a database in SQLite is converted")
    path = engine.path
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
