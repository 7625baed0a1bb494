"""When check-ins come: less often or not at all without taps, pauses, and closed direct messages."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checkins.personal.cadence import (
    FURTHEST_BEGINNING,
    Cadence,
    CheckinState,
    after_timezone_update,
    is_resting,
    next_at,
    reason_to_refuse,
    state_at,
)
from bot.checkins.times import next_checkin
from bot.scheduling.quiet_times import UNTIL_RESUMED, is_paused
from bot.scheduling.wall_time import MONDAY_TO_SUNDAY

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
USUAL = Cadence(
    cadence_id=7,
    member_id=1,
    guild_id=2,
    dm_channel_id=3,
    weekdays=MONDAY_TO_SUNDAY,
    start_minute=480,
    end_minute=660,
    zone="Europe/Berlin",
    per_week=7,
    quiet_start_minute=None,
    quiet_end_minute=None,
    begins_on=None,
    sound=False,
    unanswered=0,
    sent=5,
    last_sent_on=None,
    sent_in_week=0,
    texts_sent="",
    prompt_message_id=None,
    paused_until=None,
    dms_closed=False,
)
CADENCES = st.builds(
    replace,
    st.just(USUAL),
    unanswered=st.integers(0, 6),
    paused_until=st.one_of(
        st.none(),
        st.just(UNTIL_RESUMED),
        st.integers(-100, 100).map(lambda hours: NOW + timedelta(hours=hours)),
    ),
    dms_closed=st.booleans(),
)


@st.composite
def awaited(draw: st.DrawFn) -> tuple[Cadence, datetime]:
    """Draw a cadence whose check-ins come, and when one of the next ones is due."""
    start = draw(st.integers(0, 1439))
    cadence = replace(
        USUAL,
        member_id=draw(st.integers(1, 1000)),
        weekdays=draw(st.integers(1, MONDAY_TO_SUNDAY)),
        per_week=draw(st.integers(1, 7)),
        start_minute=start,
        end_minute=draw(st.integers(start + 1, start + 1440)),
        unanswered=draw(st.integers(0, 3)),
        last_sent_on=draw(st.none() | st.just(NOW.date())),
        sent_in_week=draw(st.integers(1, 7)),
    )
    due = NOW
    for _ in range(draw(st.integers(1, 6))):
        following = next_at(cadence, due)
        assert following is not None
        due = following
    return cadence, due


@given(awaited())
def test_the_same_time_zone_rules_change_no_check_in(given: tuple[Cadence, datetime]) -> None:
    cadence, due = given
    assert after_timezone_update(cadence, due, NOW) == due


@given(awaited(), st.sampled_from([("Europe/Berlin", 0), ("Europe/Helsinki", 1), ("Europe/London", -1)]))
def test_a_check_in_keeps_its_local_time_under_new_time_zone_rules(
    given: tuple[Cadence, datetime], moved: tuple[str, int]
) -> None:
    """Another zone stands for new rules: its clocks show other times."""
    (cadence, due), (zone, hours) = given, moved
    assert after_timezone_update(replace(cadence, zone=zone), due, NOW) == due - timedelta(hours=hours)


@given(awaited(), st.sampled_from(["Pacific/Auckland", "Pacific/Honolulu", "Asia/Kolkata"]))
def test_the_nearest_time_by_new_rules_replaces_the_old_one(
    given: tuple[Cadence, datetime], zone: str
) -> None:
    cadence, due = replace(given[0], zone=zone), given[1]
    found = after_timezone_update(cadence, due, NOW)
    times, moment = list[datetime](), due - timedelta(days=3)
    while (following := next_at(cadence, moment)) is not None and following < due + timedelta(days=3):
        times.append(following)
        moment = following
    near = [each for each in times if abs(each - due) <= timedelta(days=1)]
    nearest = min((abs(each - due) for each in near), default=None)
    expected: set[datetime | None] = {each for each in near if abs(each - due) == nearest}
    assert found in (expected or {next_at(cadence, NOW)})


def test_a_check_in_without_a_new_time_within_a_day_comes_after_now_and_not_in_the_past() -> None:
    due = next_at(USUAL, NOW)
    assert due is not None
    full = replace(USUAL, last_sent_on=NOW.date(), sent_in_week=7)  # nothing comes in this week any more
    now = due + timedelta(days=20)  # the bot was down meanwhile
    found = after_timezone_update(full, due, now)
    assert found == next_at(full, now)
    assert found is not None
    assert found > now


def test_a_check_in_whose_new_time_has_passed_is_not_moved_to_the_next_day() -> None:
    due = next_at(USUAL, NOW)
    assert due is not None
    now = due - timedelta(minutes=5)
    assert after_timezone_update(replace(USUAL, zone="Europe/Helsinki"), due, now) == due - timedelta(
        hours=1
    )


def test_a_check_in_that_the_week_no_longer_has_room_for_comes_in_the_next_week() -> None:
    due = next_at(USUAL, NOW)
    full = replace(USUAL, last_sent_on=NOW.date(), sent_in_week=7)
    following = next_at(full, NOW)
    assert due is not None
    assert following is not None
    assert after_timezone_update(full, due, NOW) == following
    assert following > due + timedelta(days=5)


def test_check_ins_come_half_as_often_after_two_without_a_tap_and_stop_after_four() -> None:
    full = next_checkin(USUAL.times, USUAL.key, NOW)
    eased = next_checkin(USUAL.times, USUAL.key, NOW, eased=True)
    later = NOW if full != eased else NOW + timedelta(days=1)
    full, eased = (next_checkin(USUAL.times, USUAL.key, later, eased=each) for each in (False, True))
    assert full != eased
    assert [next_at(replace(USUAL, unanswered=count), later) for count in range(6)] == [
        full,
        full,
        eased,
        eased,
        None,
        None,
    ]


def test_rest_begins_with_the_fourth_without_a_tap() -> None:
    assert [is_resting(replace(USUAL, unanswered=count)) for count in range(6)] == [False] * 4 + [True] * 2


def test_a_pause_ends_at_its_moment() -> None:
    assert is_paused(NOW + timedelta(seconds=1), NOW)
    assert not is_paused(NOW, NOW)
    assert not is_paused(None, NOW)


@given(CADENCES)
def test_a_next_checkin_is_named_exactly_while_one_can_come(cadence: Cadence) -> None:
    moment = next_at(cadence, NOW)
    can_come = state_at(cadence, NOW) in {CheckinState.ON, CheckinState.PAUSED} and not is_resting(cadence)
    assert (moment is not None) == can_come
    if moment is not None:
        assert moment > NOW
        assert cadence.paused_until is None or moment > cadence.paused_until


@given(CADENCES)
def test_the_state_says_what_holds_check_ins_back(cadence: Cadence) -> None:
    state = state_at(cadence, NOW)
    paused = cadence.paused_until is not None and cadence.paused_until > NOW
    expected = (
        CheckinState.CLOSED
        if cadence.dms_closed
        else CheckinState.AWAY
        if cadence.paused_until == UNTIL_RESUMED
        else CheckinState.PAUSED
        if paused
        else CheckinState.RESTING
        if cadence.unanswered >= 4
        else CheckinState.ON
    )
    assert state is expected


@pytest.mark.parametrize(
    "edge",
    [
        {"weekdays": 1},
        {"weekdays": 64},
        {"per_week": 1},
        {"start_minute": 0, "end_minute": 1440},
        {"end_minute": 480 + 1440},
        {"start_minute": 659},
        {"start_minute": 1439, "end_minute": 1440},
        {"quiet_start_minute": 481, "quiet_end_minute": 480},
        {"begins_on": NOW.date() + FURTHEST_BEGINNING},
    ],
)
def test_times_at_the_edge_of_what_is_possible_are_taken(edge: dict[str, Any]) -> None:
    assert reason_to_refuse(replace(USUAL.times, **edge), NOW) is None
