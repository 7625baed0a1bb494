"""When check-ins come: less often or not at all without taps, pauses, and closed direct messages."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.checkins.personal.cadence import (
    UNTIL_RESUMED,
    Cadence,
    CheckinState,
    is_paused,
    is_resting,
    next_at,
    state_at,
)
from bot.checkins.times import next_checkin
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
    assert is_paused(replace(USUAL, paused_until=NOW + timedelta(seconds=1)), NOW)
    assert not is_paused(replace(USUAL, paused_until=NOW), NOW)
    assert not is_paused(USUAL, NOW)


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
