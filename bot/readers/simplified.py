"""Typed text in a form that can be compared: whatever its case, accents, width, digits and dashes."""

import re
import unicodedata
from collections.abc import Mapping

LONGEST = 200  # characters that are read; nobody types a longer time, day, date or place

_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2192\u301c\uff5e"), "-")
_QUOTES = dict.fromkeys(map(ord, "\u2018\u2019\u02bc\u2032"), "'")
# Letters that Unicode does not take apart into a letter and a mark.
_LETTERS = {ord("ł"): "l", ord("ø"): "o", ord("đ"): "d", 0x131: "i", ord("æ"): "ae", ord("œ"): "oe"}
_EQUIVALENTS = {**_DASHES, **_QUOTES, **_LETTERS}
_AFTER_LETTER = re.compile(r"(?<=[^\W\d_])\.")
_NOT_BETWEEN_NUMBERS = re.compile(r"(?<!\d) | (?!\d)")
LETTER = r"[^\W\d_]"


def simplified(typed: str) -> str:
    """Return typed text in lower case, without accents and invisible characters, with single spaces.

    Digits of any script become 0 to 9, dashes and arrows become `-`; a point after a letter (`Mon.`,
    `p. m.`) is left out. Text longer than `LONGEST` becomes empty, also if it is so only in this form.
    """
    if len(typed) > LONGEST:
        return ""
    compatible = unicodedata.normalize("NFKC", typed).casefold()
    apart = unicodedata.normalize("NFKD", compatible.translate(_EQUIVALENTS))
    shown = "".join(_digit(each) for each in apart if unicodedata.category(each) not in {"Mn", "Cf"})
    found = " ".join(_AFTER_LETTER.sub("", shown).split())
    return found if len(found) <= LONGEST else ""


def without_spaces(symbols: str) -> str:
    """Return symbols without spaces, except single ones between two numbers."""
    return _NOT_BETWEEN_NUMBERS.sub("", " ".join(symbols.split()))


def _digit(character: str) -> str:
    number = unicodedata.decimal(character, None)
    return character if number is None else str(number)


class Phrases:
    """Words and phrases of a language, each with a symbol for its meaning: one character.

    Phrases are in simplified form. No symbol is a small letter, so none is mistaken for text.
    """

    def __init__(self, symbols: Mapping[str, str], *, is_spaced: bool) -> None:
        self._symbols = {"".join(phrase.split()): symbol for phrase, symbol in symbols.items()}
        longest_first = sorted(symbols, key=len, reverse=True)
        either = "|".join(r"\s*".join(map(re.escape, each.split())) for each in longest_first)
        alone = rf"(?<!{LETTER})(?:{either})(?!{LETTER})" if is_spaced else f"(?:{either})"
        self._pattern = re.compile(alone) if symbols else re.compile(r"(?!)")

    def to_symbols(self, text: str) -> str:
        """Return simplified text with a symbol in place of each phrase."""
        return self._pattern.sub(lambda found: self._symbols["".join(found[0].split())], text)
