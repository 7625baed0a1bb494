"""Plain SQL on a database file, and copies of the real migrations with made-up ones after them."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.storage import database

ADD_MOTTO = "ALTER TABLE guild ADD COLUMN motto TEXT NOT NULL DEFAULT 'quiet';\n"
"""A migration that a later version might have."""

REAL = Path(database.__file__).parent / "migrations"


def migrations(directory: Path, *further: str, replacing: tuple[str, str] | None = None) -> Path:
    """Copy the real migrations into `directory`, numbered, with `further` steps after them."""
    directory.mkdir(exist_ok=True)
    scripts = [file.read_text(encoding="utf-8") for file in sorted(REAL.glob("*.sql"))]
    if replacing is not None:
        assert replacing[0] in "".join(scripts)
        scripts = [script.replace(*replacing) for script in scripts]
    for number, script in enumerate([*scripts, *further], start=1):
        (directory / f"{number:04}_step.sql").write_text(script, encoding="utf-8")
    return directory


def newest() -> int:
    """Return the number of the newest real migration."""
    return max(int(file.name[:4]) for file in REAL.glob("*.sql"))


def query(path: Path, command: str, *values: object) -> list[tuple[object, ...]]:
    """Run one command in plain SQL, on a separate connection, and return its rows."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        return list(connection.execute(command, values))


def version(path: Path) -> object:
    """Return the version of the database at `path`."""
    return query(path, "PRAGMA user_version")[0][0]


def plan(path: Path, command: str) -> list[str]:
    """Return SQLite's plan of a statement with named parameters, step by step."""
    names = dict.fromkeys(re.findall(r"(?<![:\w]):([a-z_]+)", command), 1)
    with closing(sqlite3.connect(path)) as connection:
        return [str(row[3]) for row in connection.execute(f"EXPLAIN QUERY PLAN {command}", names)]
