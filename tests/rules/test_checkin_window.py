"""When check-ins may come: the window, quiet hours, the day to begin, and clocks that skip the window."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice

from hypothesis import assume, event, given
from hypothesis import strategies as st

from bot.checkins.times import (
    CheckinTimes,
    is_open,
    is_quiet,
    next_checkin,
    open_spans,
    open_until,
)
from bot.scheduling.wall_time import local_date
from tests.rules.checkin_times import DAY, HOURS, MOMENTS, day_for, minute_for, minute_of, sequence


@given(HOURS, st.integers(0, 1439), st.integers(0, 1439), st.integers(0, 1 << 40), MOMENTS)
def test_nothing_comes_inside_quiet_hours(
    times: CheckinTimes, begin: int, end: int, key: int, after: datetime
) -> None:
    quiet = replace(times, quiet_start_minute=begin, quiet_end_minute=end)
    assume(begin != end)
    allowed = {
        minute
        for minute in range(times.start_minute, times.end_minute)
        for shown in [minute % (24 * 60)]
        if not (begin <= shown < end if begin < end else shown >= begin or shown < end)
    }
    assert {minute for start, until in open_spans(quiet) for minute in range(start, until)} == allowed
    for moment in islice(sequence(quiet, key, after), 12):
        assert minute_for(times, moment) in allowed
        assert is_open(quiet, moment)
        assert not is_quiet(quiet, moment)
    assert bool(allowed) == (next_checkin(quiet, key, after) is not None)


@given(HOURS, MOMENTS)
def test_windows_and_quiet_hours_follow_local_time(times: CheckinTimes, moment: datetime) -> None:
    minute = minute_for(times, moment)
    on_a_day = times.weekdays >> day_for(times, moment).weekday() & 1
    assert is_open(times, moment) == bool(on_a_day and times.start_minute <= minute < times.end_minute)
    assert not is_quiet(times, moment)


@given(HOURS, st.integers(0, 1 << 40), MOMENTS, st.integers(0, 12), st.integers(1, 600), st.integers(1, 10))
def test_the_window_is_open_until_the_returned_moment(
    times: CheckinTimes, key: int, after: datetime, closes_in: int, quiet_minutes: int, minutes: int
) -> None:
    begins = next_checkin(times, key, after)
    assert begins is not None
    begin = (minute_of(begins, times.zone) + closes_in) % 1440
    quiet = replace(times, quiet_start_minute=begin, quiet_end_minute=(begin + quiet_minutes) % 1440)
    moment = begins + timedelta(seconds=after.second, microseconds=after.microsecond)
    latest = moment + timedelta(minutes=minutes)
    until = open_until(quiet, moment, latest)
    instants = [moment + timedelta(seconds=second) for second in range(60 * minutes)]
    first_closed = next((each for each in instants if not is_open(quiet, each)), latest)
    event(
        "closed at once" if first_closed == moment else "closed later" if first_closed < latest else "open"
    )
    if first_closed == moment:
        assert until <= moment
    else:
        assert timedelta() <= first_closed - until < timedelta(seconds=1)


@given(HOURS, st.integers(0, 1 << 40), MOMENTS, st.integers(0, 200))
def test_nothing_comes_before_the_day_to_begin(
    times: CheckinTimes, key: int, after: datetime, days: int
) -> None:
    begins_on = local_date(after, times.zone) + days * DAY
    moment = next_checkin(replace(times, begins_on=begins_on), key, after)
    assert moment is not None
    assert day_for(times, moment) >= begins_on
    found = sequence(times, key, after)
    assert moment == next(each for each in found if day_for(times, each) >= begins_on)


def test_a_window_that_the_clocks_skip_is_left_out_that_day() -> None:
    sundays = CheckinTimes(1 << 6, 120, 180, "America/New_York", 1)
    after = datetime(2027, 3, 10, tzinfo=UTC)
    found = next_checkin(sundays, 1, after)
    assert found is not None
    assert local_date(found, "America/New_York") == date(2027, 3, 21)


def test_without_a_day_there_is_no_checkin() -> None:
    assert next_checkin(CheckinTimes(0, 480, 660, "UTC", 2), 1, datetime(2026, 11, 23, tzinfo=UTC)) is None


def test_a_window_that_the_clocks_skip_in_part_still_has_a_check_in_that_day_for_everyone() -> None:
    """In Berlin, 2:00 to 3:00 does not exist on 28 March 2027."""
    times = CheckinTimes(0b1000000, 150, 210, "Europe/Berlin", 7)
    eve = datetime(2027, 3, 27, 12, 0, tzinfo=UTC)
    found = {next_checkin(times, key, eve) for key in range(200)}
    begin = datetime(2027, 3, 28, 1, 0, tzinfo=UTC)  # 3:00 there
    assert found == {begin + timedelta(minutes=minute) for minute in range(30)}
