"""When room notices come, how they ease, and when they stop."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rooms.notices.model import NoticeSettings, NoticeState
from bot.rooms.notices.rules import (
    after_leaving_out,
    after_return,
    after_sending,
    after_tap,
    comes_until,
    is_left_out,
    may_come,
    state_at,
)
from bot.rooms.rules import LENGTHS
from bot.rooms.sessions.model import Phase, Session
from bot.rooms.sessions.rules import begins_at
from bot.scheduling.quiet_times import UNTIL_RESUMED

OPENED = datetime(2026, 1, 5, 10, tzinfo=UTC)
USUAL = NoticeSettings(1, 7, 8, 500, "UTC", None, None, False, None, 0, False, False)
SECONDS = st.integers(-60, 3600).map(lambda seconds: timedelta(seconds=seconds))


def session(minutes: int = 25) -> Session:
    closes = OPENED + timedelta(minutes=minutes)
    return Session(3, 4, 8, 71, OPENED, minutes, closes, None)


@given(st.sampled_from(LENGTHS), SECONDS)
def test_a_notice_comes_only_while_the_session_settles_in(minutes: int, after: timedelta) -> None:
    opened = session(minutes)
    comes = may_come(USUAL, opened, OPENED + after)
    assert comes is (OPENED + after < comes_until(opened))
    assert comes_until(opened) == begins_at(opened, Phase.QUIET)


@given(st.lists(st.booleans(), max_size=60))
def test_ignored_notices_come_half_as_often_after_two_and_stop_after_four(taps: list[bool]) -> None:
    """Each session opens; a notice that comes has a tap or not. Any tap starts again from the beginning."""
    settings, ignored, left_out_before = USUAL, 0, False
    for tap in taps:
        comes = may_come(settings, session(), OPENED) and not is_left_out(settings)
        assert comes is (ignored < 4 and (ignored < 2 or left_out_before))
        if comes:
            settings, ignored, left_out_before = after_sending(settings), ignored + 1, False
            if tap:
                settings, ignored = after_tap(settings), 0
        elif ignored < 4:
            settings, left_out_before = after_leaving_out(settings), True
        assert settings.unanswered == ignored


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({}, NoticeState.ON),
        ({"dms_closed": True}, NoticeState.CLOSED),
        ({"paused_until": OPENED + timedelta(days=1)}, NoticeState.PAUSED),
        ({"paused_until": OPENED}, NoticeState.ON),
        ({"paused_until": UNTIL_RESUMED}, NoticeState.AWAY),
        ({"unanswered": 3}, NoticeState.ON),
        ({"unanswered": 4}, NoticeState.STOPPED),
        ({"dm_channel_id": 0}, NoticeState.OPENING),
    ],
)
def test_the_state_says_why_notices_do_not_come(change: dict[str, Any], state: NoticeState) -> None:
    changed = replace(USUAL, **change)
    assert state_at(changed, OPENED) is state
    assert may_come(changed, session(), OPENED) is (state is NoticeState.ON)
    assert state_at(changed, OPENED, is_outdated=True) is NoticeState.CHANGED


@pytest.mark.parametrize(
    "state", [{"dms_closed": True}, {"paused_until": UNTIL_RESUMED}, {"unanswered": 4}]
)
def test_returning_ends_a_pause_a_stop_and_closed_direct_messages(state: dict[str, Any]) -> None:
    assert state_at(after_return(replace(USUAL, **state)), OPENED) is NoticeState.ON


@given(st.integers(0, 1439), st.integers(0, 1439), st.integers(0, 1439))
def test_no_notice_comes_in_quiet_hours(begin: int, end: int, minute: int) -> None:
    quiet = replace(USUAL, zone="Asia/Tokyo", quiet_start_minute=begin, quiet_end_minute=end)
    midnight_in_tokyo = datetime(2026, 1, 4, 15, tzinfo=UTC)
    opened = midnight_in_tokyo + timedelta(minutes=minute)
    around = replace(session(), opened_at=opened, closes_at=opened + timedelta(minutes=25))
    is_inside = begin <= minute < end if begin < end else begin <= minute or minute < end
    if begin != end:
        assert may_come(quiet, around, opened) is not is_inside
