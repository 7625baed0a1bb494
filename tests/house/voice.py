"""The voice guide as a check: what a text breaks of `docs/voice.md`, in plain sentences."""

import re
import string
import unicodedata
from collections.abc import Iterator
from pathlib import Path

GUIDE = Path(__file__).parents[2] / "docs" / "voice.md"

MOST_LINES = 3
MOST_CONSENT_LINES = 4
MOST_SENTENCE_WORDS = 25

_NEVER_LIST = re.compile(
    r"^### (?P<locale>[A-Za-z-]+)\n+```\n(?P<words>.*?)^```$", re.MULTILINE | re.DOTALL
)
_SENTENCE_END = re.compile(r"(?<=[.?…])\s+|\n")
_FIELD_NAME = re.compile(r"[a-z][a-z0-9_]*")
_MOMENT_STYLES = frozenset("tTdDfFR")
_EXCLAMATIONS = frozenset("!¡！")  # noqa: RUF001 - the full-width one is meant
_FORMS = {"one", "other"}


def never_lists() -> dict[str, list[str]]:
    """Return the words and phrases that the guide rules out, by locale."""
    guide = GUIDE.read_text(encoding="utf-8")
    return {found["locale"]: found["words"].split("\n")[:-1] for found in _NEVER_LIST.finditer(guide)}


def say_and_not() -> list[tuple[str, str]]:
    """Return the rows of the guide's first table: a text to say, and one not to say."""
    table = GUIDE.read_text(encoding="utf-8").partition("## Say, and not")[2].partition("\n## ")[0]
    rows = [line.strip("|").split("|") for line in table.splitlines() if line.startswith("|")]
    return [(say.strip(), avoid.strip()) for say, avoid in rows[2:]]


def walk(catalogue: object, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield each text of a catalogue with its place: tables, lists of choices and plurals alike."""
    if isinstance(catalogue, str):
        yield place, catalogue
    elif isinstance(catalogue, dict):
        for key, value in catalogue.items():
            yield from walk(value, f"{place}.{key}" if place else key)
    elif isinstance(catalogue, list):
        for index, value in enumerate(catalogue):
            yield from walk(value, f"{place}.{index}")
    else:
        raise TypeError(f"{place}: {catalogue!r} is no text")


def half_plurals(catalogue: object, place: str = "") -> Iterator[str]:
    """Yield the places of the tables that have one form of a plural without the other."""
    if not isinstance(catalogue, dict):
        return
    if len(_FORMS & catalogue.keys()) == 1:
        yield place
    for key, value in catalogue.items():
        yield from half_plurals(value, f"{place}.{key}" if place else key)


def breaches(text: str, never: list[str], place: str = "") -> list[str]:
    """Return what `text` breaks of the guide; an empty list where it keeps all of it."""
    return [*_form(text, place), *_blanks(text), *_never(text, never)]


def _form(text: str, place: str) -> Iterator[str]:
    lines = text.split("\n")
    most = MOST_CONSENT_LINES if "consent" in place.split(".") else MOST_LINES
    if not text.strip():
        yield "is empty"
    if any(line != line.rstrip() for line in lines):
        yield "has a space at the end of a line"
    if len(lines) > most:
        yield f"has {len(lines)} lines, more than {most}"
    if _EXCLAMATIONS & set(text):
        yield "has an exclamation mark"
    for sentence in _SENTENCE_END.split(text):
        if (count := len(sentence.split())) > MOST_SENTENCE_WORDS:
            yield f"has a sentence of {count} words: {sentence!r}"
    words = re.sub(r"\{[^}]*\}|:\w+:", "", text)
    if _has_emoji(text) and not any(letter.isalpha() for letter in words):
        yield "has an emoji in the place of words"


def _has_emoji(text: str) -> bool:
    custom = re.search(r"<a?:\w+:\d+>|:\w+:", text)
    return bool(custom) or any(unicodedata.category(sign) == "So" for sign in text)


def _blanks(text: str) -> Iterator[str]:
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError as error:
        yield f"has a malformed blank: {error}"
        return
    for _, name, style, conversion in parts:
        if name is None:
            continue
        if not _FIELD_NAME.fullmatch(name) or conversion or (style and style not in _MOMENT_STYLES):
            yield f"has a blank that is more than a name: {name!r}"


def _never(text: str, never: list[str]) -> Iterator[str]:
    plain = text.replace("’", "'")  # noqa: RUF001 - the typographic apostrophe is meant
    for entry in never:
        phrase = r"\s+".join(re.escape(word) for word in entry.rstrip("*").split())
        ending = r"\w*" if entry.endswith("*") else ""
        if re.search(rf"(?<!\w){phrase}{ending}(?!\w)", plain, re.IGNORECASE):
            yield f"says {entry!r}"
