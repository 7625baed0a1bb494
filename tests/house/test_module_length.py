"""No Python module is so long that a reader gets lost in it."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
MOST_LINES = 300
FOLDERS = ("bot", "cogs", "sandbox", "bench", "tests", "scripts")


def says_why(source: str) -> bool:
    """Return whether a module says in its docstring why it is longer than others."""
    docstring = ast.get_docstring(ast.parse(source)) or ""
    return "why this module is longer" in " ".join(docstring.split())


def test_a_module_has_at_most_300_lines_or_says_why_not() -> None:
    files = [file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py")]
    assert len(files) > 500
    sources = {str(file.relative_to(ROOT)): file.read_text(encoding="utf-8") for file in files}
    long = {name for name, text in sources.items() if len(text.splitlines()) > MOST_LINES}
    assert {name for name in long if not says_why(sources[name])} == set()
