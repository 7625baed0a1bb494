"""How often the bot may start a gateway session without using up the day's allowance."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.gateway.identify import IdentifyLimiter, SessionStarts, pause_before
from bot.scheduling.backoff import STEADY, ExponentialBackoff

DAY = timedelta(days=1)


def _start(limiter: IdentifyLimiter, shard: int, at: float) -> bool:
    """Start a session if that is allowed; return whether it was."""
    may = limiter.may_start(shard, at)
    if may:
        limiter.note_start(shard, at)
    return may


def test_half_of_a_day_is_free_and_the_last_tenth_is_left_alone() -> None:
    assert pause_before(SessionStarts(1000, 1000, DAY), 1) == timedelta()
    assert pause_before(SessionStarts(1000, 501, DAY), 1) == timedelta()
    assert timedelta() < pause_before(SessionStarts(1000, 500, DAY), 1) < timedelta(minutes=4)
    assert pause_before(SessionStarts(1000, 101, DAY), 1) == DAY
    assert pause_before(SessionStarts(1000, 0, timedelta(hours=3)), 1) == timedelta(hours=3)
    assert (
        pause_before(SessionStarts(1000, 1000, DAY), 950) == timedelta()
    )  # a first start is never held back


@given(st.integers(1, 60), st.integers(0, 1000), st.integers(1, 300))
def test_a_process_that_dies_at_once_and_starts_again_never_spends_the_last_tenth(
    shards: int, left: int, lives_seconds: int
) -> None:
    left = max(left, 150 + shards)
    passed = timedelta()
    while passed < DAY:
        starts = SessionStarts(1000, left, DAY - passed)
        passed += pause_before(starts, shards) + timedelta(seconds=lives_seconds)
        if passed < DAY:
            left -= shards
            assert left >= 100


def test_each_shard_starts_five_times_at_once_and_then_once_in_five_minutes() -> None:
    limiter = IdentifyLimiter()
    assert [_start(limiter, 0, at) for at in (0.0, 6.0, 12.0, 18.0, 24.0)] == [True] * 5
    assert [_start(limiter, 0, at) for at in (30.0, 299.0, 301.0, 302.0, 602.0, 603.0)] == [
        False, False, True, False, True, False,
    ]  # fmt: skip
    assert _start(limiter, 1, 603.0)
    assert [_start(limiter, 0, at) for at in (9000.0, 9001.0, 9002.0, 9003.0, 9004.0, 9005.0)] == [
        True, True, True, True, True, False,
    ]  # fmt: skip


def test_two_refused_sessions_do_not_delay_the_third() -> None:
    limiter = IdentifyLimiter()
    assert all(_start(limiter, 0, at) for at in (0.0, 5.0, 10.0))


def test_pauses_grow_to_ten_minutes_and_start_over_after_a_steady_connection() -> None:
    pauses = ExponentialBackoff()
    seconds = [pauses.after(timedelta()).total_seconds() for _ in range(12)]
    assert seconds == [2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600]
    assert pauses.after(STEADY - timedelta(seconds=1)).total_seconds() == 600
    assert pauses.after(STEADY).total_seconds() == 2


def test_a_day_of_sessions_that_end_at_once_uses_far_less_than_the_allowance() -> None:
    limiter = IdentifyLimiter()
    begun = sum(_start(limiter, 0, float(at)) for at in range(int(DAY.total_seconds())))
    assert 280 < begun < 300
