"""Recurring times, and when check-ins come."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checkins.personal.cadence import delivery_at
from bot.checkins.times import (
    CheckinTimes,
    LastDelivery,
    Window,
    next_checkin,
)
from bot.scheduling.wall_time import MONDAY_TO_FRIDAY, MONDAY_TO_SUNDAY, at_wall_time, local_date, weekly
from tests.rules.checkin_times import (
    DAY,
    HOURS,
    MOMENTS,
    WEEKDAYS,
    ZONES,
    day_for,
    minute_for,
    minute_of,
    sequence,
    week_for,
)


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
def test_the_time_of_the_next_checkin_does_not_change_while_time_passes(
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
