"""The words of each language: names from the CLDR through Babel, and what people type from `words/`.

A language is loaded when someone types what needs its words. The first costs about 9 MB of memory, each
other one about 1 MB.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bot.readers.simplified import Phrases, simplified

if TYPE_CHECKING:
    from babel import Locale

ENGLISH = "en"
DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_DIRECTORY = Path(__file__).parent / "words"
LANGUAGES = (ENGLISH, *sorted({each.stem for each in _DIRECTORY.glob("*.toml")} - {ENGLISH}))
_WITHOUT_SPACES = {"ja"}
_TENS = {"20", "30", "40", "50", "60", "70", "80", "90"}
_BETWEEN_NUMBERS = (" ", "-", " y ", " e ")
_DAYS = 7


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a language in simplified form.

    `days` are the names and abbreviations of the days of the week, from 0 for Monday, except single letters
    that people type; `wide_days` are only the names of the CLDR; `months` count from 1. `listed` are the
    lists of `words/<language>.toml`.
    """

    language: str
    days: Mapping[str, int]
    wide_days: Mapping[str, int]
    months: Mapping[str, int]
    periods: Mapping[str, str]
    listed: Mapping[str, Mapping[str, tuple[str, ...]]]

    @property
    def is_spaced(self) -> bool:
        """Whether words are separated by spaces."""
        return self.language not in _WITHOUT_SPACES

    def symbols_by_phrase(self, table: str, symbols: Mapping[str, str]) -> dict[str, str]:
        """Return the symbol of each phrase in a table, given the symbol of each of its lists."""
        lists = self.listed[table]
        return {phrase: symbol for name, symbol in symbols.items() for phrase in lists.get(name, ())}

    def numbers(self) -> dict[str, str]:
        """Return the numbers that people write as words (`six`, `twenty six`), each with its digits."""
        listed = self.listed.get("numbers", {})
        found = {phrase: digits for digits, phrases in listed.items() for phrase in phrases}
        tens = [(phrase, digits) for phrase, digits in found.items() if digits in _TENS]
        ones = [(phrase, digits) for phrase, digits in found.items() if len(digits) == 1]
        between = _BETWEEN_NUMBERS if self.is_spaced else ("",)
        joined = {
            f"{ten}{link}{one}": str(int(digits) + int(digit))
            for ten, digits in tens
            for one, digit in ones
            for link in between
        }
        return joined | found

    def make_phrases(self, symbols: Mapping[str, str]) -> Phrases:
        """Return what finds phrases in texts of this language; `symbols` are by phrase."""
        return Phrases(symbols, is_spaced=self.is_spaced)


def language_of(locale: str) -> str:
    """Return the language of a locale (`es-419`), or English if its words are not known."""
    short = locale.partition("-")[0]
    return next((each for each in LANGUAGES if each.partition("-")[0] == short), ENGLISH)


def in_order(locale: str) -> Iterator[list[str]]:
    """Yield the languages in which to read, in groups: the member's, English, then the others."""
    own = language_of(locale)
    yield [own]
    if own != ENGLISH:
        yield [ENGLISH]
    yield [each for each in LANGUAGES if each not in (own, ENGLISH)]


@cache
def words_of(language: str) -> Words:
    """Return the words of one of `LANGUAGES`."""
    names = cldr(language)
    wide = [names.days[context]["wide"] for context in ("format", "stand-alone")]
    short = [
        each
        for context in ("format", "stand-alone")
        for width, each in names.days[context].items()
        if width in {"abbreviated", "short"}
    ]
    months = [
        each
        for context in ("format", "stand-alone")
        for width, each in names.months[context].items()
        if width in {"abbreviated", "wide"}
    ]
    listed = _listed(language)
    return Words(
        language,
        {
            **{simplified(name): day for each in [*short, *wide] for day, name in each.items()},
            **{
                typed: day
                for day, name in enumerate(DAY_NAMES)
                for typed in listed["days"].get(name, ())
                if len(typed) > 1
            },
        },
        {simplified(name): day for each in wide for day, name in each.items()},
        {simplified(name): month for each in months for month, name in each.items()},
        {
            simplified(text): period
            for width in ("abbreviated", "wide")
            for period, text in reversed(list(names.day_periods["format"].get(width, {}).items()))
        },
        listed,
    )


def _listed(language: str) -> dict[str, dict[str, tuple[str, ...]]]:
    table = tomllib.loads((_DIRECTORY / f"{language}.toml").read_text(encoding="utf-8"))
    return {
        name: {kind: tuple(map(simplified, entries)) for kind, entries in lists.items()}
        for name, lists in table.items()
    }


def cldr(language: str) -> "Locale":
    """Return the CLDR's data of a language."""
    from babel import Locale  # noqa: PLC0415 - loaded when the first words are needed

    return Locale.parse(language, sep="-")
