"""Inspect a database file for the command line, whether the bot runs or not."""

from contextlib import closing
from pathlib import Path

from pydantic import SecretStr

from bot.storage.reports import Inspection
from bot.storage.sqlite.connection import Shape, check_key_fits, open_bare, shape, wrong_key_error
from bot.storage.sqlite.driver import sql_errors
from bot.storage.sqlite.errors import DAMAGED, to_operator_error

_WAIT_SECONDS = 5.0
_GET = "SELECT value FROM deployment WHERE name = :name"
_SET = """
INSERT INTO deployment (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value
"""


def inspect(path: Path, key: SecretStr | None) -> Inspection:
    """Inspect the whole database at `path`.

    Raises ConfigurationError if it does not open with `key` (or without one), TransientError if it is
    locked.
    """
    found = shape(path)
    if found is Shape.ABSENT:
        return Inspection(0, 0)
    check_key_fits(path, key)
    size = path.stat().st_size
    try:
        with closing(open_bare(path, key, _WAIT_SECONDS)) as connection:
            said = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    except sql_errors() as error:
        raise (wrong_key_error(error) if key else None) or to_operator_error(
            error, "it cannot be read"
        ) from error
    damage = None if said == "ok" else DAMAGED
    if found is Shape.ENCRYPTED:
        return Inspection(version, size, damage, "the database is encrypted with ALONGSIDE_DATABASE_KEY")
    do = "Set ALONGSIDE_DATABASE_KEY and run alongside encrypt, or keep it on an encrypted disk."
    return Inspection(version, size, damage, "the database is not encrypted", do)


def read_note(path: Path, key: SecretStr | None, name: str) -> str | None:
    """Return the deployment's note `name`, or None if there is no such note or no database."""
    if shape(path) is Shape.ABSENT:
        return None
    check_key_fits(path, key)
    try:
        with closing(open_bare(path, key, _WAIT_SECONDS)) as connection:
            row = connection.execute(_GET, {"name": name}).fetchone()
    except sql_errors() as error:
        raise (wrong_key_error(error) if key else None) or to_operator_error(
            error, "it cannot be read"
        ) from error
    return None if row is None else str(row[0])


def write_note(path: Path, key: SecretStr | None, name: str, value: str) -> None:
    """Save a note of the deployment, unless there is no database yet."""
    if shape(path) is Shape.ABSENT:
        return
    try:
        with closing(open_bare(path, key, _WAIT_SECONDS)) as connection:
            connection.execute(_SET, {"name": name, "value": value})
    except sql_errors() as error:
        raise to_operator_error(error, "it cannot be written") from error
