"""The rules of `docs/voice.md` as a check of texts.

A test checks the catalogues; a check-in text that a moderator writes is checked when it is saved. The words
that are not allowed in a language are listed in `voice/<locale>.toml`.
"""

import re
import string
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

MOST_LINES = 3
MOST_SENTENCE_WORDS = 25
MOST_SENTENCE_CHARACTERS = 70  # of a sentence in a script without spaces between words

_DIRECTORY = Path(__file__).parent / "voice"
_SENTENCE_END = re.compile(r"(?<=[.?…])(?:\*\*)?\s+|(?<=[。？])|\n")  # noqa: RUF001 - as in Japanese
_UNSPACED = re.compile(r"[\u3005-\u30ff\u3400-\u9fff]")  # kana and kanji: no spaces between words
_FIELD_NAME = re.compile(r"[a-z][a-z0-9_]*")
_MOMENT_STYLES = frozenset("tTdDfFR")
_EXCLAMATIONS = frozenset("!¡！")  # noqa: RUF001 - the full-width one is meant
_ENDS_A_JAPANESE_QUESTION = re.compile(r"か[。.]?\s*$")
# ASCII: a Japanese letter beside a link or a mention does not make it part of a word.
_LINK = re.compile(r"\w+://\S+|\bwww\.\S+|\bdiscord\.gg/\w+", re.IGNORECASE | re.ASCII)
_MENTION = re.compile(r"@(?:everyone|here)\b|<(?:@[!&]?|#|id:)\w+>|</[^>]+>", re.IGNORECASE | re.ASCII)
# What people write for a letter, where that is not the letter without its accent alone.
_WITHOUT_ACCENTS = {
    "ä": ("a", "ae"),
    "ö": ("o", "oe"),
    "ü": ("u", "ue"),
    "ß": ("ss",),
    "ł": ("l",),
    "œ": ("oe",),
}


class Rule(StrEnum):
    """A rule that a text can break."""

    EMPTY = "empty"
    BLANK_AT_END = "blank_at_end"
    LINES = "lines"
    EXCLAMATION = "exclamation"
    SENTENCE = "sentence"
    EMOJI = "emoji"
    FIELD = "field"
    NEVER = "never"
    OPEN_QUESTION = "open_question"
    URGING = "urging"
    GUILT = "guilt"
    PRIVATE = "private"
    CRISIS = "crisis"
    LINK = "link"
    MENTION = "mention"


REFUSED = frozenset({Rule.LINK, Rule.MENTION})
"""What a moderator's check-in text can't have. The other rules are advice."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that a text breaks, and the word, sentence or number that breaks it."""

    rule: Rule
    found: str = ""


@dataclass(frozen=True, slots=True)
class Lists:
    """The words that a language's texts, questions and moderators' check-in texts may not contain."""

    never: tuple[str, ...]
    open_questions: tuple[str, ...]
    urging: tuple[str, ...]
    guilt: tuple[str, ...]
    private: tuple[str, ...]
    crisis: tuple[str, ...]


@lru_cache(maxsize=256)
def lists(locale: str) -> Lists | None:
    """Return the lists of `locale`, or None for a language without lists.

    The file is chosen among those that are there: no path is made from a locale, which Discord sends.
    """
    path = next((each for each in _DIRECTORY.glob("*.toml") if each.stem == locale), None)
    if path is None:
        return None
    return Lists(**{name: tuple(words) for name, words in tomllib.loads(path.read_text("utf-8")).items()})


def breaches(text: str, never: Sequence[str], most_lines: int = MOST_LINES) -> list[Breach]:
    """Return which rules a text of the catalogue breaks."""
    return [*_form(text, most_lines), *_fields(text), *_find_listed(text, never, Rule.NEVER)]


