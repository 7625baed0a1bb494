"""Read dates."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from bot.readers.result import Ambiguous, Read, Result, Unreadable, one_of
from bot.readers.simplified import Phrases, simplified, without_spaces
from bot.readers.words import ENGLISH, Words, in_order, language_of, words_of

_AMBIGUOUS = "ambiguous.date"
_UNREADABLE = "unreadable.date"
_CENTURY = 2000
_SHORT_YEAR = re.compile(r"'(?=\d\d$)")  # before the year in "24 Dec '26"
_MARKED_DAY = re.compile(
    r"(\d{1,2})[.]?"
)  # of a month, beside a word or with a point: "the 24th", "am 24."
_WEEK = 7
_MONTHS = 12
_YEAR_FIRST = re.compile(r"(\d{4})\s?[-/. ]\s?(\d{1,2})\s?[-/. ]\s?(\d{1,2})|(\d{4})(\d{2})(\d{2})")
_KANJI = re.compile(
    r"(?:(\d{4}) ?年 ?)?(\d{1,2}) ?月 ?(\d{1,2}) ?日?(?: ?[(]?[月火水木金土日](?:曜日?)?[)]?)?"
)
_KANJI_DAY = re.compile(r"(\d{1,2}) ?日")  # of a month; "in 3 days" has another sign at its end
_NUMBERS = re.compile(r"(\d{1,2})\s?([-/. ])\s?(\d{1,2})(?:\s?[-/. ]\s?(\d{2}|\d{4}))?\.?")
_IN_WORDS = re.compile(r"(?P<one>\d{1,4})?(?P<month>[A-L])(?P<two>\d{1,4})?(?:[ ,.]*(?P<three>\d{2,4}))?")
_AHEAD = re.compile(r"(?P<count>\d{1,3})\s?(?P<unit>[UVW])")
_DAYS = "①②③④⑤⑥⑦"  # the symbols of Monday to Sunday
_DAY_OF_WEEK = re.compile(rf"(?P<before>[NR]?)(?P<day>[{_DAYS}])(?P<after>[NR]?)")
_SYMBOLS = {
    "today": "O",
    "tomorrow": "P",
    "overmorrow": "Q",
    "next_week": "R",
    "next_month": "S",
    "next": "N",
    "this": " ",
    "in_a_day": "1U",
    "in_a_week": "1V",
    "in_a_month": "1W",
    "filler": " ",
}
_NAMES = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_SYMBOL_OF_MONTH = dict(zip(_NAMES, "ABCDEFGHIJKL", strict=True))
_UNITS = {"day": "U", "week": "V", "month": "W", "one": "1", "two": "2", "three": "3"}
_FROM_TODAY = {"O": 0, "P": 1, "Q": 2}


def read_date(typed: str, today: date, locale: str = "en") -> Result[date]:
    """Read a date: `2026-12-24`, `24.12.2026`, `24 Dec`, `tomorrow`, `next Tuesday`.

    A date without a year, or a day of the week, is the next one from `today` on. `3/4/2026` is ambiguous in
    American English.
    """
    text = _SHORT_YEAR.sub("", simplified(typed))
    found = list(_in_numbers(text, today, locale))
    for group in [] if found else in_order(locale):
        found = [each for language in group for each in _in_words(text, today, words_of(language), locale)]
        if found:
            break
    return one_of(found, _AMBIGUOUS, _UNREADABLE)


def read_date_or_none(
    typed: str, today: date, locale: str = "en"
) -> Read[date | None] | Ambiguous[date] | Unreadable:
    """Read a date as `read_date` does, or the word for no date (`none`, `-`), which gives None."""
    text = simplified(typed)
    languages = dict.fromkeys([language_of(locale), ENGLISH])
    if text == "-" or any(text in words_of(each).listed["none"]["none"] for each in languages):
        return Read(None)
    result = read_date(typed, today, locale)
    return Read(result.value) if isinstance(result, Read) else result


def _in_numbers(text: str, today: date, locale: str) -> Iterator[date]:
    """Yield the dates that a text of numbers may mean; more than one if day and month can be swapped."""
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = filter(None, found.groups())
        yield from _made(int(year), int(month), int(day))
    elif found := _KANJI.fullmatch(text):
        yield from _with_year(found[1], int(found[2]), int(found[3]), today)
    elif found := _KANJI_DAY.fullmatch(text):
        yield from _next_day_of_month(int(found[1]), today)
    elif found := _NUMBERS.fullmatch(text):
        one, separator, two, year = int(found[1]), found[2], int(found[3]), found[4]
        day_first = list(_with_year(year, two, one, today))
        month_first = list(_with_year(year, one, two, today))
        if separator == "." or locale == "en-GB" or language_of(locale) not in {"en", "ja"}:
            yield from day_first or month_first
        elif language_of(locale) == "ja":
            yield from month_first or day_first
        else:
            yield from [*day_first, *month_first]


def _in_words(text: str, today: date, words: Words, locale: str) -> Iterator[date]:
    """Yield the date that a text has in one language, if any."""
    vocabulary = _vocabulary(words.language)
    symbols = " ".join(vocabulary.relative.to_symbols(text).split())
    compact = symbols.replace(" ", "")
    if compact in _FROM_TODAY:
        yield from _ahead(today, _FROM_TODAY[compact])
    elif compact == "R":
        yield from _ahead(today, _WEEK - today.weekday())
    elif compact == "S":
        yield from _first_of_next_month(today)
    elif found := _AHEAD.fullmatch(without_spaces(vocabulary.units.to_symbols(symbols))):
        yield from _later(today, int(found["count"]), found["unit"])
    elif found := _DAY_OF_WEEK.fullmatch("".join(vocabulary.weekdays.to_symbols(symbols).split())):
        ahead = _DAYS.index(found["day"]) - today.weekday()
        if "R" in found[0]:
            yield from _ahead(today, ahead + _WEEK)
        else:
            yield from _ahead(today, ahead % _WEEK or (_WEEK if "N" in found[0] else 0))
    else:
        yield from _with_month(vocabulary, symbols, today)
        numbers = vocabulary.weekdays_left_out.to_symbols(symbols).strip(" ,")
        if " " not in numbers:  # "dia 24/12", "Thu, 24/12": a date in numbers, with a word before it
            yield from _in_numbers(numbers, today, locale)
        is_marked = words.is_spaced and (numbers != text or text.endswith("."))
        if is_marked and (day := _MARKED_DAY.fullmatch(numbers)):
            yield from _next_day_of_month(int(day[1]), today)


def _with_month(vocabulary: "_Vocabulary", symbols: str, today: date) -> Iterator[date]:
    """Yield the date with the name of a month; the name of a day of the week beside it changes nothing."""
    named = vocabulary.weekdays_left_out.to_symbols(vocabulary.months.to_symbols(symbols))
    pieces = re.sub(r"[.,\s]*([A-L])[.,\s]*", r"\1", re.sub(r"(?<=\d)\. ", " ", named).strip(" ,."))
    found = _IN_WORDS.fullmatch(pieces)
    if found is None:
        return
    numbers = [each for each in (found["one"], found["two"], found["three"]) if each]
    if len(numbers) not in (1, 2):
        return
    day, year = numbers[0], numbers[1] if len(numbers) > 1 else None
    if len(day) > len("31") and year:
        day, year = year, day
    if len(day) > len("31") or len(year or "26") not in (2, 4):
        return
    yield from _with_year(year, ord(found["month"]) - ord("A") + 1, int(day), today)


def _with_year(year: str | None, month: int, day: int, today: date) -> Iterator[date]:
    """Yield the date in a year; without one, in this year or the first later one that has it."""
    if year is not None:
        number = int(year)
        yield from _made(number + _CENTURY if len(year) <= len("26") else number, month, day)
        return
    for number in range(today.year, today.year + 9):  # the 29th of February is up to eight years away
        found = list(_made(number, month, day))
        if found and found[0] >= today:
            yield from found
            return


def _next_day_of_month(day: int, today: date) -> Iterator[date]:
    """Yield the first date from `today` on that is this day of its month."""
    for days in range(2 * 31):  # the 31st is at most two months away
        for found in _ahead(today, days):
            if found.day == day:
                yield found
                return


def _made(year: int, month: int, day: int) -> Iterator[date]:
    try:
        yield date(year, month, day)
    except ValueError:
        return


def _ahead(today: date, days: int) -> Iterator[date]:
    try:
        yield today + timedelta(days=days)
    except OverflowError:
        return


def _later(today: date, count: int, unit: str) -> Iterator[date]:
    if unit == "W":
        years, month = divmod(today.month - 1 + count, _MONTHS)
        yield from list(_made(today.year + years, month + 1, min(today.day, 28)))
        return
    yield from _ahead(today, count * (_WEEK if unit == "V" else 1))


def _first_of_next_month(today: date) -> Iterator[date]:
    years, month = divmod(today.month, _MONTHS)
    yield from _made(today.year + years, month + 1, 1)


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """A language's words for dates, in the order in which they are looked for."""

    relative: Phrases
    units: Phrases
    weekdays: Phrases
    weekdays_left_out: Phrases
    months: Phrases


@cache
def _vocabulary(language: str) -> _Vocabulary:
    words = words_of(language)
    months = {name: "ABCDEFGHIJKL"[month - 1] for name, month in words.months.items() if name.isalpha()}
    return _Vocabulary(
        words.make_phrases(
            words.symbols_by_phrase("dates", {**_SYMBOLS, "next_week": "R", "next_month": "S"})
        ),
        words.make_phrases(
            words.numbers() | words.symbols_by_phrase("durations", {**_UNITS, "filler": " "})
        ),
        words.make_phrases({name: _DAYS[day] for name, day in words.days.items()}),
        words.make_phrases(dict.fromkeys(words.days, " ")),
        words.make_phrases(months | words.symbols_by_phrase("dates", _SYMBOL_OF_MONTH)),
    )
