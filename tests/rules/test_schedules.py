"""Schedules: which days they take, what changes do, and the wall time at every change of every zone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.readers.zone_table import zones
from bot.rooms.schedules.model import Plan, Schedule
from bot.rooms.schedules.rules import (
    has_occurrence_on,
    next_of,
    opening_after_timezone_update,
    shown_in_zone,
    upcoming,
)
from bot.scheduling.recurrence import Change, Occurrence, occurrences
from bot.scheduling.wall_time import at_wall_time, weekly
from tests.rules.transitions import EPOCH, changes, local_day_and_minute, minutes_around, moment_of

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # a Monday
DAY = timedelta(days=1)
EVERY_DAY = 0b1111111
BERLIN = Schedule(1, 1, 0b1, 19 * 60 + 30, "Europe/Berlin", 25)

DATES = st.dates(date(2026, 1, 1), date(2039, 12, 1))
SCHEDULES = st.builds(
    Schedule,
    schedule_id=st.just(1),
    room_id=st.just(1),
    weekdays=st.integers(1, EVERY_DAY),
    local_minute=st.integers(0, 1439),
    zone=st.sampled_from(zones()),
    minutes=st.just(25),
    every_weeks=st.integers(1, 4),
    from_date=DATES,
    until_date=st.none() | DATES,
)
MOMENTS = DATES.map(lambda day: datetime(day.year, day.month, day.day, 12, tzinfo=UTC))


def skip(day: date) -> Change:
    return Change(1, day, None, None)


def move(day: date, to: date, minute: int) -> Change:
    return Change(1, day, to, minute)


def days(
    schedule: Schedule, count: int, after: datetime = NOW, changed: Sequence[Change] = ()
) -> list[str]:
    return [str(each.local_date) for each in upcoming(Plan(schedule, changed), after, count)]


def test_every_occurrence_is_at_its_wall_time_at_every_change_of_every_zone() -> None:
    wrong: list[str] = []
    looks = 0
    for zone in zones():
        found = changes(zone)
        for index, change in enumerate(found):
            near = found[max(0, index - 1) : index + 2]
            for local_seconds in minutes_around(change):
                day, minute = local_day_and_minute(local_seconds)
                expected = datetime.fromtimestamp(moment_of(local_seconds, near), UTC)
                daily = Schedule(1, 1, EVERY_DAY, minute, zone, 25, 1, day.date(), day.date())
                looks += 1
                if [each.at for each in upcoming(Plan(daily), expected - 2 * DAY, 2)] != [expected]:
                    wrong.append(f"{zone} {day}")
    assert wrong == []
    assert looks > 100_000


def test_a_moved_occurrence_follows_the_same_rules_at_every_change_of_every_zone() -> None:
    wrong: list[str] = []
    for zone in zones():
        found = changes(zone)
        for index, change in enumerate(found):
            near = found[max(0, index - 1) : index + 2]
            local_seconds = minutes_around(change)[4]  # inside the gap or the fold
            day, minute = local_day_and_minute(local_seconds)
            expected = datetime.fromtimestamp(moment_of(local_seconds, near), UTC)
            planned = day.date() - 3 * DAY
            once = Schedule(1, 1, EVERY_DAY, 600, zone, 25, 1, planned, planned)
            moved = upcoming(Plan(once, [move(planned, day.date(), minute)]), expected - 2 * DAY, 2)
            if moved != [Occurrence(expected, planned, is_moved=True)]:
                wrong.append(f"{zone} {day}")
    assert wrong == []


@given(SCHEDULES, MOMENTS)
def test_occurrences_are_in_order_ahead_and_of_days_that_the_schedule_takes(
    schedule: Schedule, after: datetime
) -> None:
    found = upcoming(Plan(schedule), after, 10)
    assert all(each.at > after for each in found)
    assert all(one.at < other.at for one, other in pairwise(found))
    for each in found:
        assert has_occurrence_on(schedule, each.local_date)
        assert each.at == at_wall_time(each.local_date, schedule.local_minute, schedule.zone)


@given(SCHEDULES, MOMENTS)
def test_no_day_of_a_schedule_is_left_out(schedule: Schedule, after: datetime) -> None:
    found = [each.local_date for each in upcoming(Plan(schedule), after, 6)]
    if len(found) < 2:
        return
    span = (found[-1] - found[0]).days
    expected = [found[0] + number * DAY for number in range(span + 1)]
    assert found == [day for day in expected if has_occurrence_on(schedule, day)]


@given(SCHEDULES, MOMENTS, st.data())
def test_a_skip_takes_one_occurrence_away_and_no_other(
    schedule: Schedule, after: datetime, data: st.DataObject
) -> None:
    before = upcoming(Plan(schedule), after, 8)
    if not before:
        return
    left_out = data.draw(st.sampled_from(before))
    found = upcoming(Plan(schedule, [skip(left_out.local_date)]), after, 7)
    assert found == [each for each in before if each != left_out][:7]


@given(SCHEDULES, MOMENTS, st.integers(-20, 40), st.integers(0, 1439), st.data())
def test_a_move_changes_one_occurrence_and_no_other(
    schedule: Schedule, after: datetime, by: int, minute: int, data: st.DataObject
) -> None:
    before = upcoming(Plan(schedule), after, 8)
    if not before:
        return
    planned = data.draw(st.sampled_from(before))
    to = planned.local_date + by * DAY
    at = at_wall_time(to, minute, schedule.zone)
    known_until = before[-1].at if len(before) == 8 else datetime.max.replace(tzinfo=UTC)
    expected = {each.at for each in before if each != planned} | ({at} if at > after else set())
    found = islice(occurrences(schedule.recurrence, after, [move(planned.local_date, to, minute)]), 9)
    seen = [each for each in found if each.at <= known_until]
    assert [each.at for each in seen] == sorted(each for each in expected if each <= known_until)
    others = {each.at for each in before if each != planned}
    assert all(each.is_moved == (each.at == at) for each in seen if each.at not in others)


@given(st.integers(1, EVERY_DAY), st.integers(0, 1439), st.sampled_from(zones()), MOMENTS)
def test_a_plain_schedule_is_the_weekly_time(
    weekdays: int, minute: int, zone: str, after: datetime
) -> None:
    found = [each.at for each in upcoming(Plan(Schedule(1, 1, weekdays, minute, zone, 25)), after, 10)]
    assert found == list(islice(weekly(weekdays, minute, zone, after), 10))


@given(SCHEDULES, MOMENTS)
def test_weeks_are_counted_from_the_week_of_the_first_date(schedule: Schedule, after: datetime) -> None:
    first = schedule.from_date
    assert first is not None
    monday = first - first.weekday() * DAY
    for each in upcoming(Plan(schedule), after, 10):
        assert (each.local_date - monday).days // 7 % schedule.every_weeks == 0
        assert each.local_date >= first
        assert schedule.until_date is None or each.local_date <= schedule.until_date


def test_every_second_week_counts_from_the_week_of_the_date_not_from_the_day() -> None:
    """Tuesdays and Thursdays from a Wednesday on: that week's Thursday, then both, two weeks later."""
    schedule = replace(BERLIN, weekdays=0b1010, every_weeks=2, from_date=date(2026, 11, 25))
    assert days(schedule, 4) == ["2026-11-26", "2026-12-08", "2026-12-10", "2026-12-22"]