def prompt_breaches(text: str, ruled_out: Lists) -> list[Breach]:
    """Return every rule that a check-in text breaks: it has to be brief, neutral and answered by one tap.

    The ones that a text cannot break (`REFUSED`) come first.
    """
    found = [*_form(text, 1), *_find_typed(text, ruled_out.crisis, Rule.CRISIS)]
    for pattern, rule in ((_LINK, Rule.LINK), (_MENTION, Rule.MENTION)):
        found += [Breach(rule, each[0]) for each in pattern.finditer(text)]
    if _is_question(text):
        found += _find_typed(text, ruled_out.open_questions, Rule.OPEN_QUESTION)
    found += _find_typed(text, ruled_out.guilt, Rule.GUILT)
    known = {breach.found for breach in found}
    found += [each for each in _find_typed(text, ruled_out.never, Rule.NEVER) if each.found not in known]
    found += _find_typed(text, ruled_out.urging, Rule.URGING)
    found += _find_typed(text, ruled_out.private, Rule.PRIVATE)
    return sorted(found, key=lambda breach: breach.rule not in REFUSED)


def _is_question(text: str) -> bool:
    return bool({"?", "？"} & set(text)) or bool(_ENDS_A_JAPANESE_QUESTION.search(text))  # noqa: RUF001 - full-width


def _form(text: str, most_lines: int) -> Iterator[Breach]:
    lines = text.split("\n")
    if not text.strip():
        yield Breach(Rule.EMPTY)
    if any(line != line.rstrip() for line in lines):
        yield Breach(Rule.BLANK_AT_END)
    if len(lines) > most_lines:
        yield Breach(Rule.LINES, str(len(lines)))
    if _EXCLAMATIONS & set(text):
        yield Breach(Rule.EXCLAMATION)
    for sentence in _SENTENCE_END.split(text):
        if _is_long(sentence):
            yield Breach(Rule.SENTENCE, sentence)
    words = re.sub(r"\{[^}]*\}|:\w+:", "", text)
    if _has_emoji(text) and not any(letter.isalpha() for letter in words):
        yield Breach(Rule.EMOJI)


def _is_long(sentence: str) -> bool:
    if _UNSPACED.search(sentence):
        return len(sentence) > MOST_SENTENCE_CHARACTERS
    words = [each for each in sentence.split() if any(map(str.isalnum, each))]  # not the ":" of French
    return len(words) > MOST_SENTENCE_WORDS


def _has_emoji(text: str) -> bool:
    custom = re.search(r"<a?:\w+:\d+>|:\w+:", text)
    return bool(custom) or any(unicodedata.category(character) == "So" for character in text)


def _fields(text: str) -> Iterator[Breach]:
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError as error:
        yield Breach(Rule.FIELD, str(error))
        return
    for _, name, style, conversion in parts:
        if name is None:
            continue
        if not _FIELD_NAME.fullmatch(name) or conversion or (style and style not in _MOMENT_STYLES):
            yield Breach(Rule.FIELD, name)


def _find_typed(text: str, entries: Sequence[str], rule: Rule) -> Iterator[Breach]:
    """Yield the entries that are in a text, also without their accents, as people type in a hurry."""
    return _find_listed(text, entries, rule, may_lack_accents=True)


def _find_listed(
    text: str, entries: Sequence[str], rule: Rule, *, may_lack_accents: bool = False
) -> Iterator[Breach]:
    """Yield the entries of a list that are in a text.

    An entry is whole words, and `*` at its end is any ending. In Japanese, which has no spaces, an entry is
    found wherever its characters are.
    """
    plain = unicodedata.normalize("NFC", text).replace("’", "'")  # noqa: RUF001 - the typographic apostrophe is meant
    for entry in entries:
        if match := re.search(_pattern_of(entry, may_lack_accents=may_lack_accents), plain, re.IGNORECASE):
            yield Breach(rule, match[0])


def _pattern_of(entry: str, *, may_lack_accents: bool) -> str:
    if _UNSPACED.search(entry):
        return re.escape(entry)
    read = _letter if may_lack_accents else re.escape
    phrase = r"\s+".join("".join(map(read, word)) for word in entry.rstrip("*").split())
    ending = r"\w*" if entry.endswith("*") else ""
    return rf"(?<!\w){phrase}{ending}(?!\w)"


def _letter(letter: str) -> str:
    """Return the pattern of a letter, with its accent or without it."""
    without = _WITHOUT_ACCENTS.get(letter, (unicodedata.normalize("NFD", letter)[0],))
    forms = [re.escape(each) for each in dict.fromkeys((letter, *without))]
    return forms[0] if len(forms) == 1 else f"(?:{'|'.join(forms)})"
