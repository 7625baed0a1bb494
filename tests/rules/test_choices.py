"""Unsaved choices: they fit into a custom id and are read back unchanged."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checkins.times import CheckinTimes
from bot.errors import RefusalError
from bot.readers.zone_table import zones
from bot.scheduling.wall_time import MONDAY_TO_FRIDAY, MONDAY_TO_SUNDAY, SATURDAY_AND_SUNDAY
from cogs.checkins import routes
from cogs.checkins.choices import Choices
from cogs.ui.payloads import decode, encode
from cogs.ui.routes import Route

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
        st.sampled_from(zones()),
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
    zone = max(zones(), key=len)
    times = CheckinTimes(127, 1439, 1440, zone, 7, 1439, 1439, date(2999, 12, 31))
    longest = Choices((1 << 63) - 1, times, sound=True)
    assert len(Route.choice_of(routes.SET_HOURS.of(longest))) <= 100
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


def test_an_end_before_the_start_or_at_midnight_is_on_the_day_after() -> None:
    times = USUAL.with_hours(570, 1440, (1320, 425), None).times
    assert times == replace(
        USUAL.times, start_minute=570, end_minute=1440, quiet_start_minute=1320, quiet_end_minute=425
    )
    assert USUAL.with_hours(570, 0, (None, 1440), None).times.end_minute == 1440
    assert USUAL.with_hours(1440, 60, (None, 1440), None).times.start_minute == 0
    assert USUAL.with_hours(0, 60, (None, 1440), None).times.quiet_end_minute == 0
    night = USUAL.with_hours(1320, 60, (None, None), date(2026, 12, 24))
    assert (night.times.start_minute, night.times.end_minute) == (1320, 1500)
    assert night.times.begins_on == date(2026, 12, 24)
    assert Choices.decode(night.encode()) == night


@pytest.mark.parametrize(
    "detail", ["", "x", "1 2 3", "1 weekdays morning 2 0 UTC", "1 1 1 1 1 1 1 1 ! UTC"]
)
def test_choices_of_another_version_are_an_old_button(detail: str) -> None:
    with pytest.raises(RefusalError) as caught:
        routes.SOUND.read(detail)
    assert caught.value.key == "refusals.button_old"
