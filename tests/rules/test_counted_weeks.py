"""Schedules of every second, third or fourth week: when they begin, and where their weeks begin."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import RefusalError
from bot.readers.zone_table import zones
from bot.rooms.schedules.checks import checked
from bot.rooms.schedules.model import Plan, Schedule
from bot.rooms.schedules.rules import counted_from_coming_week, upcoming
from bot.scheduling.recurrence import has_begun, occurrences
from bot.scheduling.wall_time import local_date, weekly, weekly_days
from tests.rules.transitions import changes

DAY = timedelta(days=1)
MONDAY, THURSDAY, SUNDAY = 0b1, 0b1000, 0b1000000
SATURDAYS_START, SUNDAYS_START = 5, 6
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)  # a Wednesday
BERLIN = Schedule(0, 1, MONDAY, 19 * 60 + 30, "Europe/Berlin", 25, 2)

MOMENTS = st.integers(0, 13 * 365 * 24 * 60).map(lambda each: NOW + timedelta(minutes=each))
SCHEDULES = st.builds(
    Schedule,
    schedule_id=st.just(1),
    room_id=st.just(1),
    weekdays=st.integers(1, 0b1111111),
    local_minute=st.integers(0, 1439),
    zone=st.sampled_from(zones()),
    minutes=st.just(25),
    every_weeks=st.integers(1, 4),
    from_date=st.none(),
    until_date=st.none(),
    week_start=st.integers(0, 6),
)


def days(schedule: Schedule, count: int, after: datetime = NOW) -> list[str]:
    return [str(each.local_date) for each in upcoming(Plan(schedule), after, count)]


def first_of_week(day: date, start: int) -> date:
    """Return the first day of a day's week, found by going back day by day."""
    while day.weekday() != start:
        day -= DAY
    return day


@given(SCHEDULES, MOMENTS)
def test_a_new_schedule_begins_with_the_first_matching_time_however_seldom_it_comes(
    schedule: Schedule, now: datetime
) -> None:
    begun = counted_from_coming_week(schedule, now)
    expected = next(weekly(schedule.weekdays, schedule.local_minute, schedule.zone, now))
    assert upcoming(Plan(begun), now, 1)[0].at == expected


@given(SCHEDULES, MOMENTS, st.integers(0, 60))
def test_a_later_first_date_begins_it_with_the_first_matching_day_from_there(
    schedule: Schedule, now: datetime, later: int
) -> None:
    first = local_date(now, schedule.zone) + later * DAY
    begun = counted_from_coming_week(replace(schedule, from_date=first), now)
    coming = weekly_days(schedule.weekdays, schedule.local_minute, schedule.zone, now)
    assert upcoming(Plan(begun), now, 1)[0].local_date == next(day for day, _ in coming if day >= first)


@given(SCHEDULES, MOMENTS)
def test_whole_weeks_of_the_makers_own_calendar_are_taken_or_left_out(
    schedule: Schedule, now: datetime
) -> None:
    begun = counted_from_coming_week(schedule, now)
    plain = replace(schedule, every_weeks=1)
    starts = first_of_week(upcoming(Plan(begun), now, 1)[0].local_date, schedule.week_start)
    found = {each.local_date for each in upcoming(Plan(begun), now, 12)}
    for each in upcoming(Plan(plain), now, 40):
        if each.local_date > max(found):
            break
        weeks = (first_of_week(each.local_date, schedule.week_start) - starts).days // 7
        assert (each.local_date in found) == (weeks % schedule.every_weeks == 0)


@given(SCHEDULES, MOMENTS)
def test_counting_again_from_the_coming_week_changes_nothing(schedule: Schedule, now: datetime) -> None:
    begun = counted_from_coming_week(schedule, now)
    assert counted_from_coming_week(begun, now) == begun
    assert counted_from_coming_week(begun, now, begun) == begun


