"""The voice guide as people read it, and the catalogues' texts to check against it."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from bot.texts import voice
from bot.texts.plurals import CATEGORIES
from bot.texts.voice import Breach

GUIDE = Path(__file__).parents[2] / "docs" / "voice.md"

MOST_CONSENT_LINES = 4

# Words that made members read a text twice, each with what the English texts say instead.
PLAIN_WORDS = {
    "kept": "saved",
    "withdrawn?": "turn off",
    "granted": "allowed",
    "mend(s|ed)?": "fix",
    "anew": "again",
    "whoever": "anyone who",
    "(some|every|any)body": "someone, everyone, anyone",
    "unlisted": "hidden",
    "landing": "time to talk",
    "cannot": "can't",
    "weekly times?": "schedule",
    "places to turn to": "help contacts",
}


def say_and_not(guide: Path = GUIDE) -> list[tuple[str, str]]:
    """Return the rows of a guide's table of texts to say and not to say, if it has one."""
    table = guide.read_text(encoding="utf-8").partition("## Say, and not")[2].partition("\n## ")[0]
    rows = [line.strip("|").split("|") for line in table.splitlines() if line.startswith("|")]
    return [(say.strip(), avoid.strip()) for say, avoid in rows[2:]]


def walk(catalogue: object, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield each text of a catalogue with its key: tables, lists of choices and plurals alike."""
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


def wrong_plurals(catalogue: object, forms: Collection[str], place: str = "") -> Iterator[str]:
    """Yield the keys of plurals that do not have exactly the forms of their language."""
    if not isinstance(catalogue, dict):
        return
    if catalogue.keys() & set(CATEGORIES) and catalogue.keys() != set(forms):
        yield place
    for key, value in catalogue.items():
        yield from wrong_plurals(value, forms, f"{place}.{key}" if place else key)


def breaches(text: str, never: Sequence[str], place: str = "") -> list[Breach]:
    """Return the rules that a text of the catalogue breaks; one under `consent` may have four lines."""
    most = MOST_CONSENT_LINES if "consent" in place.split(".") else voice.MOST_LINES
    return voice.breaches(text, never, most)
