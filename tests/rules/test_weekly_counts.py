"""Which weeks are shown, and how the picture shows them."""

import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.weeks.model import Column, Week
from bot.weeks.picture import FAINT, INK, PLATE, SAGE, SAND, draw
from bot.weeks.rules import columns, monday, not_empty, recent, week_of, weeks_until

DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
COUNTS = st.integers(0, 999)


@st.composite
def weeks(draw_: st.DrawFn) -> list[Week]:
    shown = weeks_until(week_of(draw_(DAYS)))
    return [Week(week, draw_(COUNTS), draw_(COUNTS)) for week in shown]


@given(DAYS)
def test_twelve_weeks_follow_each_other_over_any_new_year(day: date) -> None:
    shown = weeks_until(week_of(day))
    assert len(shown) == len(set(shown)) == 12
    assert shown == sorted(shown)
    assert (monday(shown[-1]) - monday(shown[0])).days == 7 * 11
    assert 0 <= (day - monday(shown[-1])).days < 7


@given(weeks(), st.integers(0, 20))
def test_saved_weeks_show_in_their_columns_and_older_ones_do_not_show(kept: list[Week], later: int) -> None:
    this_week = week_of(date.fromordinal(monday(kept[-1].week).toordinal() + 7 * later))
    shown = recent(kept[::2], this_week)
    assert [each.week for each in shown] == weeks_until(this_week)
    assert not_empty(shown) == [each for each in not_empty(kept[::2]) if each in shown]
    assert len(not_empty(shown)) <= max(0, 12 - later)


def test_a_week_that_is_ahead_in_the_members_own_zone_shows() -> None:
    assert recent([Week(202702, 1, 0)], 202701)[-1] == Week(202702, 1, 0)


def test_the_picture_has_the_same_numbers_as_the_words_and_none_for_an_empty_week() -> None:
    shown = columns([Week(202653, 3, 0), Week(202701, 0, 0), Week(202702, 7, 120)], "en-US")
    assert [(each.label, each.above and each.above[0], each.below and each.below[0]) for each in shown] == [
        ("12/28", "3", None),
        ("1/4", None, None),
        ("1/11", "7", "120"),
    ]


def point(picture: bytes, x: int, y: int) -> tuple[int, ...]:
    """Return the colour at a point: red, green and blue."""
    with Image.open(io.BytesIO(picture)) as image:
        found = image.getpixel((x % image.width, y % image.height))
    assert isinstance(found, tuple)
    return found


def test_an_empty_week_draws_the_background_alone_and_a_saved_one_does_not() -> None:
    kept = Column("52", ("3", 0.5), ("12", 1.0))
    picture = draw([kept, Column("53", None, None), kept])
    plate = point(picture, 100, 10)
    assert {point(picture, x, y) for x in range(84, 132, 4) for y in range(10, 150, 4)} == {plate}
    for y in (54 - 15, 122 - 15):
        assert {point(picture, x, y) != plate for x in (48, 168)} == {True}


def test_numbers_and_labels_stand_out_from_what_is_under_them() -> None:
    """Contrast as WCAG 2 measures it: 4.5 for text."""
    for over, under in ((INK, SAGE), (INK, SAND), (FAINT, PLATE)):
        assert contrast(over, under) >= 4.5
    for under in (SAGE, SAND):
        assert contrast(under, PLATE) >= 3


def test_the_picture_is_opaque_so_that_it_looks_alike_on_light_and_dark() -> None:
    picture = draw([Column("1/4", None, None)] * 12)
    assert len({point(picture, x, y) for x in (0, -1) for y in (0, -1)}) == 1
    with Image.open(io.BytesIO(picture)) as image:
        assert image.mode == "RGB"


@pytest.mark.parametrize("number", ["999", "8888", "123450"])
def test_the_largest_numbers_fit_on_their_stone(number: str) -> None:
    picture = draw([Column("", (number, 1.0), None)])
    brightness = [sum(point(picture, x, 54)) for x in range(96)]
    stone = [x for x, each in enumerate(brightness) if each > 400]
    written = [x for x in range(stone[0], stone[-1]) if brightness[x] < 300]
    assert stone[0] + 2 < written[0] < written[-1] < stone[-1] - 2


@pytest.mark.parametrize("label", ["12/28", "28.12.", "a longer label"])
def test_a_label_leaves_space_to_the_next_one(label: str) -> None:
    picture = draw([Column(label, None, None), Column("", None, None)])
    plate = point(picture, 40, 10)
    columns_with_ink = [
        x for x in range(140) if any(point(picture, x, y) != plate for y in range(165, 196))
    ]
    assert 18 + 2 <= columns_with_ink[0] < columns_with_ink[-1] <= 18 + 60 - 2


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)
