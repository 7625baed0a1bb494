"""A look at a database that changes nothing in it, beside the bot or without: for `check` and `sync`."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from bot.storage.sqlite.connection import Shape, SqlError, not_opened, open_bare, require_fit, shape
from bot.storage.sqlite.errors import DAMAGED, to_operator_error

_WAIT_SECONDS = 5.0
_GET = "SELECT value FROM deployment WHERE name = :name"
_SET = """
INSERT INTO deployment (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value
"""


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen."""

    shape: Shape
    version: int  # 0: there is none yet
    size: int  # bytes, without its log
    damage: str | None


def look(path: Path, key: SecretStr | None) -> Look:
    """Look at the database at `path`, all of it.

    Raises ConfigurationError where `key`, or none, does not open it, TransientError where it is locked.
    """
    found = shape(path)
    if found is Shape.ABSENT:
        return Look(found, 0, 0, None)
    require_fit(path, key)
    size = path.stat().st_size
    try:
        with closing(open_bare(path, key, _WAIT_SECONDS)) as connection:
            said = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    except SqlError as error:
        raise (not_opened(error) if key else None) or to_operator_error(
            error, "it cannot be read"
        ) from error
    return Look(found, version, size, None if said == "ok" else DAMAGED)


def noted(path: Path, key: SecretStr | None, name: str) -> str | None:
    """Return what the deployment noted under `name`; None also where there is no database."""
    if shape(path) is Shape.ABSENT:
        return None
    require_fit(path, key)
    try:
        with closing(open_bare(path, key, _WAIT_SECONDS)) as connection:
            row = connection.execute(_GET, {"name": name}).fetchone()
    except SqlError as error:
        raise (not_opened(error) if key else None) or to_operator_error(
            error, "it cannot be read"
        ) from error
    return None if row is None else str(row[0])


def note(path: Path, key: SecretStr | None, name: str, value: str) -> None:
    """Note something of the deployment; nothing where there is no database yet."""
    if shape(path) is Shape.ABSENT:
        return
    try:
        with closing(open_bare(path, key, _WAIT_SECONDS)) as connection:
            connection.execute(_SET, {"name": name, "value": value})
    except SqlError as error:
        raise to_operator_error(error, "it cannot be written") from error