def test_the_weeks_go_on_over_the_turn_of_the_year() -> None:
    schedule = replace(BERLIN, every_weeks=3, from_date=date(2026, 12, 14))
    assert days(schedule, 3) == ["2026-12-14", "2027-01-04", "2027-01-25"]


def test_a_schedule_ends_with_its_last_date_which_is_included() -> None:
    schedule = replace(BERLIN, until_date=date(2026, 11, 30))
    assert days(schedule, 9) == ["2026-11-23", "2026-11-30"]
    assert next_of([Plan(schedule)], NOW + 8 * DAY) is None


def test_without_a_schedule_there_is_no_next_occurrence() -> None:
    assert next_of([], NOW) is None


def test_the_earliest_occurrence_of_several_schedules_comes_next() -> None:
    later = replace(BERLIN, local_minute=20 * 60)
    assert next_of([Plan(later), Plan(BERLIN)], NOW) == datetime(2026, 11, 23, 18, 30, tzinfo=UTC)
    skipped = Plan(BERLIN, [skip(date(2026, 11, 23))])
    assert next_of([Plan(later), skipped], NOW) == datetime(2026, 11, 23, 19, 0, tzinfo=UTC)


def test_an_occurrence_may_be_moved_past_others_and_past_the_last_date() -> None:
    schedule = replace(BERLIN, until_date=date(2026, 12, 7))
    moved = [move(date(2026, 11, 23), date(2026, 12, 9), 600)]
    assert days(schedule, 9, changed=moved) == ["2026-11-30", "2026-12-07", "2026-11-23"]


