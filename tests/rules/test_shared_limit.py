"""Slots of a limit: as many at once as a minute has, then one after another."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.scheduling.shared_limit import SharedLimit, next_slot

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
FIVE = SharedLimit("openings", 5)
NEVER = datetime.fromtimestamp(0, UTC)


def _slots(limit: SharedLimit, pauses: list[int]) -> list[tuple[datetime, datetime]]:
    """Return when each slot was asked for, and when it is, with a pause in seconds before each."""
    used_until, now, found = NEVER, NOW, []
    for pause in pauses:
        now += timedelta(seconds=pause)
        at, used_until = next_slot(limit, used_until, now)
        found.append((now, at))
    return found


def test_five_come_at_once_and_then_one_every_twelve_seconds() -> None:
    waits = [(at - NOW).total_seconds() for _, at in _slots(FIVE, [0] * 8)]
    assert waits == [0, 0, 0, 0, 0, 12, 24, 36]


def test_after_a_minute_without_any_five_come_at_once_again() -> None:
    asked = _slots(FIVE, [0] * 5 + [60] + [0] * 4)
    assert [at - now for now, at in asked] == [timedelta()] * 10


def test_a_moment_that_a_wrong_clock_left_far_ahead_is_not_believed() -> None:
    assert next_slot(FIVE, NOW + timedelta(days=400), NOW)[0] == NOW


@given(st.integers(1, 60), st.lists(st.integers(0, 40), min_size=1, max_size=60))
def test_no_minute_has_more_slots_than_a_burst_and_a_minutes_worth(count: int, pauses: list[int]) -> None:
    slots = [at for _, at in _slots(SharedLimit("x", count), pauses)]
    assert slots == sorted(slots)
    for first in slots:
        assert sum(first <= each < first + timedelta(minutes=1) for each in slots) <= 2 * count


@given(st.lists(st.integers(0, 40), min_size=1, max_size=60))
def test_nobody_waits_longer_than_those_before_need(pauses: list[int]) -> None:
    asked = _slots(FIVE, pauses)
    for number, (now, at) in enumerate(asked):
        assert at - now <= FIVE.interval * number
