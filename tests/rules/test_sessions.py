"""What closing early changes, when a member may leave it, and which nods count as one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.rooms.rules import LENGTHS
from bot.rooms.sessions.model import Phase, Session
from bot.rooms.sessions.rules import begins_at, joins_nod, leave_choices, phase_at

OPENED = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
IN_ORDER = (Phase.SETTLING_IN, Phase.QUIET, Phase.TIME_TO_TALK, Phase.CLOSED)


def session(minutes: int = 25) -> Session:
    return Session(1, 1, 1, 1, OPENED, minutes, OPENED + timedelta(minutes=minutes))


@given(st.sampled_from(LENGTHS), st.integers(0, 3600), st.integers(-60, 3600))
def test_a_session_that_is_closed_early_stays_closed_and_never_closes_later(
    minutes: int, closed_after: int, looked_after: int
) -> None:
    sitting = session(minutes)
    closed = replace(sitting, closed_at=OPENED + timedelta(seconds=closed_after))
    starts = [begins_at(closed, phase) for phase in IN_ORDER]
    assert starts == sorted(starts)
    assert all(at <= begins_at(sitting, phase) for at, phase in zip(starts, IN_ORDER, strict=True))
    now = OPENED + timedelta(seconds=looked_after)
    if looked_after >= closed_after:
        assert phase_at(closed, now) is Phase.CLOSED
    else:
        assert phase_at(closed, now) is phase_at(sitting, now)


@given(st.sampled_from(LENGTHS), st.integers(0, 3600))
def test_a_leave_time_is_before_the_close(minutes: int, seconds: int) -> None:
    sitting, now = session(minutes), OPENED + timedelta(seconds=seconds)
    ends = leave_choices(sitting, now)
    assert ends == sorted(ends)
    assert all(now + timedelta(minutes=each) < begins_at(sitting, Phase.CLOSED) for each in ends)


def test_nods_within_a_minute_count_as_one() -> None:
    sitting = session()
    assert not joins_nod(sitting, OPENED)
    nodded = replace(sitting, nodded_at=OPENED)
    assert joins_nod(nodded, OPENED + timedelta(seconds=59))
    assert not joins_nod(nodded, OPENED + timedelta(seconds=60))
