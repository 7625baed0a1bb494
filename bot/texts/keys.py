"""A catalogue by key: its texts, plurals and lists."""

import string
from typing import Any, TypeAlias

from bot.texts.plurals import CATEGORIES

Entries: TypeAlias = dict[str, Any]
"""By key: a text, a plural (texts by category) or a list of alternatives."""


def by_key(tables: dict[str, Any], above: str = "") -> Entries:
    """Return the entries of a catalogue."""
    found: Entries = {}
    for name, value in tables.items():
        key = f"{above}.{name}" if above else name
        if isinstance(value, dict) and not is_plural(value):
            found |= by_key(value, key)
        else:
            found[key] = value
    return found


def is_plural(value: object) -> bool:
    """Return whether a value is a plural: a table of plural categories and nothing else."""
    return isinstance(value, dict) and bool(value) and set(value) <= set(CATEGORIES)


def texts_of(value: object) -> list[str]:
    """Return every text that an entry has."""
    if isinstance(value, dict):
        return list(value.values())
    return list(value) if isinstance(value, list) else [str(value)]


def placeholders(text: str) -> set[str]:
    """Return the names of a text's placeholders. Raises ValueError for one that is not closed."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
