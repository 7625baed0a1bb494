"""Read times of day."""

import re
from collections.abc import Mapping
from functools import cache

from bot.readers.result import Read, Result, Unreadable
from bot.readers.simplified import Phrases, simplified, without_spaces
from bot.readers.words import in_order, words_of

MIDNIGHT_AT_END = 24 * 60  # what `24:00` is read as: the end of a day

_UNREADABLE = "unreadable.time"
_AN_HOUR = 60
_FIVE = 5  # "9 to 5" and "8:00 y 3" are no minutes before or after an hour
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
    "past": "X",  # between minutes and an hour, as "to" is
    "to": "Y",
    "until": "U",  # the same, unless two hours may be meant: "5 to 7"
    "plus": "R",  # between an hour and minutes, as "minus" is
    "minus": "S",
    "before": "T",  # before minutes and an hour
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
_BEFORE = r"(?P<before>[APE]?)"
_HOUR = r"(?:H\s?)?(?P<hour>\d{1,2})"
_ANY_HOUR = rf"(?:{_HOUR}|(?P<named>[NZ]))"
_MINUTES = r"(?P<minute>\d{1,2})M?"
_AFTER = r"\s?(?:-?H)?\s?(?P<after>[APE]?)"
_PLAIN = (
    _BEFORE
    + _HOUR
    + r"(?:\s?[H:.,;' -]\s?(?P<minute>\d{2})M?(?:[:.]\d{2})?|(?P<compact>\d{2}))?"
    + r"\s?(?:-?H)?\s?(?P<part>[FQK]?)\s?(?P<after>[APE]?)"
)
_FORMS = tuple(
    re.compile(each)
    for each in (
        _PLAIN,
        rf"(?P<part>[FQBK])\s?{_ANY_HOUR}{_AFTER}",  # half past 9
        rf"(?P<minute>\d{{1,2}})(?P<way>M?[XY]|MU)(?P<part>B?){_ANY_HOUR}{_AFTER}",  # 10 minutes past 9
        rf"(?P<minute>\d{{1,2}})(?P<way>U){_ANY_HOUR}{_AFTER}",  # 10 to 9
        rf"(?P<way>T){_MINUTES} ?{_ANY_HOUR}{_AFTER}",  # za 10 9
        rf"{_BEFORE}{_ANY_HOUR}H?(?P<way>[RS]){_MINUTES}{_AFTER}",  # 9 menos 10
        rf"{_BEFORE}{_HOUR}H{_MINUTES}(?P<way>[XY])",  # 9時10分前
    )
)
_BACK = ("Y", "U", "S", "T")  # the ways in which minutes are taken from an hour
_COMMON = Phrases({"am": "A", "pm": "P", "a m": "A", "p m": "P", "h": "H"}, is_spaced=True)
_NAMED_HOUR = re.compile(r"(?:12(?:H|:00)?)?(?P<named>[NZ])(?P<part>[FQ]?)")
_NAMED = {"N": _NOON * _AN_HOUR, "Z": 0}
_PARTS = {"": 0, "F": 30, "Q": 15, "B": -30, "K": -15}


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
    compact = without_spaces(symbols)
    if named := _NAMED_HOUR.fullmatch(compact):
        return _NAMED[named["named"]] + _PARTS[named["part"]]
    for form in _FORMS:
        if found := form.fullmatch(compact):
            return _minute({name: text or "" for name, text in found.groupdict().items()})
    return None


def _minute(parts: Mapping[str, str]) -> int | None:
    """Return the minute since midnight that the parts of a text mean, or None if they fit no clock."""
    before, after, way = (parts.get(name, "") for name in ("before", "after", "way"))
    minute = int(parts.get("minute") or parts.get("compact") or 0)
    typed_hour = int(parts["hour"] or 0)
    if (before and after) or minute >= _AN_HOUR or typed_hour > 2 * _NOON:
        return None
    if (way and minute % _FIVE) or (way == "U" and minute < typed_hour):
        return None
    named = parts.get("named", "")
    at = _NAMED[named] if named else _in_full(typed_hour, before or after) * _AN_HOUR
    at += _PARTS[parts.get("part", "")] + (-minute if way.endswith(_BACK) else minute)
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
