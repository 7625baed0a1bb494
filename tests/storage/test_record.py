"""Conversion between rows and dataclasses."""

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum, StrEnum
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.storage.record import (
    Stored,
    UnreadableRowError,
    to_model,
    to_model_or,
    to_models,
    to_stored,
    unreadable_columns,
)


class Mood(StrEnum):
    """An enum with text values."""

    CALM = "calm"
    QUIET = "quiet"


class Size(Enum):
    """An enum with integer values."""

    SMALL = 1
    LARGE = 2


@dataclass(frozen=True, slots=True)
class Sample:
    """Every kind of field that models have."""

    number: int
    words: str
    truth: bool
    moment: datetime
    day: date
    mood: Mood
    size: Size
    maybe_number: int | None
    maybe_words: str | None
    maybe_moment: datetime | None
    maybe_day: date | None
    maybe_mood: Mood | None
    maybe_truth: bool | None


MOMENTS = st.datetimes(
    datetime(1970, 1, 2),  # noqa: DTZ001 - the strategy adds the zone
    datetime(9999, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    timezones=st.just(UTC),
).map(lambda moment: moment.replace(microsecond=0))
DATES = st.dates(date(1970, 1, 1), date(9998, 12, 31))
SAMPLES = st.builds(
    Sample,
    number=st.integers(-(1 << 63), (1 << 63) - 1),
    words=st.text(),
    truth=st.booleans(),
    moment=MOMENTS,
    day=DATES,
    mood=st.sampled_from(Mood),
    size=st.sampled_from(Size),
    maybe_number=st.none() | st.integers(),
    maybe_words=st.none() | st.text(),
    maybe_moment=st.none() | MOMENTS,
    maybe_day=st.none() | DATES,
    maybe_mood=st.none() | st.sampled_from(Mood),
    maybe_truth=st.none() | st.booleans(),
)


@given(SAMPLES)
def test_a_model_is_the_same_after_it_was_stored_and_read(sample: Sample) -> None:
    row = {name: to_stored(value) for name, value in asdict(sample).items()}
    assert all(value is None or type(value) in (int, str) for value in row.values())
    back = to_model(Sample, row)
    assert back == sample
    assert [type(value) for value in asdict(back).values()] == [
        type(value) for value in asdict(sample).values()
    ]


@given(MOMENTS, st.integers(-14, 14))
def test_a_moment_is_the_same_from_every_zone_and_comes_back_in_utc(moment: datetime, hours: int) -> None:
    elsewhere = moment.astimezone(timezone(timedelta(hours=hours))) if 1971 < moment.year < 9000 else moment
    assert to_stored(elsewhere) == to_stored(moment)


def test_a_column_that_no_field_has_is_left_out_and_a_missing_one_is_an_error() -> None:
    @dataclass(frozen=True, slots=True)
    class Small:
        number: int

    assert to_model(Small, {"number": 1, "more": 2}) == Small(1)
    with pytest.raises(KeyError):
        to_model(Small, {"more": 2})


def test_a_value_that_the_enum_does_not_have_is_an_error() -> None:
    @dataclass(frozen=True, slots=True)
    class Word:
        mood: Mood

    with pytest.raises(UnreadableRowError, match="mood of Word"):
        to_model(Word, {"mood": "loud"})


@dataclass(frozen=True, slots=True)
class Ranged:
    """A model whose number allows only some values, if it has one."""

    number: Annotated[int, lambda value: value < 8] | None
    day: date


def test_a_value_outside_of_the_range_of_its_field_cannot_be_read() -> None:
    assert to_model(Ranged, {"number": 7, "day": "2026-03-02"}) == Ranged(7, date(2026, 3, 2))
    assert to_model(Ranged, {"number": None, "day": "2026-03-02"}).number is None
    assert unreadable_columns(Ranged, {"number": 8, "day": "soon"}) == ["number", "day"]


def test_only_the_rows_that_cannot_be_read_are_left_out_of_a_list() -> None:
    rows: list[dict[str, Stored]] = [{"number": 1, "day": "2026-03-02"}, {"number": 2, "day": "9999-12-31"}]
    assert [each.number for each in to_models(Ranged, rows)] == [1]


def test_a_default_gives_the_values_that_cannot_be_read() -> None:
    default = Ranged(3, date(2026, 3, 2))
    assert to_model_or(default, {"number": 99, "day": "2027-01-01"}) == Ranged(3, date(2027, 1, 1))


@given(st.integers(-(1 << 63), (1 << 63) - 1))
def test_a_moment_that_can_be_read_can_be_calculated_with(seconds: int) -> None:
    @dataclass(frozen=True, slots=True)
    class Timed:
        moment: datetime

    for (found,) in [(each.moment,) for each in to_models(Timed, [{"moment": seconds}])]:
        assert found + timedelta(days=30) > found > found - timedelta(days=30)
