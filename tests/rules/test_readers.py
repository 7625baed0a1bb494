"""What people type is read, in each language; what is printed can be read back; reading never fails."""

import tomllib
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from babel.dates import format_date, format_time
from hypothesis import given
from hypothesis import strategies as st

from bot.readers.dates import read_date, read_date_or_none
from bot.readers.durations import read_duration
from bot.readers.names import name_of, read_name, same_name
from bot.readers.result import Ambiguous, Read, Result, Unreadable
from bot.readers.times import read_time
from bot.readers.weekdays import read_weekdays
from bot.readers.words import LANGUAGES, cldr, words_of
from bot.readers.zone_names import local_cities
from bot.readers.zone_table import zones
from bot.readers.zones import offered_zones, read_zone
from bot.texts.catalogue import load
from cogs.ui.time_format import clock

TODAY = date(2026, 11, 28)  # a Saturday
TYPED = tomllib.loads(Path(__file__).with_name("typed.toml").read_text(encoding="utf-8"))
NOW = datetime(2025, 11, 28, 12, tzinfo=UTC)  # a year whose clocks newer and older tz data agree on
LANGUAGE = st.sampled_from(LANGUAGES)
DAYS = st.integers(1, 127)


def _rows(kind: str) -> list[tuple[str, str, str]]:
    """Return what was typed, in which locale, and what it means."""
    found = []
    for locale, text in TYPED[kind].items():
        for line in text.strip().splitlines():
            typed, _, meaning = line.rpartition(" = ")
            found.append((typed, locale, meaning))
    return found


def _written(result: Result[Any], write: Callable[[Any], str]) -> str:
    """Return a result as the tables in this module write it: choices with a question mark between them."""
    if isinstance(result, Read):
        return write(result.value)
    return "?".join(map(write, result.choices)) if isinstance(result, Ambiguous) else "-"


def _weekdays(mask: int) -> str:
    return "".join(str(day + 1) for day in range(7) if mask >> day & 1)


@pytest.mark.parametrize(("text", "locale", "meaning"), _rows("times"))
def test_times_are_read_as_people_type_them(text: str, locale: str, meaning: str) -> None:
    assert _written(read_time(text, locale), clock) == meaning


@pytest.mark.parametrize(("text", "locale", "meaning"), _rows("days"))
def test_days_are_read_as_people_type_them(text: str, locale: str, meaning: str) -> None:
    assert _written(read_weekdays(text, locale), _weekdays) == meaning


@pytest.mark.parametrize(("text", "locale", "meaning"), _rows("dates"))
def test_dates_are_read_as_people_type_them(text: str, locale: str, meaning: str) -> None:
    assert _written(read_date(text, TODAY, locale), date.isoformat) == meaning


@pytest.mark.parametrize(("text", "locale", "meaning"), _rows("zones"))
def test_time_zones_are_read_as_people_type_them(text: str, locale: str, meaning: str) -> None:
    assert _written(read_zone(text, NOW, locale), str) == meaning


