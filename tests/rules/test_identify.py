"""How often the bot may start a gateway session without using up the day's allowance."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.gateway.identify import IdentifyLimiter, SessionStarts, pause_before
from bot.scheduling.backoff import STEADY, ExponentialBackoff

DAY = timedelta(days=1)


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


def test_each_shard_starts_twice_within_ten_minutes() -> None:
    limiter = IdentifyLimiter()
    assert [limiter.may_start(0, at) for at in (0.0, 1.0, 2.0, 599.0, 600.0, 601.0)] == [
        True, True, False, False, True, True,
    ]  # fmt: skip
    assert not limiter.may_start(0, 602.0)
    assert limiter.may_start(1, 602.0)


def test_pauses_grow_to_ten_minutes_and_start_over_after_a_steady_connection() -> None:
    pauses = ExponentialBackoff()
    seconds = [pauses.after(timedelta()).total_seconds() for _ in range(12)]
    assert seconds == [2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600]
    assert pauses.after(STEADY - timedelta(seconds=1)).total_seconds() == 600
    assert pauses.after(STEADY).total_seconds() == 2


def test_a_day_of_connections_that_break_at_once_uses_far_less_than_the_allowance() -> None:
    pauses, passed, begun = ExponentialBackoff(), timedelta(), 0
    while passed < DAY:
        begun += 2  # the most of one client
        passed += pauses.after(timedelta())
    assert begun < 350
