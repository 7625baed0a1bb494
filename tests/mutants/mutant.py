"""Mutants: which modules are changed, a sample of their changes, and those judged equivalent."""

from __future__ import annotations

import random
import re
import textwrap
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.covering import Covering
from tests.mutants.python_changes import Change, python_changes
from tests.mutants.sql_changes import sql_changes

SCOPE = (
    "bot/checkins/**/*.py",
    "bot/delivery/*.py",
    "bot/privacy/**/*.py",
    "bot/readers/**/*.py",
    "bot/rooms/**/*.py",
    "bot/scheduling/*.py",
    "bot/servers/**/*.py",
    "bot/shards.py",
    "bot/storage/**/*.py",
    "bot/storage/queries/*.sql",
    "bot/weeks/[!p]*.py",  # without the picture, whose looks no test judges
    "bot/gateway/admission.py",
    "bot/gateway/first_response.py",
    "bot/gateway/interactions.py",
    "bot/gateway/sender.py",
    "bot/gateway/threads.py",
    "cogs/*/routes.py",
    "cogs/checkins/channel.py",
    "cogs/checkins/delivery.py",
    "cogs/rooms/card_*.py",
    "cogs/rooms/seat_buttons.py",
)
_FEW = 3  # tests that run a line: its results may be cached, so also run those that use its module
_FUNCTION = re.compile(r"(?:async )?def (\w+)")
_LONGEST = 70  # characters of changed code that are shown
EQUIVALENT = Path(__file__).with_name("equivalent.toml")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change to one file."""

    path: str
    line: int
    code: str  # the line, without its indentation
    change: Change

    @property
    def description(self) -> str:
        """Return the old and the new text of the change, on one line."""
        before, after = (
            textwrap.shorten(each, _LONGEST, placeholder=" ...") or "nothing"
            for each in (self.change.before, self.change.after)
        )
        return f"{before} -> {after}"

    def __str__(self) -> str:
        return f"{self.path}:{self.line}  {self.description}"

    def key(self) -> tuple[str, str, str]:
        """Return what identifies this mutant in the list of equivalent ones, also when its line moves."""
        return self.path, self.code, self.description


def mutants_of(root: Path, path: str) -> list[Mutant]:
    """Return every mutant of one file."""
    source = (root / path).read_bytes()
    lines = source.decode().splitlines()
    changes = sql_changes(source) if path.endswith(".sql") else python_changes(source)
    numbers = [source.count(b"\n", 0, each.start) + 1 for each in changes]
    return [
        Mutant(path, number, lines[number - 1].strip(), change)
        for number, change in zip(numbers, changes, strict=True)
    ]


def sample(root: Path, size: int, seed: int, scope: tuple[str, ...] = SCOPE) -> list[Mutant]:
    """Return `size` mutants, on different lines, each line with the same chance."""
    paths = sorted({str(each.relative_to(root)) for pattern in scope for each in root.glob(pattern)})
    by_line: dict[tuple[str, int], list[Mutant]] = defaultdict(list)
    for path in paths:
        for each in mutants_of(root, path):
            by_line[path, each.line].append(each)
    draw = random.Random(seed)
    chosen = draw.sample(sorted(by_line), min(size, len(by_line)))
    return [draw.choice(by_line[each]) for each in chosen]


def equivalent() -> dict[tuple[str, str, str], str]:
    """Return the reason of each mutant that was judged to change nothing that matters."""
    listed = tomllib.loads(EQUIVALENT.read_text())
    return {
        (path, each["line"], each["change"]): each["reason"]
        for path, changes in listed.items()
        for each in changes
    }


class Readers:
    """Finds the lines that use a name: of a constant, a field, a class or an SQL statement."""

    def __init__(self, root: Path) -> None:
        self._lines = {
            str(path.relative_to(root)): path.read_text().splitlines()
            for top in ("bot", "cogs")
            for path in root.joinpath(top).rglob("*.py")
        }
        self._test_modules = {
            str(path.relative_to(root)): path.read_text()
            for path in root.joinpath("tests").rglob("test_*.py")
        }

    def tests(self, mutant: Mutant, covering: Covering) -> set[str]:
        """Return the tests that may notice the mutant."""
        names = mutant.change.names
        found = covering.tests(mutant.path, mutant.change.lines)
        if 0 < len(found) <= _FEW:
            names = tuple(each[1] for line in self._lines[mutant.path] if (each := _FUNCTION.match(line)))
        for name in names:
            first, _, _ = name.partition("_")  # statements of each table are called f"{first}_{table}"
            word = re.compile(rf"\b{name}\b|\b{first}_\{{")
            for path, lines in self._lines.items():
                numbers = tuple(number for number, line in enumerate(lines, 1) if word.search(line))
                found |= covering.tests(path, numbers)
            found |= {each for each in covering.seconds if each.endswith(f"[{name}]")}
        if mutant.change.names:
            found |= self._importing(mutant.path, covering)
        return found

    def _importing(self, path: str, covering: Covering) -> set[str]:
        """Return the tests whose module imports a module: they may look at all that it defines."""
        package, _, name = path.removesuffix(".py").replace("/", ".").rpartition(".")
        of_package = re.escape(package)
        imports = re.compile(rf"\bfrom {of_package} import [^\n]*\b{name}\b|\b{of_package}\.{name}\b")
        modules = {module for module, text in self._test_modules.items() if imports.search(text)}
        return {each for each in covering.seconds if each.partition("::")[0] in modules}
