"""Read times of day."""

import re
from functools import cache

from bot.readers.result import Read, Result, Unreadable
from bot.readers.simplified import Phrases, simplified
from bot.readers.words import in_order, words_of

MIDNIGHT_AT_END = 24 * 60  # what `24:00` is read as: the end of a day

_UNREADABLE = "unreadable.time"
_AN_HOUR = 60
_NOON = 12
_EVENING_FROM = 6  # "8 at night" is 20:00, "2 at night" 2:00
_SYMBOLS = {
    "noon": "N",
    "midnight": "Z",
    "am": "A",
    "pm": "P",
    "night": "E",
    "hour": "H",
    "minute": "M",
    "filler": " ",
    "half_past": "F",
    "half_to": "B",
    "quarter_past": "Q",
    "quarter_to": "K",
}
# The periods of a day in the CLDR; "night" comes last, as French has one word for morning and night.
_PERIODS = (
    ("night", "E"),
    ("evening", "P"),
    ("afternoon", "P"),
    ("morning", "A"),
    ("pm", "P"),
    ("am", "A"),
    ("noon", "N"),
    ("midnight", "Z"),
)
_CLOCK = re.compile(
    r"(?P<before>[APE]?)(?:H\s?)?(?P<hour>\d{1,2})"
    r"(?:\s?[H:.,;' -]\s?(?P<minute>\d{2})M?(?:[:.]\d{2})?|(?P<compact>\d{2}))?"
    r"\s?H?\s?(?P<part>[FQK]?)\s?(?P<after>[APE]?)"
)
_RELATIVE = re.compile(r"(?P<part>[FQBK])\s?(?P<hour>\d{1,2})\s?H?\s?(?P<after>[APE]?)")
_COMMON = Phrases({"am": "A", "pm": "P", "a m": "A", "p m": "P", "h": "H"}, is_spaced=True)
_NAMED_HOUR = re.compile(r"(?:12(?:H|:00)?)?(?P<named>[NZ])(?P<part>[FQ]?)")
_NAMED = {"N": _NOON * _AN_HOUR, "Z": 0}
_PARTS = {"": 0, "F": 30, "Q": 15, "B": -30, "K": -15}
_SPACES_AT_LETTERS = re.compile(r"(?<!\d) | (?!\d)")


def read_time(typed: str, locale: str = "en") -> Result[int]:
    """Read a time of day (`19:30`, `7:30 pm`, `21h30`, `0930`, `noon`) as minutes since midnight.

    `24:00` is 1440.
    """
    text = simplified(typed)
    minute = _on_a_clock(_COMMON.to_symbols(text))
    if minute is not None:
        return Read(minute)
    for language in (each for group in in_order(locale) for each in group):
        minute = _on_a_clock(_phrases(language).to_symbols(text))
        if minute is not None:
            return Read(minute)
    return Unreadable(_UNREADABLE)


def _on_a_clock(symbols: str) -> int | None:
    """Return the minute since midnight that a text means, or None. In it, symbols stand for words."""
    compact = _SPACES_AT_LETTERS.sub("", " ".join(symbols.split()))
    if named := _NAMED_HOUR.fullmatch(compact):
        return _NAMED[named["named"]] + _PARTS[named["part"]]
    found = _CLOCK.fullmatch(compact) or _RELATIVE.fullmatch(compact)
    if found is None:
        return None
    parts = {name: text or "" for name, text in found.groupdict().items()}
    before, after = parts.get("before", ""), parts["after"]
    if before and after:
        return None
    minute = int(parts.get("minute") or parts.get("compact") or 0)
    hour = _in_full(int(parts["hour"]), before or after)
    if minute >= _AN_HOUR or hour > 2 * _NOON:
        return None
    at = hour * _AN_HOUR + minute + _PARTS[parts["part"]]
    return at % MIDNIGHT_AT_END if at < 0 else at if at <= MIDNIGHT_AT_END else None


def _in_full(hour: int, period: str) -> int:
    """Return an hour on the 24-hour clock, given the symbol of morning, afternoon or night, or none."""
    if period == "A" and hour == _NOON:
        return 0
    if period == "P" and hour < _NOON:
        return hour + _NOON
    if period == "E" and _EVENING_FROM <= hour <= _NOON:
        return (hour + _NOON) % (2 * _NOON)
    return hour


@cache
def _phrases(language: str) -> Phrases:
    words = words_of(language)
    periods = {
        text: symbol
        for start, symbol in _PERIODS
        for text, period in words.periods.items()
        if period.rstrip("12") == start
    }
    return words.make_phrases({**words.numbers(), **periods, **words.symbols_by_phrase("time", _SYMBOLS)})
