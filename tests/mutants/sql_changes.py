"""Small deliberate changes to named SQL statements, one at a time."""

import re
from collections.abc import Iterator

from tests.mutants.python_changes import Change

_STATEMENT = re.compile(r"^-- name: (\w+).*$", re.MULTILINE)
_CHANGES = (
    (r"<=", ["<"]),
    (r">=", [">"]),
    (r"(?<![<>=|])<(?![=>])", ["<=", ">"]),
    (r"(?<![<>=|-])>(?![=>])", [">=", "<"]),
    (r"<>", ["="]),
    (r"\bAND [^\n]*", [""]),
    (r"\bAND\b", ["OR"]),
    (r"\bOR\b", ["AND"]),
    (r"\bNOT (?=EXISTS|IN|LIKE)", [""]),
    (r"\bIS NOT NULL\b", ["IS NULL"]),
    (r"\bIS NULL\b", ["IS NOT NULL"]),
    (r"(?<![:\w])[0-9]+\b", ["(1 + \\g<0>)"]),
    (r" ORDER BY [^\n)]*?(?=;| LIMIT|\n|\))", ["", "\\g<0> DESC"]),
    (r"\bMIN\b", ["MAX"]),
    (r"\bMAX\b", ["MIN"]),
    (r"(?<= )\+(?= )", ["-"]),
    (r"(?<= )-(?= )", ["+"]),
    (r"(?:(?<=WHERE )|(?<=AND ))(\w[\w.]*) = ", ["\\1 <> "]),
)


def sql_changes(source: bytes) -> list[Change]:
    """Return every change that is made to the statements of one file."""
    text = source.decode()
    assert text.isascii(), "offsets are counted in characters"
    heads = list(_STATEMENT.finditer(text))
    ends = [each.start() for each in heads[1:]] + [len(text)]
    changes: list[Change] = []
    for head, end in zip(heads, ends, strict=True):
        changes += _changes_in(text, head.end(), end, head[1])
    return changes


def _changes_in(text: str, start: int, end: int, name: str) -> Iterator[Change]:
    for pattern, replacements in _CHANGES:
        for match in re.compile(pattern).finditer(text, start, end):
            line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
            if line.lstrip().startswith("--") or match[0].count("(") != match[0].count(")"):
                continue
            for each in replacements:
                yield Change(match.start(), match.end(), match[0].strip(), match.expand(each), (), (name,))
