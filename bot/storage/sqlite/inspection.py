"""Inspect a database file for the command line, whether the bot runs or not."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from bot.storage.sqlite.connection import Shape, check_key_fits, open_bare, shape, wrong_key_error
from bot.storage.sqlite.driver import SqlError
from bot.storage.sqlite.errors import DAMAGED, to_operator_error

_WAIT_SECONDS = 5.0
_GET = "SELECT value FROM deployment WHERE name = :name"
_SET = """
INSERT INTO deployment (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value
"""


@dataclass(frozen=True, slots=True)
class Inspection:
    """The result of `inspect`."""

    shape: Shape
    version: int  # 0: there is none yet
    size: int  # bytes, without its log
    damage: str | None  # a message for the operator


def inspect(path: Path, key: SecretStr | None) -> Inspection:
    """Inspect the whole database at `path`.

    Raises ConfigurationError if it does not open with `key` (or without one), TransientError if it is
    locked.
    """
    found = shape(path)
    if found is Shape.ABSENT:
        return Inspection(found, 0, 0, None)
    check_key_fits(path, key)
    size = path.stat().st_size
    try:
        with closing(open_bare(path, key, _WAIT_SECONDS)) as connection:
            said = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    except SqlError as error:
        raise (wrong_key_error(error) if key else None) or to_operator_error(
            error, "it cannot be read"
        ) from error
    return Inspection(found, version, size, None if said == "ok" else DAMAGED)


def read_note(path: Path, key: SecretStr | None, name: str) -> str | None:
    """Return the deployment's note `name`, or None if there is no such note or no database."""
    if shape(path) is Shape.ABSENT:
        return None
    check_key_fits(path, key)
    try:
        with closing(open_bare(path, key, _WAIT_SECONDS)) as connection:
            row = connection.execute(_GET, {"name": name}).fetchone()
    except SqlError as error:
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
    except SqlError as error:
        raise to_operator_error(error, "it cannot be written") from error
