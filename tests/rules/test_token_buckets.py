"""Token buckets: bursts, refills, and bounded memory."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.scheduling.token_buckets import MemberAndServerLimit, Rate, TokenBuckets

FIVE_A_SECOND = Rate(burst=10, every_seconds=0.2)


def taken(buckets: TokenBuckets, key: object, times: int, now: float) -> int:
    """Return how many of so many attempts got a token."""
    return sum(buckets.take(key, now) for _ in range(times))


def test_a_burst_is_served_and_then_only_the_refill() -> None:
    buckets = TokenBuckets(FIVE_A_SECOND)
    assert taken(buckets, "a", 400, 0.0) == 10
    assert sum(buckets.take("a", number / 400) for number in range(400)) == 4
    assert taken(buckets, "a", 400, 1.01) == 1
    assert taken(buckets, "a", 400, 100.0) == 10


def test_one_key_never_takes_the_tokens_of_another() -> None:
    buckets = TokenBuckets(FIVE_A_SECOND)
    assert taken(buckets, "a", 400, 0.0) == 10
    assert taken(buckets, "b", 400, 0.0) == 10


def test_what_may_wait_leaves_the_last_tokens_to_others() -> None:
    buckets = TokenBuckets(FIVE_A_SECOND)
    assert sum(buckets.take("a", 0.0, leave=4) for _ in range(400)) == 6
    assert taken(buckets, "a", 400, 0.0) == 4


def test_a_token_that_was_given_back_can_be_taken_again() -> None:
    buckets = TokenBuckets(FIVE_A_SECOND)
    assert taken(buckets, "a", 10, 0.0) == 10
    buckets.give_back("a", 0.0)
    assert taken(buckets, "a", 10, 0.0) == 1


def test_keys_are_forgotten_once_their_buckets_are_full() -> None:
    buckets = TokenBuckets(FIVE_A_SECOND)
    for key in range(5000):
        buckets.take(key, key / 1000)
    assert len(buckets) <= 2001


def test_memory_is_bounded_however_many_keys_come_at_once() -> None:
    buckets = TokenBuckets(FIVE_A_SECOND, most_keys=100)
    for key in range(5000):
        buckets.take(key, 0.0)
    assert len(buckets) == 100


def test_a_clock_that_is_set_back_refills_nothing_and_blocks_nobody_for_long() -> None:
    buckets = TokenBuckets(FIVE_A_SECOND)
    assert taken(buckets, "a", 10, 1000.0) == 10
    assert taken(buckets, "a", 10, 0.0) == 0
    assert taken(buckets, "a", 10, 0.5) == 2


@given(st.lists(st.floats(0, 60), min_size=1, max_size=200))
def test_no_more_than_burst_and_refill_are_ever_served(moments: list[float]) -> None:
    buckets, rate = TokenBuckets(FIVE_A_SECOND), FIVE_A_SECOND
    moments.sort()
    served = sum(buckets.take("a", moment) for moment in moments)
    span = moments[-1] - moments[0]
    assert served <= rate.burst + span / rate.every_seconds + 1e-6


def test_a_server_has_a_limit_beside_that_of_each_member() -> None:
    limit = MemberAndServerLimit(Rate(3, 300), Rate(5, 120))
    assert [sum(limit.take(1, member, 0.0) for _ in range(10)) for member in range(4)] == [3, 2, 0, 0]
    assert limit.take(2, 0, 0.0)
    limit.give_back(1, 0, 0.0)
    assert limit.take(1, 3, 0.0)
    assert not limit.take(1, 3, 0.0)
