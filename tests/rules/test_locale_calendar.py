"""How people of a locale count weeks and write dates."""

from datetime import date

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.readers.locale_calendar import numeric_date, week_start


@pytest.mark.parametrize(
    ("locale", "start"),
    [("de", 0), ("en-GB", 0), ("en-US", 6), ("pt-BR", 6), ("ja", 6), ("no", 0), ("ar", 5), ("fa", 5)],
)
def test_weeks_begin_as_they_do_where_a_locale_is_spoken(locale: str, start: int) -> None:
    assert week_start(locale) == start


@given(st.text(max_size=12))
def test_any_text_that_is_given_as_a_locale_has_a_day_on_which_weeks_begin(locale: str) -> None:
    assert week_start(locale) in range(7)


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        ("en-US", "2/1"),
        ("en-GB", "01/02"),
        ("de", "1.2."),
        ("hu", "2.1."),
        ("no", "1.2."),
        ("xx", "02-01"),
    ],
)
def test_dates_are_in_the_order_of_the_locale(locale: str, written: str) -> None:
    assert numeric_date(date(2026, 2, 1), locale) == written


@pytest.mark.parametrize("locale", [each.value for each in discord.Locale])
def test_a_date_is_digits_and_marks_in_every_language_of_discord(locale: str) -> None:
    assert set(numeric_date(date(2026, 12, 28), locale)) <= set("0123456789./-")
