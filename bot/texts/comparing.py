"""What is missing, behind or wrong in a catalogue, beside the English one."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cache
from hashlib import sha256
from pathlib import Path

from bot.texts.catalogue import load
from bot.texts.command_names import CommandNames
from bot.texts.keys import Entries, by_key, is_plural, placeholders, texts_of
from bot.texts.plurals import plural_forms, plural_rule

_FOLDER = Path(__file__).parent / "translation"
_BEGINNING = "# The English texts that this language was translated from, as digests; see CONTRIBUTING.md."
_DIGITS = 8  # of a digest
_NUMBERS = range(1, 200)  # which of them a plural's form is for
# https://docs.discord.com/developers/interactions/application-commands#application-command-object-application-command-naming
_COMMAND_NAME = re.compile(r"[-_'\w]+")


class Problem(StrEnum):
    """What a text of a catalogue can have that the English one does not."""

    MISSING = "missing"
    UNKNOWN = "not in English"
    CHANGED = "changed in English since it was translated"
    KIND = "another kind of entry than in English"
    FORMS = "has other plural forms than its language"
    COUNT = "does not say the number, although its form is for several"
    PLACEHOLDERS = "has other placeholders than English"
    COMMANDS = "names other commands than English"
    LENGTH = "is too long"
    NAME = "is no name for a command: small letters, digits, - and _"


@dataclass(frozen=True, slots=True)
class Finding:
    """A key, what is wrong with its text, and the text or the number that shows it."""

    key: str
    problem: Problem
    detail: str = ""

    def __str__(self) -> str:
        """Return the finding as a line."""
        return f"{self.key}: {self.problem}" + (f" ({self.detail})" if self.detail else "")


def findings(locale: str) -> list[Finding]:
    """Return everything that is missing, behind or wrong in a catalogue, by key."""
    english, other = by_key(load("en")), by_key(load(locale))
    found = [Finding(key, Problem.MISSING) for key in english if key not in other]
    found += [Finding(key, Problem.UNKNOWN) for key in other if key not in english]
    found += changed(locale)
    for key in (each for each in other if each in english):
        found += _wrong(key, english[key], other[key], locale)
    return found


def waits(finding: Finding) -> bool:
    """Return whether a text is missing or behind because English is ahead, by `translation/ahead.toml`."""
    return finding.problem in {Problem.MISSING, Problem.CHANGED} and is_ahead(finding.key)


def is_ahead(key: str) -> bool:
    """Return whether English is marked as ahead of the other languages by a key."""
    return any(fits(key, pattern) for pattern in ahead())


def fits(key: str, pattern: str) -> bool:
    """Return whether a key is one of a pattern such as `personal.*`."""
    return fnmatchcase(key, pattern)


@cache
def ahead() -> tuple[str, ...]:
    """Return the keys, and patterns of keys, by which English is marked as ahead."""
    return tuple(tomllib.loads((_FOLDER / "ahead.toml").read_text(encoding="utf-8"))["keys"])


def changed(locale: str) -> list[Finding]:
    """Return the texts whose English changed since someone looked through the language's texts."""
    english = by_key(load("en"))
    return [
        Finding(key, Problem.CHANGED)
        for key, digest in seen(locale).items()
        if key in english and digest != _digest(english[key])
    ]


def seen(locale: str) -> dict[str, str]:
    """Return the digest of each English text as it was when the language's text was last accepted."""
    path = _seen_path(locale)
    return dict(tomllib.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def accept(locale: str) -> int:
    """Note that every text of a language fits the English one of today. Returns how many changed."""
    english, other = by_key(load("en")), by_key(load(locale))
    now = {key: _digest(english[key]) for key in english if key in other}
    count = sum(seen(locale).get(key) != digest for key, digest in now.items())
    lines = [f'"{key}" = "{digest}"' for key, digest in sorted(now.items())]
    _seen_path(locale).write_text("\n".join([_BEGINNING, *lines, ""]), encoding="utf-8")
    return count


@cache
def limits() -> dict[str, tuple[int, list[str]]]:
    """Return, by the kind of a text, how many characters it may have and the patterns of its keys."""
    tables = tomllib.loads((_FOLDER / "limits.toml").read_text(encoding="utf-8"))
    return {kind: (table["most"], table["keys"]) for kind, table in tables.items()}


@cache
def kind_of(key: str) -> str:
    """Return the kind of a key's text: the first in `limits.toml` that has a pattern for it."""
    return next(kind for kind, (_, keys) in limits().items() if any(fits(key, each) for each in keys))


def longest(key: str) -> int:
    """Return how many characters the text of a key may have."""
    return limits()[kind_of(key)][0]


def _wrong(key: str, english: object, other: object, locale: str) -> Iterator[Finding]:
    if type(english) is not type(other) or is_plural(english) != is_plural(other):
        yield Finding(key, Problem.KIND)
        return
    if isinstance(other, dict) and set(other) != set(plural_forms(locale)):
        yield Finding(key, Problem.FORMS, ", ".join(plural_forms(locale)))
    yield from _wrong_values(key, english, other)
    if isinstance(other, dict):
        yield from _uncounted(key, english, other, locale)
    for text in texts_of(other):
        if len(text) > longest(key):
            yield Finding(key, Problem.LENGTH, f"{len(text)} of at most {longest(key)}: {text}")
        if kind_of(key) == "command" and not (_COMMAND_NAME.fullmatch(text) and text == text.lower()):
            yield Finding(key, Problem.NAME, text)


def _wrong_values(key: str, english: object, other: object) -> Iterator[Finding]:
    asked = set().union(*map(placeholders, texts_of(english)))
    optional = {"count"} if is_plural(other) else set[str]()
    commands = {name for text in texts_of(english) for name in _commands().in_text(text)}
    for text in texts_of(other):
        given = placeholders(text)
        if given - asked or asked - given - optional:
            yield Finding(key, Problem.PLACEHOLDERS, text)
        if set(_commands().in_text(text)) != commands:
            yield Finding(key, Problem.COMMANDS, text)


def _uncounted(key: str, english: object, other: Mapping[str, str], locale: str) -> Iterator[Finding]:
    if not any("count" in placeholders(text) for text in texts_of(english)):
        return
    numbers = Counter(map(plural_rule(locale), _NUMBERS))
    for form, text in other.items():
        if numbers[form] > 1 and "count" not in placeholders(text):
            yield Finding(key, Problem.COUNT, text)


@cache
def _commands() -> CommandNames:
    return CommandNames(load("en")["commands"])


def _seen_path(locale: str) -> Path:
    return _FOLDER / "seen" / f"{locale}.toml"


def _digest(value: Entries | object) -> str:
    return sha256(repr(value).encode()).hexdigest()[:_DIGITS]
