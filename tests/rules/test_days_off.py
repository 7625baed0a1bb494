"""Days off: what people type as days, and what does not take place on them."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checkins.channel.model import ChannelCheckin, is_planned, next_at
from bot.errors import RefusalError
from bot.readers.date_ranges import read_days, read_span
from bot.readers.result import Ambiguous, Read, Unreadable
from bot.rooms.schedules.model import Plan, Schedule
from bot.rooms.schedules.rules import next_of, upcoming
from bot.scheduling.days_off import DayOff
from bot.scheduling.recurrence import Change, Recurrence, occurrences
from bot.scheduling.wall_time import MONDAY_TO_SUNDAY, local_date
from bot.servers.days_off.checks import LONGEST, check_days, find_overlap

ZONES = (
    *("UTC", "Europe/Berlin", "America/New_York", "America/Havana", "Asia/Beirut", "Africa/Cairo"),
    *("America/Santiago", "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Kiritimati"),
)
TODAY = date(2026, 11, 28)  # a Saturday
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
TWO_YEARS_ON = TODAY + timedelta(days=2 * 366)
CHRISTMAS_EVE, SECOND_OF_JANUARY = date(2026, 12, 24), date(2027, 1, 2)
BERLIN = Schedule(1, 1, MONDAY_TO_SUNDAY, 19 * 60 + 30, "Europe/Berlin", 25)


def off(first: date, last: date, zone: str = "Europe/Berlin") -> DayOff:
    return DayOff(1, 1, first, last, zone)


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en-US", "24 Dec to 2 Jan"),
        ("en-US", "Dec 24 \u2013 Jan 2"),
        ("en-US", "December 24th through January 2nd"),
        ("en-US", "from 24 Dec until 2 Jan"),
        ("en-US", "24.12.2026 - 2.1.2027"),
        ("en-US", "2026-12-24 to 2027-01-02"),
        ("en-GB", "24/12 - 2/1"),
        ("de", "24.12.-2.1."),
        ("de", "vom 24. Dezember bis 2. Januar"),
        ("fr", "du 24 décembre au 2 janvier"),
        ("es-ES", "24 de diciembre hasta 2 de enero"),
        ("pt-BR", "24 de dezembro até 2 de janeiro"),
        ("pl", "od 24 grudnia do 2 stycznia"),
        ("ja", "12月24日から1月2日まで"),
        ("ja", "12月24日〜1月2日"),
    ],
)
def test_a_first_and_a_last_day_are_read_as_people_type_them(locale: str, text: str) -> None:
    assert read_days(text, TODAY, locale) == Read((CHRISTMAS_EVE, SECOND_OF_JANUARY))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("24.12.2026", CHRISTMAS_EVE, CHRISTMAS_EVE),
        ("tomorrow", date(2026, 11, 29), date(2026, 11, 29)),
        ("24-26 December", CHRISTMAS_EVE, date(2026, 12, 26)),
        ("Dec 24-26", CHRISTMAS_EVE, date(2026, 12, 26)),
        ("Fri - Mon", date(2026, 12, 4), date(2026, 12, 7)),
        ("20 Nov to 5 Dec", date(2026, 11, 20), date(2026, 12, 5)),  # it has begun
        ("2026-12-24 to 2026-12-20", CHRISTMAS_EVE, date(2026, 12, 20)),  # refused by the rules
        ("Dec 30 - 2", date(2026, 12, 30), date(2026, 12, 2)),
        ("next week", date(2026, 11, 30), date(2026, 12, 6)),
        ("next month", date(2026, 12, 1), date(2026, 12, 31)),
        ("this weekend", TODAY, date(2026, 11, 29)),
        ("next weekend", date(2026, 12, 5), date(2026, 12, 6)),
        ("November", TODAY, date(2026, 11, 30)),
        ("in January", date(2027, 1, 1), date(2027, 1, 31)),
        ("semaine prochaine", date(2026, 11, 30), date(2026, 12, 6)),
        ("24 and 25 Dec", CHRISTMAS_EVE, date(2026, 12, 25)),
        ("Dec 24 & 25", CHRISTMAS_EVE, date(2026, 12, 25)),
        ("24日と25日", CHRISTMAS_EVE, date(2026, 12, 25)),
    ],
)
def test_days_mean_what_they_say(text: str, first: date, last: date) -> None:
    assert read_days(text, TODAY) == Read((first, last))


def test_days_that_can_be_several_are_asked_back() -> None:
    found = read_days("12/24/2026 - 1/2/2027", TODAY)
    assert isinstance(found, Ambiguous)
    assert (CHRISTMAS_EVE, SECOND_OF_JANUARY) in found.choices


@pytest.mark.parametrize(
    "text",
    [
        *("", "-", "foo", "to", "31 - 32 Dec", "30-31 February", "24 Dec to", "24 and 26 Dec", "x" * 300),
        *("jan feb", "december january"),
    ],
)
def test_what_is_no_day_is_not_guessed_at(text: str) -> None:
    assert read_days(text, TODAY) == Unreadable("unreadable.days_off")


def test_a_text_that_is_too_long_is_not_taken_for_an_empty_one() -> None:
    assert read_span("x" * 300, TODAY) == Unreadable("unreadable.days_off")


@pytest.mark.parametrize(
    ("locale", "text", "first", "last"),
    [
        ("en-US", "", None, None),
        ("en-US", "none", None, None),
        ("de", "kein", None, None),
        ("en-US", "from 24 Dec", CHRISTMAS_EVE, None),
        ("de", "ab 24.12.", CHRISTMAS_EVE, None),
        ("en-US", "until 2 Jan", None, SECOND_OF_JANUARY),
        ("de", "until 2027-01-02", None, SECOND_OF_JANUARY),
        ("de", "bis 2.1.", None, SECOND_OF_JANUARY),
        ("fr", "jusqu'au 2 janvier", None, SECOND_OF_JANUARY),
        ("es-ES", "hasta el 2 de enero", None, SECOND_OF_JANUARY),
        ("de", "ab 24.12. bis 2.1.", CHRISTMAS_EVE, SECOND_OF_JANUARY),
        ("en-US", "24 Dec to 2 Jan", CHRISTMAS_EVE, SECOND_OF_JANUARY),
        ("fr", "à partir du 24 décembre", CHRISTMAS_EVE, None),
        ("ja", "12月24日から", CHRISTMAS_EVE, None),
        ("ja", "1月2日まで", None, SECOND_OF_JANUARY),
        ("ja", "12月24日から1月2日まで", CHRISTMAS_EVE, SECOND_OF_JANUARY),
    ],
)
def test_a_beginning_or_an_end_alone_is_read(
    locale: str, text: str, first: date | None, last: date | None
) -> None:
    assert read_span(text, TODAY, locale) == Read((first, last))


@given(st.text(max_size=40), st.sampled_from(["en-US", "de", "ja"]))
def test_no_text_breaks_the_reader(text: str, locale: str) -> None:
    read_days(text, TODAY, locale)
    read_days(f"{text} - {text}", date.max, locale)
    read_span(f"until {text}", date.max, locale)
    read_span(text, date.min, locale)
    read_days(f"24 - {text}", date.min, locale)


@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)), st.integers(0, 99))
def test_days_that_are_printed_can_be_read_back(first: date, more: int) -> None:
    last = first + timedelta(days=more)
    assert read_days(f"{first.isoformat()} - {last.isoformat()}", TODAY) == Read((first, last))


@given(
    st.sampled_from(ZONES),
    st.sampled_from(ZONES),
    st.integers(0, 24 * 60 - 1),
    st.integers(1, MONDAY_TO_SUNDAY),
    st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: NOW - timedelta(minutes=minutes)),
    st.integers(-3, 30),
    st.integers(0, 40),
)
def test_exactly_what_is_on_days_off_by_the_servers_clocks_is_left_out(
    zone: str, other: str, minute: int, weekdays: int, after: datetime, ahead: int, more: int
) -> None:
    first = local_date(after, other) + timedelta(days=ahead)
    days = off(first, first + timedelta(days=more), other)
    recurrence = Recurrence(weekdays, minute, zone)
    every = list(islice(occurrences(recurrence, after), 60))
    left = list(islice(occurrences(Recurrence(weekdays, minute, zone, days_off=(days,)), after), 5))
    on_days = [each for each in every if days.first_date <= local_date(each.at, other) <= days.last_date]
    assert left == [each for each in every if each not in on_days][:5]


def test_a_session_that_was_moved_to_a_day_off_does_not_take_place_and_one_moved_away_does() -> None:
    days = off(date(2026, 12, 1), date(2026, 12, 1))
    onto = Change(1, date(2026, 11, 29), date(2026, 12, 1), 600)
    away = Change(1, date(2026, 12, 1), date(2026, 12, 2), 600)
    found = upcoming(Plan(BERLIN, (onto, away), (days,)), NOW, 4)
    assert [each.local_date.day for each in found] == [28, 30, 1, 2]
    assert [each.at.day for each in found] == [28, 30, 2, 2]


def test_the_next_session_is_after_the_days_off() -> None:
    days = off(TODAY, date(2026, 12, 5))
    assert next_of([Plan(BERLIN, days_off=(days,))], NOW) == datetime(2026, 12, 6, 18, 30, tzinfo=UTC)


def test_a_channel_check_in_knows_days_off() -> None:
    one = ChannelCheckin(1, 1, 71, MONDAY_TO_SUNDAY, 600, "UTC", 0, 0, None, None)
    days = [off(date(2026, 11, 29), date(2026, 11, 30), "UTC")]
    sunday = datetime(2026, 11, 29, 10, tzinfo=UTC)
    assert next_at(one, NOW, []) == sunday
    assert next_at(one, NOW, days) == sunday + timedelta(days=2)
    assert is_planned(one, sunday, [])
    assert not is_planned(one, sunday, days)


@pytest.mark.parametrize(
    ("first", "last", "key"),
    [
        (date(2026, 12, 24), date(2026, 12, 23), "refusals.days_off_backwards"),
        (date(2026, 11, 20), date(2026, 11, 27), "refusals.days_off_past"),
        (date(2026, 12, 1), date(2026, 12, 1) + timedelta(days=LONGEST), "refusals.days_off_long"),
        (TWO_YEARS_ON + timedelta(days=1), TWO_YEARS_ON + timedelta(days=1), "refusals.days_off_far"),
    ],
)
def test_days_off_that_make_no_sense_are_refused(first: date, last: date, key: str) -> None:
    with pytest.raises(RefusalError) as refused:
        check_days(first, last, "Europe/Berlin", NOW)
    assert refused.value.key == key


def test_days_off_may_have_begun_and_may_be_today_on_the_servers_clocks() -> None:
    check_days(date(2026, 11, 20), TODAY, "Europe/Berlin", NOW)
    check_days(date(2026, 12, 1), date(2026, 12, 1) + timedelta(days=LONGEST - 1), "Europe/Berlin", NOW)
    check_days(TWO_YEARS_ON, TWO_YEARS_ON + timedelta(days=1), "Europe/Berlin", NOW)
    late = datetime(2026, 11, 28, 23, 30, tzinfo=UTC)
    check_days(TODAY, TODAY, "UTC", late)
    with pytest.raises(RefusalError):
        check_days(TODAY, TODAY, "Europe/Berlin", late)


def test_days_off_that_share_a_day_overlap() -> None:
    known = off(date(2026, 12, 24), date(2026, 12, 26))
    assert find_overlap([known], date(2026, 12, 26), date(2026, 12, 31)) is known
    assert find_overlap([known], date(2026, 12, 1), date(2026, 12, 31)) is known
    assert find_overlap([known], date(2026, 12, 27), date(2026, 12, 31)) is None
    assert find_overlap([known], date(2026, 12, 20), date(2026, 12, 23)) is None