@given(SCHEDULES, MOMENTS, st.integers(0, 100), st.integers(1, 0b1111111))
def test_other_days_of_a_schedule_that_has_begun_are_in_the_same_weeks(
    schedule: Schedule, now: datetime, later: int, weekdays: int
) -> None:
    old = counted_from_coming_week(schedule, now)
    then = upcoming(Plan(old), now, 1)[0].at + later * DAY
    edited = replace(old, weekdays=weekdays)
    assert has_begun(old.recurrence, then)
    assert counted_from_coming_week(edited, then, old) == edited


def test_weeks_stay_the_same_at_every_change_of_every_zone() -> None:
    """Every second Sunday and Monday, by each start of the week, around each change of the clocks."""
    wrong: list[str] = []
    for zone in zones():
        for moment, _, _ in changes(zone)[::7]:
            now = datetime.fromtimestamp(moment, UTC) - 15 * DAY
            for start in (0, SATURDAYS_START, SUNDAYS_START):
                both = replace(BERLIN, weekdays=MONDAY | SUNDAY, zone=zone, week_start=start)
                begun = counted_from_coming_week(both, now)
                starts = first_of_week(begun.from_date or date.min, start)
                for each in islice(occurrences(begun.recurrence, now), 4):
                    if (first_of_week(each.local_date, start) - starts).days not in {0, 14, 28}:
                        wrong.append(f"{zone} {now} {start}")  # noqa: PERF401 - named where it goes wrong
    assert wrong == []


def test_a_time_that_has_passed_this_week_begins_in_the_coming_one() -> None:
    assert days(counted_from_coming_week(BERLIN, NOW), 2) == ["2026-11-30", "2026-12-14"]


def test_sunday_and_monday_are_one_week_where_weeks_begin_on_saturday_or_sunday() -> None:
    both = replace(BERLIN, weekdays=MONDAY | SUNDAY)
    by_monday = counted_from_coming_week(both, NOW)
    assert days(by_monday, 4) == ["2026-11-29", "2026-12-07", "2026-12-13", "2026-12-21"]
    for start in (SATURDAYS_START, SUNDAYS_START):
        own = counted_from_coming_week(replace(both, week_start=start), NOW)
        assert days(own, 4) == ["2026-11-29", "2026-11-30", "2026-12-13", "2026-12-14"]


def test_a_schedule_that_comes_more_seldom_than_before_begins_in_the_coming_week() -> None:
    weekly_since_september = replace(BERLIN, every_weeks=1, from_date=date(2026, 9, 14))
    edited = counted_from_coming_week(
        replace(weekly_since_september, every_weeks=2), NOW, weekly_since_september
    )
    assert days(edited, 2) == ["2026-11-30", "2026-12-14"]


def test_a_schedule_that_has_not_begun_may_still_be_given_an_earlier_day() -> None:
    old = counted_from_coming_week(replace(BERLIN, weekdays=THURSDAY, from_date=date(2026, 12, 1)), NOW)
    assert days(old, 1) == ["2026-12-03"]
    assert days(counted_from_coming_week(replace(old, weekdays=MONDAY), NOW, old), 1) == ["2026-12-07"]


def test_a_first_date_in_the_past_is_refused_by_the_calendar_of_the_schedules_zone() -> None:
    in_auckland = replace(BERLIN, every_weeks=1, zone="Pacific/Auckland", from_date=date(2026, 11, 25))
    with pytest.raises(RefusalError) as refused:  # it is the 26th there
        checked(in_auckland, NOW)
    assert refused.value.key == "refusals.begin_passed"
    in_berlin = replace(in_auckland, zone="Europe/Berlin")
    assert checked(in_berlin, NOW) == in_berlin


def test_a_first_date_that_has_passed_since_does_not_hinder_an_edit() -> None:
    old = replace(BERLIN, from_date=date(2026, 9, 14))
    longer = replace(old, minutes=50)
    assert checked(longer, NOW, old) == longer
    with pytest.raises(RefusalError):
        checked(replace(old, from_date=date(2026, 9, 21)), NOW, old)