@pytest.mark.parametrize(("text", "locale", "meaning"), _rows("durations"))
def test_durations_are_read_as_people_type_them(text: str, locale: str, meaning: str) -> None:
    assert _written(read_duration(text, locale), lambda each: str(each // timedelta(minutes=1))) == meaning


def test_the_tables_have_150_things_that_people_type_40_of_them_not_in_english() -> None:
    every = [row for kind in TYPED for row in _rows(kind)]
    assert len(every) >= 150
    assert len([locale for _, locale, _ in every if not locale.startswith("en")]) >= 40


@pytest.mark.parametrize("locale", ["en-US", "fr", "ja"])
def test_words_of_each_language_are_read_by_members_with_any_other(locale: str) -> None:
    assert read_time("21 Uhr", locale) == Read(21 * 60)
    assert read_weekdays("codziennie", locale) == Read(127)
    assert read_date("24 de diciembre", TODAY, locale) == Read(date(2026, 12, 24))
    assert read_zone("東京", NOW, locale) == Read("Asia/Tokyo")


@pytest.mark.parametrize("text", ["", "25:00", "9:60", "9:5", "-1", "soon", "9am pm", "9:30 13", "24:01"])
def test_text_that_is_no_time_is_not_guessed_at(text: str) -> None:
    assert read_time(text) == Unreadable("unreadable.time")


@pytest.mark.parametrize(
    "text", ["", ",", "Mon-", "-", "1-5", "funday", "Thurgau", "Wednesbury", "Mon Tue Blursday", "never"]
)
def test_text_without_days_is_not_guessed_at(text: str) -> None:
    assert read_weekdays(text) == Unreadable("unreadable.days")


@pytest.mark.parametrize(
    "text", ["", "31.2.2027", "99.99.9999", "Dec", "Dec 2026", "0000-01-01", "b", "1/2/3"]
)
def test_text_that_is_no_date_is_not_guessed_at(text: str) -> None:
    assert read_date(text, TODAY) == Unreadable("unreadable.date")


@pytest.mark.parametrize("text", ["", "x", "Middle/Earth", "UTC+25", "-", "12"])
def test_text_that_is_no_time_zone_is_not_guessed_at(text: str) -> None:
    assert read_zone(text, NOW) == Unreadable("unreadable.zone")


@pytest.mark.parametrize("text", ["none", "-", "None", "nothing", "forever"])
def test_no_date_can_be_typed(text: str) -> None:
    assert read_date_or_none(text, TODAY) == Read(None)
    assert read_date_or_none("keins", TODAY, "de") == Read(None)


@given(LANGUAGE, st.integers(0, 1439))
def test_the_times_that_the_bot_and_discord_print_can_be_read_back(language: str, minute: int) -> None:
    assert read_time(clock(minute), language) == Read(minute)
    shown = time(minute // 60, minute % 60)
    for style in ("short", "h:mm a", "HH:mm"):
        printed = format_time(shown, style, locale=cldr(language))
        assert read_time(printed, language) == Read(minute), printed


@given(LANGUAGE, DAYS)
def test_the_days_that_are_printed_can_be_read_back_in_every_language(language: str, mask: int) -> None:
    english = [name for day, name in load("en")["days"].items() if mask >> int(day) & 1]
    assert read_weekdays(", ".join(english), language) == Read(mask)
    for width in ("wide", "abbreviated"):
        names = cldr(language).days["format"][width]
        printed = ", ".join(names[day] for day in range(7) if mask >> day & 1)
        assert read_weekdays(printed, language) == Read(mask), printed


@given(LANGUAGE, st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_the_dates_that_are_printed_can_be_read_back_in_every_language(language: str, day: date) -> None:
    assert read_date(day.isoformat(), TODAY, language) == Read(day)
    for style in ("medium", "long", "full"):
        printed = format_date(day, style, locale=cldr(language))
        assert read_date(printed, TODAY, language) == Read(day), printed
    short = read_date(format_date(day, "short", locale=cldr(language)), TODAY, language)
    assert day in ([short.value] if isinstance(short, Read) else getattr(short, "choices", ()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_time_zone_can_be_read_back_in_every_language(language: str) -> None:
    assert [zone for zone in zones() if read_zone(zone, NOW, language) != Read(zone)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_city_of_the_cldr_is_read_in_its_language(language: str) -> None:
    wrong = [
        city
        for city, zone in local_cities(language).items()
        if zone not in _written(read_zone(city, NOW, language), str).split("?")
    ]
    assert wrong == []


@given(st.integers(1, 9999))
def test_minutes_that_are_printed_can_be_read_back(minutes: int) -> None:
    for printed in (f"{minutes}", f"{minutes} minutes", f"{minutes // 60}h{minutes % 60:02}"):
        assert read_duration(printed) == Read(timedelta(minutes=minutes))


PIECES = st.one_of(
    st.sampled_from(
        [
            phrase
            for language in LANGUAGES
            for lists in words_of(language).listed.values()
            for phrases in lists.values()
            for phrase in phrases
        ]
    ),
    st.sampled_from(
        ["9", "24", "2026", "31", ":", ".", "/", "-", "+", "(", ",", " ", "月", "日", "h", "am", "utc"]
    ),
    st.text(max_size=4),
)


@given(
    st.one_of(
        st.text(), st.lists(PIECES, max_size=6).map(" ".join), st.lists(PIECES, max_size=6).map("".join)
    ),
    LANGUAGE,
)
def test_whatever_is_typed_reading_gives_a_result(text: str, language: str) -> None:
    minute = read_time(text, language)
    assert not isinstance(minute, Read) or 0 <= minute.value <= 1440
    days = read_weekdays(text, language)
    assert not isinstance(days, Read) or 0 < days.value <= 127
    for result in (
        read_date(text, TODAY, language),
        read_date(text, date.max, language),
        read_date_or_none(text, TODAY, language),
        read_duration(text, language),
        read_zone(text, NOW, language),
    ):
        assert isinstance(result, Read | Ambiguous | Unreadable)
    assert set(offered_zones(text, NOW, language)) <= set(zones())


def test_the_first_zones_that_are_offered_are_those_of_what_was_typed() -> None:
    assert offered_zones("Munich", NOW)[0] == "Europe/Berlin"
    assert offered_zones("CST", NOW)[:3] == ["America/Chicago", "America/Mexico_City", "Asia/Shanghai"]
    assert offered_zones("", NOW)[0] == "Europe/London"
    assert "America/Los_Angeles" in offered_zones("los", NOW)


NAMES = [
    "\U0001f469\u200d\U0001f4bb Focus",
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f Tea",
    "\U0001f1e9\U0001f1ea Ruhe",
    "1\ufe0f\u20e3 First",
    "\u2764\ufe0f\u200d\U0001f525",
    "\U0001f9d4\U0001f3fd\u200d\u2642\ufe0f",
    "\U0001fae8 newer than this Python",
    "\U0001f642\u200d\u2194\ufe0f",
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "\u0915\u094d\u200d\u0937",
    "東京 の 部屋",
    "A & B: ¿quiet? #1",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_have_any_letters_marks_and_emoji(name: str) -> None:
    assert read_name(name, 40) == Read(name)
    assert name_of(name, 40) == name


@pytest.mark.parametrize(
    ("name", "key", "detail"),
    [
        ("a\u200bb", "hidden", "U+200B ZERO WIDTH SPACE"),
        ("a\u200db", "hidden", "U+200D ZERO WIDTH JOINER"),
        ("\u2800", "hidden", "U+2800 BRAILLE PATTERN BLANK"),
        ("x\u3164", "hidden", "U+3164 HANGUL FILLER"),
        ("so\u00adft", "hidden", "U+00AD SOFT HYPHEN"),
        ("a\U000e0067", "hidden", "U+E0067 TAG LATIN SMALL LETTER G"),
        ("\u202eroom", "turning", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("room\u2067", "turning", "U+2067 RIGHT-TO-LEFT ISOLATE"),
        ("room\u200f", "turning", "U+200F RIGHT-TO-LEFT MARK"),
        ("a\x00b", "unshown", "U+0000"),
        ("\ue000", "unshown", "U+E000"),
        ("\ufdd0", "unshown", "U+FDD0"),
        (" \n\u3000", "empty", ""),
        ("\ufe0f", "empty", ""),
        ("x" * 41, "long", "40"),
    ],
)
def test_what_nobody_can_see_is_refused_by_its_name(name: str, key: str, detail: str) -> None:
    assert read_name(name, 40) == Unreadable(f"unreadable.name_{key}", detail)


def test_two_spellings_are_one_name() -> None:
    assert read_name("  Cafe\u0301 \t Noir ", 40) == Read("Caf\u00e9 Noir")
    assert same_name("CAF\u00c9", "cafe\u0301")
    assert not same_name("Cafe", "Caf\u00e9")


@given(st.text(), st.integers(1, 40))
def test_a_name_that_nobody_typed_is_allowed_or_left_out(given_name: str, longest: int) -> None:
    name = name_of(given_name, longest)
    assert name == "" or read_name(name, longest) == Read(name)


@given(st.text())
def test_what_is_read_as_a_name_is_read_as_the_same_name_again(text: str) -> None:
    result = read_name(text, 40)
    if isinstance(result, Read):
        assert read_name(result.value, 40) == result
        assert 1 <= len(result.value) <= 40


def test_an_emoji_is_never_cut_in_two() -> None:
    coder = "\U0001f469\u200d\U0001f4bb"
    assert name_of(coder * 20, 10) == coder * 3
