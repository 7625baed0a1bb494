"""Sessions of one room that would overlap: found in any pattern of weeks, and when clocks change."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rooms.schedules.model import Plan, Schedule
from bot.rooms.schedules.overlaps import first_overlap, overlap_of_one
from bot.rooms.schedules.rules import upcoming
from bot.scheduling.days_off import DayOff
from bot.scheduling.recurrence import Change
from bot.scheduling.wall_time import MONDAY_TO_SUNDAY

MONDAY = 0b1
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)  # a Monday
TODAY = NOW.date()
BERLIN = Plan(Schedule(1, 1, MONDAY, 19 * 60, "Europe/Berlin", 50))


def plan(minute: int, minutes: int = 25, zone: str = "Europe/Berlin", weekdays: int = MONDAY) -> Plan:
    return Plan(Schedule(2, 1, weekdays, minute, zone, minutes))


def spans(one: Plan, count: int = 400) -> list[tuple[datetime, datetime]]:
    found = upcoming(one, NOW, count)
    return [(each.at, each.at + timedelta(minutes=one.schedule.minutes)) for each in found]


def test_sessions_that_follow_each_other_do_not_overlap() -> None:
    assert first_overlap(plan(19 * 60 + 50), [BERLIN], NOW) is None
    assert first_overlap(plan(18 * 60 + 35), [BERLIN], NOW) is None
    assert first_overlap(plan(19 * 60, weekdays=0b10), [BERLIN], NOW) is None


def test_the_breaks_between_rounds_count() -> None:
    rounds = replace(plan(17 * 60), schedule=replace(plan(17 * 60).schedule, rounds=4))  # 115 minutes
    assert first_overlap(rounds, [BERLIN], NOW) is None
    later = replace(rounds, schedule=replace(rounds.schedule, local_minute=17 * 60 + 6))
    assert first_overlap(later, [BERLIN], NOW) is not None


def test_the_first_session_that_is_overlapped_with_is_named() -> None:
    for minute in (18 * 60 + 36, 19 * 60, 19 * 60 + 49):
        found = first_overlap(plan(minute, weekdays=MONDAY_TO_SUNDAY), [BERLIN], NOW)
        assert found is not None
        assert found.at == datetime(2026, 11, 23, 18, tzinfo=UTC)
        assert found.plan == BERLIN


def test_an_overlap_in_the_weeks_between_two_changes_of_clocks_is_found() -> None:
    new_york = plan(14 * 60, zone="America/New_York")  # 20:00 in Berlin, and 19:00 for two weeks in March
    found = first_overlap(new_york, [BERLIN], NOW)
    assert found is not None
    assert found.at == datetime(2027, 3, 15, 18, tzinfo=UTC)


def test_every_second_week_overlaps_only_in_the_same_weeks() -> None:
    even = replace(BERLIN, schedule=replace(BERLIN.schedule, every_weeks=2, from_date=TODAY))
    odd = replace(even, schedule=replace(even.schedule, from_date=TODAY + timedelta(days=7)))
    third = replace(
        even, schedule=replace(even.schedule, every_weeks=3, from_date=TODAY + timedelta(days=7))
    )
    assert first_overlap(odd, [even], NOW) is None
    found = first_overlap(third, [even], NOW)
    assert found is not None
    assert found.at == datetime(2026, 12, 21, 18, tzinfo=UTC)


def test_schedules_of_different_seasons_do_not_overlap_and_a_distant_overlap_is_found() -> None:
    winter = replace(BERLIN, schedule=replace(BERLIN.schedule, until_date=date(2027, 2, 28)))
    spring = replace(BERLIN, schedule=replace(BERLIN.schedule, from_date=date(2027, 3, 1)))
    late = replace(BERLIN, schedule=replace(BERLIN.schedule, from_date=date(2033, 3, 1)))
    assert first_overlap(spring, [winter], NOW) is None
    assert first_overlap(late, [winter], NOW) is None
    found = first_overlap(late, [spring], NOW)
    assert found is not None
    assert found.at.year == 2033


def test_sessions_on_days_off_overlap_too_and_skipped_ones_do_not() -> None:
    off = (DayOff(1, 1, TODAY, TODAY + timedelta(days=99), "Europe/Berlin"),)
    found = first_overlap(plan(19 * 60), [replace(BERLIN, days_off=off)], NOW)
    assert found is not None
    assert found.at.date() == TODAY
    skipped = replace(BERLIN, changes=[Change(1, TODAY, None, None)])
    found = first_overlap(plan(19 * 60), [skipped], NOW)
    assert found is not None
    assert found.at.date() == TODAY + timedelta(days=7)


def test_a_moved_session_overlaps_where_it_is_moved_to() -> None:
    tuesday = TODAY + timedelta(days=1)
    tuesdays = plan(19 * 60, weekdays=0b10)
    moved = replace(BERLIN, changes=[Change(1, TODAY, tuesday, 19 * 60 + 20)])
    found = overlap_of_one(moved, TODAY, [tuesdays], NOW)
    assert found is not None
    assert found.at == datetime(2026, 11, 24, 18, tzinfo=UTC)
    assert overlap_of_one(moved, TODAY, [], NOW) is None
    onto = replace(BERLIN, changes=[Change(1, TODAY, TODAY + timedelta(days=7), 19 * 60)])
    assert overlap_of_one(onto, TODAY, [], NOW) is not None


EVERY = Plan(Schedule(1, 1, 0b1010101, 19 * 60, "Europe/Berlin", 50))
EVERY_SESSION = spans(EVERY, 240)


@settings(max_examples=25)
@given(
    st.integers(0, 1439),
    st.integers(1, 127),
    st.sampled_from([5, 25, 50]),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]),
    st.integers(1, 4),
    st.integers(0, 40),
)
def test_the_overlap_that_is_found_is_the_one_that_comparing_all_sessions_finds(
    minute: int, weekdays: int, minutes: int, zone: str, weeks: int, ahead: int
) -> None:
    schedule = plan(minute, minutes, zone, weekdays).schedule
    one = Plan(replace(schedule, every_weeks=weeks, from_date=TODAY + timedelta(days=ahead)))
    ours = spans(one)
    begun = [begin for begin, end in EVERY_SESSION if any(s < end and begin < e for s, e in ours)]
    found = first_overlap(one, [EVERY], NOW)
    if begun:
        assert found is not None
        assert found.at == begun[0]
    elif found is not None:
        assert found.at > EVERY_SESSION[-1][0]
