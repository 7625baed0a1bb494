"""Read days of the week."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache

from bot.readers.result import Result, one_of
from bot.readers.simplified import LETTER, Phrases, simplified
from bot.readers.words import DAY_NAMES, Words, in_order, words_of

_AMBIGUOUS = "ambiguous.days"
_UNREADABLE = "unreadable.days"
_WEEK = 7
_EVERY_DAY = "X"  # beside days, it only says that they are meant each week: "all Mondays"
_SETS = {_EVERY_DAY: 0b1111111, "Y": 0b0011111, "Z": 0b1100000}
_DAYS = "ABCDEFG"  # the symbols of Monday to Sunday
_SYMBOLS = {
    "everyday": _EVERY_DAY,
    "workdays": "Y",
    "weekend": "Z",
    "to": ">",
    "except": "!",
    "all_but": "^",  # comes after what it leaves out, as in Japanese
    "filler": " ",
    **dict(zip(DAY_NAMES, _DAYS, strict=True)),
}
_UNCLEAR = "UVW"  # symbols of letters that stand for one of several days
_SEPARATORS = re.compile(r"[,;/+&|\u3001\u30fb\u00b7]")
_WORD = re.compile(rf"{LETTER}+")
_SHORTEST = 2  # letters that tell a day
_ENDING, _STEM = 2, 5  # letters: of an ending that changes, and the least that is left of a name
_LEAST_MISSPELT = 5  # letters
_SIMILAR, _CLEARER = 0.8, 0.05  # how similar a misspelt name is, and how much more than to the next one
_PART = re.compile(rf"(?P<first>[{_DAYS}])>(?P<last>[{_DAYS}])|(?P<one>[{_DAYS}XYZ{_UNCLEAR}])")


def read_weekdays(typed: str, locale: str = "en") -> Result[int]:
    """Read days of the week (`Mon, Wed`, `M-F`, `weekdays`, `daily`) as a number with bit 0 for Monday."""
    text = simplified(typed).replace("'s", "s")
    groups = list(in_order(locale))
    for group, is_loose in [*((each, False) for each in groups), *((each, True) for each in groups[:-1])]:
        if found := [each for language in group for each in _read(text, words_of(language), is_loose)]:
            return one_of(found, _AMBIGUOUS, _UNREADABLE)
    return one_of([], _AMBIGUOUS, _UNREADABLE)


def _read(text: str, words: Words, is_loose: bool) -> list[int]:
    """Return the readings of a text in one language: none, one, or several if a letter is unclear.

    `is_loose`: names may be misspelt, and their first two letters joined.
    """
    vocabulary = _vocabulary(words.language)
    symbols = vocabulary.phrases.to_symbols(text).replace("-", ">").replace("~", ">")
    symbols = _WORD.sub(lambda found: vocabulary.symbols_of(found[0], is_loose), symbols)
    symbols = _SEPARATORS.sub(" ", symbols)
    compact = "".join(symbols.split())
    if compact.endswith("^"):
        compact = f"X!{compact[:-1]}"
    days, _, without = compact.partition("!")
    days = days.replace(_EVERY_DAY, "") or (_EVERY_DAY if days or without else "")
    wanted = _masks(days, vocabulary.unclear)
    if not without:
        return [each for each in wanted if each] if "!" not in symbols else []
    return [
        each & ~other for each in wanted for other in _masks(without, vocabulary.unclear) if each & ~other
    ]


def _masks(symbols: str, unclear: Mapping[str, tuple[int, ...]]) -> list[int]:
    """Return the readings of a text in which symbols stand for words; none if it contains anything else."""
    mask, end, letters = 0, 0, list[str]()
    while end < len(symbols):
        found = _PART.match(symbols, end)
        if found is None:
            return []
        end = found.end()
        if found["one"] in unclear:
            letters.append(found["one"])
        else:
            mask |= _mask(found)
    return _with_letters(mask, letters, unclear)


def _mask(found: re.Match[str]) -> int:
    if found["one"]:
        return _SETS.get(found["one"]) or 1 << _DAYS.index(found["one"])
    first, last = _DAYS.index(found["first"]), _DAYS.index(found["last"])
    return sum(1 << (first + step) % _WEEK for step in range((last - first) % _WEEK + 1))


def _with_letters(mask: int, letters: list[str], unclear: Mapping[str, tuple[int, ...]]) -> list[int]:
    """Return the readings with letters such as T, which is Thursday beside a Tuesday."""
    for letter in dict.fromkeys(letters):
        left = [1 << day for day in unclear[letter] if not mask & 1 << day] or [0]
        if len(left) == letters.count(letter):
            mask |= sum(left)
        elif letters.count(letter) == 1 and len(set(letters)) == 1:
            return [mask | each for each in left]
        else:
            return []
    return [mask]


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """A language's words for days; `short` are those of one or two letters, with their symbols."""

    phrases: Phrases
    wide: Mapping[str, int]
    short: Mapping[str, str]
    unclear: Mapping[str, tuple[int, ...]]

    def symbols_of(self, word: str, is_loose: bool) -> str:
        """Return the symbols of a word that is not a phrase: a short form of a name, or joined letters."""
        for is_meant in (self._begins, self._is_form):
            days = {day for name, day in self.wide.items() if is_meant(word, name)}
            if len(days) == 1:
                return _DAYS[days.pop()]
        symbols = "".join(self.short.get(each, "?") for each in word)
        if "?" not in symbols:
            return symbols
        return (is_loose and (self._joined(word) or self._misspelt(word))) or word

    def _joined(self, word: str) -> str:
        """Return the symbols of days by one or two letters each (`MTWThF`), or nothing."""
        symbols = ""
        while word:
            short = word[:2] if word[:2] in self.short else word[:1]
            if short not in self.short:
                return ""
            symbols, word = symbols + self.short[short], word.removeprefix(short)
        return symbols

    def _misspelt(self, word: str) -> str:
        """Return the symbol of the day whose name is most similar to a word (`Wendsday`), or nothing."""
        similar = dict[int, float]()
        for name, day in self.wide.items() if len(word) >= _LEAST_MISSPELT else ():
            if name[0] == word[0]:
                similar[day] = max(similar.get(day, 0.0), SequenceMatcher(None, word, name).ratio())
        first, second, *_ = *sorted(similar.values(), reverse=True), 0.0, 0.0
        is_clear = first >= _SIMILAR and first - second >= _CLEARER
        return _DAYS[max(similar, key=similar.__getitem__)] if is_clear else ""

    @staticmethod
    def _begins(word: str, name: str) -> bool:
        return len(word) >= _SHORTEST and name.startswith(word)

    @staticmethod
    def _is_form(word: str, name: str) -> bool:
        stem = name[: max(_STEM, len(name) - _ENDING)]
        return word.startswith(stem) and len(word) <= len(name) + _ENDING


@cache
def _vocabulary(language: str) -> _Vocabulary:
    words = words_of(language)
    symbols = {name: _DAYS[day] for name, day in words.days.items()} | words.symbols_by_phrase(
        "days", _SYMBOLS
    )
    unclear = dict[str, tuple[int, ...]]()
    for name, letters in words.listed["days"].items():
        if "_or_" in name:
            symbol = _UNCLEAR[len(unclear)]
            unclear[symbol] = tuple(DAY_NAMES.index(each) for each in name.split("_or_"))
            symbols |= dict.fromkeys(letters, symbol)
    meant = {name: symbol for name, symbol in symbols.items() if symbol in _DAYS + _UNCLEAR}
    short = {name: symbol for name, symbol in meant.items() if len(name) <= _SHORTEST and name.isalpha()}
    return _Vocabulary(
        words.make_phrases(symbols), words.wide_days, short if words.is_spaced else {}, unclear
    )
