"""Days and weeks in words."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts.catalogue import Texts
from bot.weeks.rules import monday, week_of
from cogs.ui.time_format import week_in_words

SAY = Texts().to("en")


def plain_dashes(text: str) -> str:
    """Return a text with a hyphen between ordinary spaces where the CLDR has a dash between thin ones."""
    return text.replace("\u2009\u2013\u2009", " - ")


@pytest.mark.parametrize(
    ("day", "named"),
    [
        (date(2026, 2, 2), "Feb 2 - 8"),
        (date(2026, 1, 26), "Jan 26 - Feb 1"),
        (date(2026, 12, 28), "Dec 28 - Jan 3"),
    ],
)
def test_a_week_is_named_by_its_days(day: date, named: str) -> None:
    assert plain_dashes(week_in_words(day, SAY)) == named


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 52))
def test_within_a_year_no_two_weeks_have_the_same_name(day: date, later: int) -> None:
    first = monday(week_of(day))
    other = date.fromordinal(first.toordinal() + 7 * later)
    assert week_in_words(first, SAY) != week_in_words(other, SAY)
