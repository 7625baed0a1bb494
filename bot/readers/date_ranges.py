"""Read days: one, or from a first to a last one."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cache
from itertools import chain
from typing import TypeAlias, TypeVar

from bot.readers.date_spans import Days, named_span, next_span
from bot.readers.dates import read_date, read_date_or_none
from bot.readers.result import Ambiguous, Read, Result, Unreadable, one_of
from bot.readers.simplified import Phrases, simplified
from bot.readers.words import LANGUAGES, in_order, words_of

Span: TypeAlias = tuple[date | None, date | None]  # the same; None is not typed

T = TypeVar("T")

_AMBIGUOUS = "ambiguous.date"
_UNREADABLE = "unreadable.days_off"
_TO, _AND, _LEFT_OUT = ">", "&", " "
_DASH = re.compile(r"-|~|\.{2,3}")
_BARE_DAY = re.compile(r"(\d{1,2}) ?(?:\.|日|st|nd|rd|th)?")
_JAPANESE_UNTIL = simplified("まで")  # after the last day
_MOST_PARTS = 8  # between dashes; two dates have six
_DAY, _YEAR = timedelta(days=1), timedelta(days=366)
_HAS_BEGUN_WITHIN = timedelta(days=100)  # the last day, after a first one that is past


def read_days(typed: str, today: date, locale: str = "en") -> Result[Days]:
    """Read a day, or the first and the last of several: `24.12.2026`, `24 Dec to 2 Jan`, `24-26 December`.

    Dates are read as by `read_date`, and the last one as the next after the first. They are in the order in
    which they were typed if both have a year. A whole week (from Monday), weekend or month is read too.
    """
    text = simplified(typed)
    if span := next_span(text, today, locale):
        return Read(span)
    single = read_date(typed, today, locale)
    if not isinstance(single, Unreadable):
        return one_of([(each, each) for each in _found(single)], _AMBIGUOUS, _UNREADABLE)
    for group in in_order(locale):
        found = [
            (begin, end)
            for mark, first, last in _pairs(text.removesuffix(_JAPANESE_UNTIL), group)
            for begin, end in _ranges(first, last, today, locale)
            if mark == _TO or end - begin == _DAY
        ]
        if found:
            return one_of(found, _AMBIGUOUS, _UNREADABLE)
    span = named_span(text, today, locale)
    return Read(span) if span else Unreadable(_UNREADABLE)


def read_span(typed: str, today: date, locale: str = "en") -> Result[Span]:
    """Read from when and until when something repeats: `24 Dec`, `24 Dec to 2 Jan`, `until 2 Jan`, `none`.

    A day alone is the first. None stands for a day that is not typed.
    """
    text = simplified(typed)
    if not typed.strip() or read_date_or_none(typed, today, locale) == Read(None):
        return Read((None, None))
    if text.endswith(_JAPANESE_UNTIL):
        text = _TO + text.removesuffix(_JAPANESE_UNTIL)
    for language in LANGUAGES:
        before, _, last = _symbols(text, language).partition(_TO)
        if before.strip():
            continue
        ends: list[Span] = [(None, each) for each in _dates("-".join(last.split(_TO)), today, locale)]
        if ends:
            return one_of(ends, _AMBIGUOUS, _UNREADABLE)
    if begins := _dates(typed, today, locale):
        return one_of([(each, None) for each in begins], _AMBIGUOUS, _UNREADABLE)
    both: list[Span] = [(first, last) for first, last in _found(read_days(typed, today, locale))]
    return one_of(both, _AMBIGUOUS, _UNREADABLE)


def _pairs(text: str, languages: Iterable[str]) -> Iterable[tuple[str, str, str]]:
    """Return each symbol of "to" or "and" with the texts before and after it, without repeats."""
    found: dict[tuple[str, str, str], None] = {}
    for language in languages:
        symbols = _symbols(text, language)
        for mark in (_TO, _AND):
            parts = symbols.split(mark)
            for middle in range(1, len(parts) if len(parts) <= _MOST_PARTS else 0):
                sides = (parts[:middle], parts[middle:])
                first, last = ("-".join(each).replace(_AND, " ").strip() for each in sides)
                found[mark, first, last] = None
    return found


def _ranges(first: str, last: str, today: date, locale: str) -> Iterator[Days]:
    """Yield the days that two texts may mean."""
    begins, ends = _bare(first), _bare(last)
    if begins is not None and ends is None:
        for end in _dates(last, today, locale):
            yield from ((begin, end) for begin in _on_day(end, begins))
        return
    for begin in _dates(first, today, locale):
        if ends is not None:
            yield from ((begin, end) for end in _on_day(begin, ends))
            continue
        begun = list(_begun(first, last, begin, today, locale))
        yield from begun or ((begin, end) for end in _dates(last, begin, locale))


def _begun(first: str, last: str, begin: date, today: date, locale: str) -> Iterator[Days]:
    """Yield ranges without a year that began before today: on 28 November, `20 Nov to 5 Dec`."""
    for end in _dates(last, today, locale):
        for earlier in _dates(first, _back(today), locale) if end < begin else ():
            if timedelta() <= end - earlier <= _HAS_BEGUN_WITHIN:
                yield earlier, end


def _on_day(of_month: date, day: int) -> list[date]:
    """Return a date with another day of the month; none if the month is too short."""
    try:
        return [of_month.replace(day=day)]
    except ValueError:
        return []


def _dates(text: str, today: date, locale: str) -> list[date]:
    """Return the dates that a text may mean, also with a word such as "from" before it."""
    text, tried = simplified(text), set[str]()
    for each in chain([text], (_without_fillers(text, language) for language in LANGUAGES)):
        if each not in tried and (found := list(_found(read_date(each, today, locale)))):
            return found
        tried.add(each)
    return []


def _found(result: Result[T]) -> Iterable[T]:
    if isinstance(result, Read):
        return [result.value]
    return result.choices if isinstance(result, Ambiguous) else []


def _back(today: date) -> date:
    return today - _YEAR if today > date.min + _YEAR else today


def _bare(text: str) -> int | None:
    """Return the day of a month that is typed alone, or None."""
    for language in LANGUAGES:
        found = _BARE_DAY.fullmatch(_without_fillers(text, language))
        if found is not None:
            return int(found[1])
    return None


def _without_fillers(text: str, language: str) -> str:
    """Return a text without words that change nothing in a language, such as "from" in English."""
    return " ".join(_fillers(language).to_symbols(text).split())


def _symbols(text: str, language: str) -> str:
    """Return a text with a symbol in place of each dash and of each word that stands between two days."""
    return _DASH.sub(_TO, _to_words(language).to_symbols(text))


@cache
def _to_words(language: str) -> Phrases:
    words = words_of(language)
    return words.make_phrases(words.symbols_by_phrase("days", {"to": _TO, "and": _AND}))


@cache
def _fillers(language: str) -> Phrases:
    words = words_of(language)
    fillers = dict.fromkeys([*words.listed["days"]["filler"], *words.listed["dates"]["filler"]], _LEFT_OUT)
    return words.make_phrases(fillers)
