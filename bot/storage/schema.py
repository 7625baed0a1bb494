"""The schema: numbered SQL files, which both engines apply."""

from pathlib import Path

MIGRATIONS = Path(__file__).parent / "migrations"


def read_steps(directory: Path) -> dict[int, str]:
    """Return the migrations in `directory` by their numbers, which begin their file names."""
    files = sorted(directory.glob("[0-9]*_*.sql"))
    return {int(file.name[:4]): file.read_text(encoding="utf-8") for file in files}


def newest_version(directory: Path = MIGRATIONS) -> int:
    """Return the number of the newest migration in `directory`."""
    return max(read_steps(directory))
