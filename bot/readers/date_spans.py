"""Days that are named together: next week, a weekend, a month."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import MAXYEAR, date, timedelta
from functools import cache
from typing import TypeAlias

from bot.readers.simplified import Phrases
from bot.readers.words import in_order, words_of

Days: TypeAlias = tuple[date, date]  # the first and the last, both included

_NEXT, _NEXT_WEEK, _NEXT_MONTH, _WEEKEND = "N", "R", "S", "Z"
_MONTHS = "ABCDEFGHIJKL"
_DAY, _WEEK, _DECEMBER, _SATURDAY = timedelta(days=1), timedelta(weeks=1), 12, 5


def next_span(text: str, today: date, locale: str) -> Days | None:
    """Return the week, from Monday, or the month that a simplified text calls the next one, or None."""
    if today.year == MAXYEAR:
        return None
    for name in _names(text, locale):
        if name == _NEXT_WEEK:
            monday = today - today.weekday() * _DAY + _WEEK
            return monday, monday + 6 * _DAY
        if name == _NEXT_MONTH:
            return _month(today.year + today.month // _DECEMBER, today.month % _DECEMBER + 1)
    return None


def named_span(text: str, today: date, locale: str) -> Days | None:
    """Return what is left of the weekend or month that a simplified text names, or None.

    It is this one or the coming one; the "next weekend" of a Saturday or Sunday is the one after.
    """
    if today.year == MAXYEAR:
        return None
    for name in _names(text, locale):
        if name in (_WEEKEND, _NEXT + _WEEKEND):
            saturday = today + (_SATURDAY - today.weekday()) * _DAY
            is_later = name != _WEEKEND and today >= saturday
            first = saturday + _WEEK if is_later else saturday
            return max(first, today), first + _DAY
        if len(name) == 1 and name in _MONTHS:
            month = _MONTHS.index(name) + 1
            first, last = _month(today.year + (month < today.month), month)
            return max(first, today), last
    return None


def _names(text: str, locale: str) -> Iterator[str]:
    """Yield the symbols of a text in each language, the reader's own first."""
    for group in in_order(locale):
        for language in group:
            yield "".join(_phrases(language).to_symbols(text).split())


def _month(year: int, month: int) -> Days:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


@cache
def _phrases(language: str) -> Phrases:
    words = words_of(language)
    symbols = {
        "next_week": _NEXT_WEEK,
        "next_month": _NEXT_MONTH,
        "next": _NEXT,
        "this": " ",
        "filler": " ",
    }
    months = {name: _MONTHS[month - 1] for name, month in words.months.items() if name.isalpha()}
    weekend = words.symbols_by_phrase("days", {"weekend": _WEEKEND})
    return words.make_phrases(months | words.symbols_by_phrase("dates", symbols) | weekend)
