"""Slots of a limit: some at once after a pause, then one after another."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.scheduling.dm_slots import dm_openings
from bot.scheduling.slots import SECOND_US, SharedLimit, from_us, per_second, to_us, used_after

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOW_US = to_us(NOW)
FIVE = dm_openings(5)


def _slots(limit: SharedLimit, pauses_ms: list[int], count: int = 1) -> list[tuple[int, int]]:
    """Return when each slot was asked for, and when it is, with a pause before each reservation."""
    used_until_us, now_us, found = 0, NOW_US, []
    for pause_ms in pauses_ms:
        now_us += 1000 * pause_ms
        used_until_us = used_after(limit, used_until_us, now_us, count) or 0
        found += [(now_us, at_us) for at_us in limit.slots(used_until_us, now_us, count)]
    return found


def test_five_come_at_once_and_then_one_every_twelve_seconds() -> None:
    waits = [at - NOW_US for _, at in _slots(FIVE, [0] * 8)]
    assert waits == [0, 0, 0, 0, 0, 12 * SECOND_US, 24 * SECOND_US, 36 * SECOND_US]


def test_slots_that_are_reserved_together_are_those_that_would_come_one_by_one() -> None:
    assert [at for _, at in _slots(FIVE, [0, 0], count=4)] == [at for _, at in _slots(FIVE, [0] * 8)]


def test_after_a_minute_without_any_five_come_at_once_again() -> None:
    asked = _slots(FIVE, [0] * 5 + [60_000] + [0] * 4)
    assert [at - now for now, at in asked] == [0] * 10


def test_a_moment_that_a_wrong_clock_left_far_ahead_is_not_believed() -> None:
    far = NOW_US + FIVE.furthest_us + 1
    assert used_after(FIVE, far, NOW_US, 1) == NOW_US + FIVE.interval_us
    assert used_after(FIVE, far - 1, NOW_US, 1) == far - 1 + FIVE.interval_us


def test_a_slot_later_than_the_caller_can_wait_is_not_reserved() -> None:
    limit = SharedLimit("identify", 5_000)
    assert used_after(limit, NOW_US + 10_000, NOW_US, 1, latest_us=NOW_US + 10_000) == NOW_US + 15_000
    assert used_after(limit, NOW_US + 10_001, NOW_US, 1, latest_us=NOW_US + 10_000) is None


def test_moments_are_microseconds_since_1970() -> None:
    assert to_us(datetime(1970, 1, 1, 0, 0, 1, 999, tzinfo=UTC)) == 1_000_999
    assert from_us(NOW_US) == NOW


@given(st.integers(1, 60), st.lists(st.integers(0, 40_000), min_size=1, max_size=60))
def test_no_minute_has_more_slots_than_a_burst_and_a_minutes_worth(
    count: int, pauses_ms: list[int]
) -> None:
    slots = [from_us(at) for _, at in _slots(dm_openings(count), pauses_ms)]
    assert slots == sorted(slots)
    for first in slots:
        assert sum(first <= each < first + timedelta(minutes=1) for each in slots) <= 2 * count


@given(
    st.integers(9, 45), st.integers(1, 5), st.integers(1, 10), st.lists(st.integers(0, 400), max_size=30)
)
def test_no_second_has_more_slots_than_the_limit_says(
    count: int, burst: int, together: int, pauses_ms: list[int]
) -> None:
    slots = [at for _, at in _slots(per_second("requests", count, min(burst, count)), pauses_ms, together)]
    for first in slots:
        assert sum(first <= each < first + SECOND_US for each in slots) <= count


@pytest.mark.parametrize("count", [10, 45, 200, 333, 500])
def test_a_limit_is_used_to_the_full_however_high_it_is(count: int) -> None:
    burst = count // 9
    slots = [at for _, at in _slots(per_second("requests", count, burst), [0] * 20, count)]
    a_second = sum(slots[-1] - SECOND_US <= each < slots[-1] for each in slots)
    assert a_second >= 0.99 * (count - burst)


@given(st.lists(st.integers(0, 40_000), min_size=1, max_size=60))
def test_nobody_waits_longer_than_those_before_need(pauses_ms: list[int]) -> None:
    for number, (now, at) in enumerate(_slots(FIVE, pauses_ms)):
        assert at - now <= FIVE.interval_us * number
