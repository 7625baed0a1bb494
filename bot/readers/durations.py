"""Read how long something lasts."""

import re
from datetime import timedelta
from functools import cache

from bot.readers.result import Result, one_of
from bot.readers.simplified import LONGEST, Phrases, simplified, without_spaces
from bot.readers.words import in_order, words_of

_AMBIGUOUS = "ambiguous.duration"
_UNREADABLE = "unreadable.duration"
_SYMBOLS = {
    "minute": "M",
    "hour": "H",
    "day": "D",
    "week": "W",
    "two_weeks": "2W",
    "month": "O",
    "quarter": "15M",
    "half": "F",
    "one_and_half": "1F",
    "one": "1",
    "two": "2",
    "three": "3",
    "filler": " ",
}
_MINUTES = {"M": 1, "H": 60, "D": 24 * 60, "W": 7 * 24 * 60, "O": 30 * 24 * 60}
_PART = re.compile(r"(?P<count>\d{1,5}(?:[.,]\d{1,2})?)?(?P<half>F?)(?P<unit>[MHDWO])(?P<more>F?)")
_ON_A_CLOCK = re.compile(r"(\d{1,3})[:H](\d{2})M?")
_LONGEST = timedelta(days=3660)
_HALF = re.compile(r"(?:(\d+) ?)?\b1[/\u2044]2\b|(\d*) ?\u00bd")


def read_duration(
    typed: str, locale: str = "en", *, unit: timedelta = timedelta(minutes=1)
) -> Result[timedelta]:
    """Read a length of time (`25 min`, `1h30`, `half an hour`, `3 days`); a bare number counts `unit`."""
    short = typed if len(typed) <= LONGEST else ""
    text = simplified(_HALF.sub(_with_decimal, short)).strip("' ")
    if re.fullmatch(r"\d{1,5}", text):
        return one_of(_possible(int(text) * unit), _AMBIGUOUS, _UNREADABLE)
    found: list[timedelta] = []
    for group in in_order(locale):
        found = [
            each
            for language in group
            for each in _read(_phrases(language).to_symbols(text.replace("-", " ")))
        ]
        if found:
            break
    return one_of(found, _AMBIGUOUS, _UNREADABLE)


def _with_decimal(half: re.Match[str]) -> str:
    """Return a number with a half as a decimal one: 1.5 for 1½ or 1 1/2."""
    return f"{half[1] or half[2] or 0}.5"


def _read(symbols: str) -> list[timedelta]:
    """Return the length of time that a text means, if any. In it, symbols stand for words."""
    compact = without_spaces(symbols)
    if clock := _ON_A_CLOCK.fullmatch(compact):
        return _possible(timedelta(hours=int(clock[1]), minutes=int(clock[2])))
    if compact[:1] in _MINUTES:
        compact = f"1{compact}"  # "week": one week; "hora y media": an hour and a half
    minutes, end = 0.0, 0
    while end < len(compact):
        part = _PART.match(compact, end)
        if part is None or not (part["count"] or part["half"]):
            return []
        count = float((part["count"] or "0").replace(",", "."))
        count += 0.5 * bool(part["half"]) + 0.5 * bool(part["more"])
        minutes, end = minutes + count * _MINUTES[part["unit"]], part.end()
    return _possible(timedelta(minutes=round(minutes)))


def _possible(length: timedelta) -> list[timedelta]:
    return [length] if timedelta() < length <= _LONGEST else []


@cache
def _phrases(language: str) -> Phrases:
    words = words_of(language)
    return words.make_phrases(words.numbers() | words.symbols_by_phrase("durations", _SYMBOLS))
