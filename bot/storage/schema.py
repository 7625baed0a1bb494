"""The schema: numbered SQL files, which both engines apply.

A line of a file can say which programs still work after it: `-- Programs of version 4 and newer can serve
with this.` A program's version is the newest migration that it knows. Without that line, only programs that
know the file can serve.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.errors import UnfitDatabaseError

MIGRATIONS = Path(__file__).parent / "migrations"
SCHEMA_NOTE = "oldest program that can serve"
"""The name of a note in the table `deployment`: see `schema_note`."""

_CAN_SERVE = re.compile(r"^-- Programs of version (\d+) and newer can serve with this\.$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Migration:
    """A migration: its SQL, and the oldest version whose programs can serve after it."""

    script: str
    oldest_program: int


def read_migrations(directory: Path) -> dict[int, Migration]:
    """Return the migrations in `directory` by their numbers, which begin their file names."""
    return {
        int(file.name[:4]): _read(int(file.name[:4]), file.read_text(encoding="utf-8"))
        for file in sorted(directory.glob("[0-9]*_*.sql"))
    }


def newest_version(directory: Path = MIGRATIONS) -> int:
    """Return the number of the newest migration in `directory`."""
    return max(read_migrations(directory))


def oldest_program(migrations: Mapping[int, Migration]) -> int:
    """Return the oldest version whose programs can serve after all these migrations."""
    return max(each.oldest_program for each in migrations.values())


def schema_note(migrations: Mapping[int, Migration]) -> str:
    """Return what is noted after all these migrations: the oldest program, and the schema's version."""
    return f"{oldest_program(migrations)} {max(migrations)}"


def can_serve(program: int, version: int, noted: object) -> bool:
    """Return whether a program can serve a schema of `version`, with this note or None."""
    oldest, _, noted_version = str(noted).partition(" ")
    return version <= program or (noted_version == str(version) and int(oldest) <= program)


def require_servable(program: int, version: int, noted: object) -> None:
    """Raise UnfitDatabaseError if a program cannot serve a schema of `version`; see `can_serve`."""
    if not can_serve(program, version, noted):
        raise UnfitDatabaseError(
            f"the database is of version {version}, newer than this program can serve ({program}): "
            "start the newer program, or restore an older database"
        )


def _read(number: int, script: str) -> Migration:
    said = _CAN_SERVE.search(script)
    return Migration(script, int(said[1]) if said else number)
