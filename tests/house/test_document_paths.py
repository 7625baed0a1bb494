"""Every file and folder that a document names exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
# A path in backticks, with a folder of this project in front; `<subject>` and `…` stand for any name.
_PATH = re.compile(r"`((?:bot|cogs|sandbox|tests|bench|docs|deploy|scripts)/[^`\s]*)`")


def paths_in(document: Path) -> list[str]:
    """Return the paths that a document names."""
    return _PATH.findall(document.read_text(encoding="utf-8"))


def exists(path: str) -> bool:
    """Return whether a path exists; if it lists several names in braces, whether all of them do."""
    several = re.search(r"\{([^}]*)\}", path)
    if several:
        head, tail = path[: several.start()], path[several.end() :]
        return all(exists(f"{head}{each.strip()}{tail}") for each in several[1].split(","))
    pattern = re.sub(r"<[^>]*>|…", "*", path.rstrip("/").partition("#")[0].partition("::")[0])
    return any(ROOT.glob(pattern))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda each: str(each.relative_to(ROOT)))
def test_every_path_that_a_document_names_exists(document: Path) -> None:
    assert [path for path in paths_in(document) if not exists(path)] == []


def test_paths_are_found_and_looked_for() -> None:
    assert len(paths_in(ROOT / "docs" / "architecture.md")) > 10
    assert exists("bot/storage/{database,record}.py")
    assert exists("cogs/<subject>/routes.py")
    assert not exists("bot/storage/{database,nothing}.py")
    assert not exists("bot/nothing.py")
