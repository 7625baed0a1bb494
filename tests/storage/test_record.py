"""Conversion between rows and dataclasses."""

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum, StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.storage.record import to_model, to_stored


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
SAMPLES = st.builds(
    Sample,
    number=st.integers(-(1 << 63), (1 << 63) - 1),
    words=st.text(),
    truth=st.booleans(),
    moment=MOMENTS,
    day=st.dates(),
    mood=st.sampled_from(Mood),
    size=st.sampled_from(Size),
    maybe_number=st.none() | st.integers(),
    maybe_words=st.none() | st.text(),
    maybe_moment=st.none() | MOMENTS,
    maybe_day=st.none() | st.dates(),
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

    with pytest.raises(ValueError, match="loud"):
        to_model(Word, {"mood": "loud"})