def test_a_move_onto_another_occurrence_makes_them_one() -> None:
    moved = [move(date(2026, 11, 23), date(2026, 11, 30), BERLIN.local_minute)]
    found = upcoming(Plan(BERLIN, moved), NOW, 2)
    assert [str(each.at.date()) for each in found] == ["2026-11-30", "2026-12-07"]


def test_a_change_to_a_day_that_the_schedule_does_not_have_changes_nothing() -> None:
    strays = [skip(date(2026, 11, 24)), move(date(2026, 11, 25), date(2026, 11, 26), 600)]
    assert days(BERLIN, 3, changed=strays) == days(BERLIN, 3)


def test_by_new_rules_the_occurrence_that_was_next_is_still_the_next_one() -> None:
    wall = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)
    for hours in (-3, -1, 0, 1, 3):
        was_due = wall + timedelta(hours=hours)
        assert opening_after_timezone_update(Plan(BERLIN), was_due, NOW) == wall
    assert (
        opening_after_timezone_update(Plan(BERLIN), wall + timedelta(hours=1), wall + timedelta(minutes=40))
        == wall
    )
    week = Plan(BERLIN, [skip(date(2026, 11, 23))])
    assert opening_after_timezone_update(week, wall, NOW) == wall + 7 * DAY


def test_by_new_rules_an_occurrence_a_day_away_or_more_is_another_one() -> None:
    wall = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)
    second, after = timedelta(seconds=1), wall + timedelta(minutes=1)
    for near in (DAY - second, second - DAY):
        assert opening_after_timezone_update(Plan(BERLIN), wall + near, after) == wall
    for far in (DAY, -DAY, 3 * DAY, -3 * DAY):
        assert opening_after_timezone_update(Plan(BERLIN), wall + far, after) == wall + 7 * DAY


@given(SCHEDULES, MOMENTS)
def test_with_unchanged_zone_rules_every_occurrence_stays_where_it_is(
    schedule: Schedule, now: datetime
) -> None:
    plan = Plan(schedule)
    for each in upcoming(plan, now, 3):
        assert opening_after_timezone_update(plan, each.at, now) == each.at


@given(MOMENTS, st.sampled_from(zones()))
def test_a_shown_wall_time_converts_back_to_its_moment_or_the_earlier_of_a_fold(
    moment: datetime, zone: str
) -> None:
    day, minute = shown_in_zone(moment, zone)
    back = at_wall_time(day, minute, zone)
    assert timedelta() <= moment - back <= timedelta(hours=24)
    assert shown_in_zone(back, zone) == (day, minute)


def test_the_search_counts_days_from_a_thursday() -> None:
    assert EPOCH.weekday() == 3  # a Thursday: what `transitions` counts from
