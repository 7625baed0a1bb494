"""Sleeping until a moment on a machine that is suspended, or whose clock is set meanwhile."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.scheduling.clock import sleep_seconds

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SPANS = st.timedeltas(timedelta(), timedelta(hours=2))
JUMPS = st.lists(st.tuples(SPANS, st.timedeltas(timedelta(hours=-2), timedelta(days=1))), max_size=4)


class Machine:
    """A clock that runs evenly, and another that is set at some of its moments."""

    def __init__(self, jumps: list[tuple[timedelta, timedelta]]) -> None:
        self._jumps = jumps
        self.passed = timedelta()

    def now(self) -> datetime:
        return NOW + self.passed + sum((by for at, by in self._jumps if at <= self.passed), timedelta())

    def sleep(self, seconds: float) -> None:
        self.passed += timedelta(seconds=seconds)


@given(SPANS, JUMPS)
def test_a_moment_is_never_noticed_early_and_at_most_a_minute_late(
    ahead: timedelta, jumps: list[tuple[timedelta, timedelta]]
) -> None:
    machine, when = Machine(jumps), NOW + ahead
    while machine.now() < when:
        looked = machine.passed
        machine.sleep(sleep_seconds(when, machine.now()))
        assert timedelta() < machine.passed - looked <= MINUTE


@given(SPANS)
def test_while_nobody_sets_the_clock_the_sleeper_wakes_in_time(ahead: timedelta) -> None:
    machine, when = Machine([]), NOW + ahead
    while machine.now() < when:
        machine.sleep(sleep_seconds(when, machine.now()))
    assert machine.now() == when


def test_nothing_sleeps_when_a_row_is_due_and_otherwise_for_at_most_a_minute() -> None:
    assert sleep_seconds(NOW, NOW) == sleep_seconds(NOW - timedelta(days=1), NOW) == 0
    assert sleep_seconds(None, NOW) == sleep_seconds(NOW + timedelta(days=9), NOW) == 60
