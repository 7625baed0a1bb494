"""Recurring times and the times of check-ins."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

from bot.checkins.personal.cadence import delivery_at
from bot.checkins.times import (
    CheckinTimes,
    LastDelivery,
    Window,
    is_open,
    is_quiet,
    next_checkin,
    open_spans,
    open_until,
)
from bot.scheduling.wall_time import MONDAY_TO_FRIDAY, MONDAY_TO_SUNDAY, at_wall_time, local_date, weekly

ZONES = st.sampled_from(
    [
        *("UTC", "America/New_York", "America/St_Johns", "America/Scoresbysund", "America/Havana"),
        *("Europe/Berlin", "Europe/London", "Africa/Casablanca", "Africa/Cairo", "Asia/Beirut"),
        *("Asia/Gaza", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Chatham"),
    ]
)
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2039, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds it
WEEKDAYS = st.integers(1, MONDAY_TO_SUNDAY)
DAY = timedelta(days=1)


@st.composite
def daytimes(draw: st.DrawFn) -> CheckinTimes:
    """Draw times in the daytime, when no zone changes its clocks."""
    start = draw(st.integers(5 * 60, 20 * 60))
    end = draw(st.integers(start + 15, 22 * 60))
    return CheckinTimes(draw(WEEKDAYS), start, end, draw(ZONES), draw(st.integers(1, 7)))


@st.composite
def nights(draw: st.DrawFn) -> CheckinTimes:
    """Draw times that go past midnight, and over changes of the clocks."""
    start = draw(st.integers(18 * 60, 22 * 60))
    end = draw(st.integers(24 * 60 + 1, start + 24 * 60 - 1))
    return CheckinTimes(draw(WEEKDAYS), start, end, draw(ZONES), draw(st.integers(1, 7)))


HOURS = daytimes() | nights()


def day_for(times: CheckinTimes, moment: datetime) -> date:
    """Return the day whose window, or whose night, `moment` is in."""
    day = local_date(moment, times.zone)
    goes_on = minute_of(moment, times.zone) + 24 * 60 < times.end_minute
    return day - DAY if goes_on else day


def minute_for(times: CheckinTimes, moment: datetime) -> int:
    """Return the wall-clock minutes since that day began."""
    days = (local_date(moment, times.zone) - day_for(times, moment)).days
    return minute_of(moment, times.zone) + days * 24 * 60


def week_for(times: CheckinTimes, moment: datetime) -> tuple[int, int]:
    return day_for(times, moment).isocalendar()[:2]


def sequence(times: CheckinTimes, key: int, after: datetime, *, eased: bool = False) -> Iterator[datetime]:
    """Yield check-ins one after the other, as the service schedules them."""
    moment = next_checkin(times, key, after, eased=eased)
    while moment is not None:
        yield moment
        moment = next_checkin(times, key, moment, eased=eased)


def minute_of(moment: datetime, zone: str) -> int:
    local = moment.astimezone(ZoneInfo(zone))
    return local.hour * 60 + local.minute


@given(WEEKDAYS, st.integers(0, 1439), ZONES, MOMENTS)
def test_weekly_times_come_on_every_chosen_day_once(
    weekdays: int, minute: int, zone: str, after: datetime
) -> None:
    found = list(islice(weekly(weekdays, minute, zone, after), 40))
    assert all(earlier < later for earlier, later in pairwise([after, *found]))
    day, last = local_date(after, zone) - 3 * DAY, local_date(found[-1], zone)
    expected = set()
    while day <= last:
        if weekdays & 1 << day.weekday():
            expected.add(at_wall_time(day, minute, zone))
        day += DAY
    assert [*sorted(each for each in expected if after < each <= found[-1])] == found


@given(st.integers(0, 1439), ZONES, MOMENTS)
def test_weekly_times_stand_at_their_wall_time_or_right_after_a_gap(
    minute: int, zone: str, after: datetime
) -> None:
    for moment in islice(weekly(MONDAY_TO_SUNDAY, minute, zone, after), 200):
        shown = minute_of(moment, zone)
        if shown != minute:
            before, later = (
                (moment + step).astimezone(ZoneInfo(zone)).utcoffset() for step in (-2 * DAY / 24, DAY / 24)
            )
            assert before is not None
            assert later is not None
            gap = int((later - before).total_seconds()) // 60
            assert gap > 0
            assert (minute + gap) % 1440 == shown


def test_the_day_that_samoa_left_out_brings_no_second_occurrence() -> None:
    after = datetime(2011, 12, 29, 0, tzinfo=UTC)
    found = list(islice(weekly(MONDAY_TO_SUNDAY, 600, "Pacific/Apia", after), 3))
    assert [local_date(each, "Pacific/Apia") for each in found] == [
        date(2011, 12, 29),
        date(2011, 12, 31),
        date(2012, 1, 1),
    ]


@given(WEEKDAYS, st.integers(0, 1439), ZONES, MOMENTS)
def test_the_next_weekly_time_is_later_than_now_even_when_now_is_one(
    weekdays: int, minute: int, zone: str, after: datetime
) -> None:
    first = next(weekly(weekdays, minute, zone, after))
    assert first > after
    assert next(weekly(weekdays, minute, zone, first - timedelta(seconds=1))) == first
    assert next(weekly(weekdays, minute, zone, first)) > first


@given(HOURS, st.integers(0, 1 << 40), MOMENTS)
def test_checkins_come_on_chosen_days_inside_the_window(
    times: CheckinTimes, key: int, after: datetime
) -> None:
    for moment in islice(sequence(times, key, after), 20):
        assert moment > after
        assert times.weekdays >> day_for(times, moment).weekday() & 1
        assert times.start_minute <= minute_for(times, moment) < times.end_minute


@given(HOURS, st.integers(0, 1 << 40), MOMENTS)
def test_a_whole_week_holds_as_many_checkins_as_chosen_and_never_more(
    times: CheckinTimes, key: int, after: datetime
) -> None:
    found = list(islice(sequence(times, key, after), 30))
    weeks = Counter(week_for(times, each) for each in found)
    most = min(times.per_week, times.weekdays.bit_count())
    assert max(weeks.values()) <= most
    partial = {week_for(times, each) for each in (after, found[0], found[-1])}
    assert {count for week, count in weeks.items() if week not in partial} <= {most}


@given(HOURS, st.integers(0, 1 << 40), MOMENTS)
def test_eased_checkins_are_every_other_one_of_the_same(
    times: CheckinTimes, key: int, after: datetime
) -> None:
    full = list(islice(sequence(times, key, after), 30))
    eased = [each for each in islice(sequence(times, key, after, eased=True), 30) if each <= full[-1]]
    assert set(eased) <= set(full)
    assert abs(2 * len(eased) - len(full)) <= 1
    places = [full.index(each) for each in eased]
    assert all(later - earlier == 2 for earlier, later in pairwise(places))


@given(HOURS, st.integers(0, 1 << 40), MOMENTS, st.floats(0, 0.999))
def test_a_checkin_stays_where_it_is_while_time_passes(
    times: CheckinTimes, key: int, after: datetime, part: float
) -> None:
    first = next_checkin(times, key, after)
    assert first is not None
    assert next_checkin(times, key, after + (first - after) * part) == first


@pytest.mark.parametrize("window", list(Window))
def test_members_are_spread_evenly_over_the_window(window: Window) -> None:
    start, end = window.value
    times = CheckinTimes(MONDAY_TO_SUNDAY, start, end, "Europe/Berlin", 7)
    after = datetime(2026, 11, 23, 0, tzinfo=UTC)
    members, parts = 3000, 12
    minutes = [minute_of(next_checkin(times, key, after) or after, times.zone) for key in range(members)]
    counts = Counter((minute - start) * parts // (end - start) for minute in minutes)
    assert sorted(counts) == list(range(parts))
    assert max(counts.values()) < 1.3 * members / parts
    assert min(counts.values()) > 0.7 * members / parts


def test_members_are_spread_evenly_over_the_days() -> None:
    times = CheckinTimes(MONDAY_TO_FRIDAY, 480, 660, "UTC", 1)
    after = datetime(2026, 11, 23, 0, tzinfo=UTC)
    days = Counter((next_checkin(times, key, after) or after).weekday() for key in range(2000))
    assert sorted(days) == [0, 1, 2, 3, 4]
    assert max(days.values()) < 1.2 * 400
    assert min(days.values()) > 0.8 * 400


def test_one_members_time_varies_from_day_to_day() -> None:
    times = CheckinTimes(MONDAY_TO_SUNDAY, 480, 660, "UTC", 7)
    found = islice(sequence(times, 7, datetime(2026, 11, 23, tzinfo=UTC)), 20)
    assert len({minute_of(each, "UTC") for each in found}) > 10


@given(HOURS, HOURS, st.integers(0, 1 << 40), MOMENTS, st.integers(0, 10))
def test_the_weeks_maximum_holds_across_a_change_of_times(
    times: CheckinTimes, others: CheckinTimes, key: int, agreed_at: datetime, before: int
) -> None:
    others = replace(others, zone=times.zone)
    last = LastDelivery(day_for(times, agreed_at), 1)
    found = [agreed_at]
    weeks = Counter([week_for(times, agreed_at)])
    for number in range(14):
        chosen = times if number < before else others
        moment = next_checkin(chosen, key, found[-1], last=last)
        assert moment is not None
        assert day_for(chosen, moment) > last.day
        last = delivery_at(moment, chosen, last)
        assert last.in_week <= chosen.per_week
        found.append(moment)
        weeks[week_for(chosen, moment)] += 1
    assert max(weeks.values()) <= max(times.per_week, others.per_week)


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
