"""Unsaved choices: they fit into a custom id and are read back unchanged."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checkins.times import CheckinTimes
from bot.errors import RefusalError
from bot.scheduling.wall_time import MONDAY_TO_FRIDAY, MONDAY_TO_SUNDAY, SATURDAY_AND_SUNDAY, zone_names
from cogs.checkins import routes
from cogs.checkins.choices import Choices
from cogs.ui.payloads import decode, encode

TYPED = {"from": "9:00", "until": "11:00", "quiet_from": "", "quiet_until": "", "begins": ""}
USUAL = Choices.usual(1, "UTC")
QUIET = st.one_of(st.none(), st.integers(0, 1439))
CHOICES = st.builds(
    Choices,
    st.integers(1, (1 << 63) - 1),
    st.builds(
        CheckinTimes,
        st.integers(1, MONDAY_TO_SUNDAY),
        st.integers(0, 1439),
        st.integers(1, 1440),
        st.sampled_from(zone_names()),
        st.integers(1, 7),
        QUIET,
        QUIET,
        st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2999, 12, 31))),
    ),
    st.booleans(),
)


@given(CHOICES)
def test_choices_are_read_back_as_they_were(choices: Choices) -> None:
    assert decode(encode(choices, Choices), Choices) == choices


def test_the_longest_choices_fit_into_every_custom_id() -> None:
    zone = max(zone_names(), key=len)
    times = CheckinTimes(127, 1439, 1440, zone, 7, 1439, 1439, date(2999, 12, 31))
    longest = Choices((1 << 63) - 1, times, sound=True)
    assert len(routes.SET_HOURS.of(longest)) <= 100
    assert len(routes.AGREE(99, longest)) <= 100


@pytest.mark.parametrize(
    ("picked", "weekdays"),
    [
        (["weekdays"], MONDAY_TO_FRIDAY),
        (["weekdays", "weekend"], MONDAY_TO_SUNDAY),
        (["0"], 0b1),
        (["1", "3"], 0b1010),
        (["weekdays", "5"], MONDAY_TO_FRIDAY | 1 << 5),
        (["weekdays", "0", "3"], 0b1001),
        (["daily", "6"], 1 << 6),
        (["weekend", "daily", "5"], 1 << 5),
        (["weekend"], SATURDAY_AND_SUNDAY),
    ],
)
def test_a_single_day_narrows_a_set_that_holds_it(picked: list[str], weekdays: int) -> None:
    assert USUAL.on_days(picked).times.weekdays == weekdays


@pytest.mark.parametrize("picked", [["7"], ["monday"], ["weekdays", "8"]])
def test_an_invalid_day_is_refused(picked: list[str]) -> None:
    with pytest.raises(RefusalError):
        USUAL.on_days(picked)


def test_hours_are_read_as_people_type_them() -> None:
    typed = {"from": "9.30", "until": "24:00", "quiet_from": "22", "quiet_until": "7:05", "begins": " "}
    assert USUAL.with_hours(typed).times == replace(
        USUAL.times, start_minute=570, end_minute=1440, quiet_start_minute=1320, quiet_end_minute=425
    )
    assert USUAL.with_hours({**typed, "until": "0:00"}).times.end_minute == 1440
    night = USUAL.with_hours({**typed, "from": "22:00", "until": "1:00"})
    assert (night.times.start_minute, night.times.end_minute) == (1320, 1500)
    assert Choices.decode(night.encode()) == night
    begins = USUAL.with_hours({**typed, "begins": "2026-12-24"}).times.begins_on
    assert begins == date(2026, 12, 24)


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"from": "noon"}, "refusals.clock_time"),
        ({"until": ""}, "refusals.clock_time"),
        ({"quiet_from": "25:00"}, "refusals.clock_time"),
        ({"begins": "tomorrow"}, "refusals.date"),
    ],
)
def test_hours_that_cannot_be_read_are_refused(wrong: dict[str, str], key: str) -> None:
    with pytest.raises(RefusalError) as caught:
        USUAL.with_hours({**TYPED, **wrong})
    assert caught.value.key == key


@pytest.mark.parametrize(
    "detail", ["", "x", "1 2 3", "1 weekdays morning 2 0 UTC", "1 1 1 1 1 1 1 1 ! UTC"]
)
def test_choices_of_another_version_are_an_old_button(detail: str) -> None:
    with pytest.raises(RefusalError) as caught:
        routes.SOUND.read(detail)
    assert caught.value.key == "refusals.button_old"
