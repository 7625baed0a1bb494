"""A clock that may be wrong, on a machine that may sleep: whether it is trusted, and which time is used."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.scheduling.checked_clock import CheckedClock, parse_date
from bot.scheduling.plausibility import TOLERANCE, Reference, clock_offset, is_plausible

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
YEAR = timedelta(days=400)
MINUTE = timedelta(minutes=1)


class Machine:
    """A machine whose clock can be set, that can sleep, and Discord, which knows the time."""

    def __init__(self) -> None:
        self.true_time = NOON
        self.monotonic = 1000.0
        self.wrong_by = timedelta()
        self.is_online = True
        self.asked = 0
        self.slept: list[datetime | None] = []
        self.clock = CheckedClock(self, self.ask, lambda: self.monotonic)

    def now(self) -> datetime:
        return self.true_time + self.wrong_by

    async def sleep_until(self, when: datetime | None, wake: asyncio.Event, *, busy: bool = False) -> None:
        del wake, busy
        self.slept.append(when)

    async def ask(self) -> datetime | None:
        self.asked += 1
        return self.true_time if self.is_online else None

    def is_believed(self) -> bool:
        return self.clock.is_plausible

    def runs(self, span: timedelta) -> None:
        self.true_time += span
        self.monotonic += span.total_seconds()

    def sleeps(self, span: timedelta) -> None:
        """Suspend: the monotonic clock stands still."""
        self.true_time += span


@given(st.timedeltas(timedelta(), timedelta(days=300)), st.timedeltas(-YEAR, YEAR))
def test_a_clock_is_plausible_within_two_minutes_of_what_is_known(
    passed: timedelta, wrong_by: timedelta
) -> None:
    reference = Reference(NOON, 1000.0)
    monotonic = 1000.0 + passed.total_seconds()
    shown = reference.time_at(monotonic) + wrong_by
    assert clock_offset(shown, monotonic, reference) == wrong_by
    assert is_plausible(shown, monotonic, reference) == (abs(wrong_by) <= TOLERANCE)


@pytest.mark.parametrize("wrong_by", [YEAR, -YEAR, timedelta(hours=1), -timedelta(minutes=3)])
async def test_a_clock_that_jumps_and_comes_back_is_noticed_both_times_and_its_time_is_never_used(
    wrong_by: timedelta, caplog: pytest.LogCaptureFixture
) -> None:
    machine = Machine()
    machine.runs(MINUTE)
    assert await machine.clock.confirm()
    machine.wrong_by = wrong_by
    assert not machine.is_believed()
    assert abs(machine.clock.now() - machine.true_time) < timedelta(seconds=1)
    for _ in range(5):
        machine.runs(MINUTE)
        assert not await machine.clock.confirm()
    assert abs(machine.clock.now() - machine.true_time) < timedelta(seconds=1)
    machine.wrong_by = timedelta()
    assert machine.is_believed()
    assert await machine.clock.confirm()
    said = [each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING]
    assert len(said) == 2
    assert ("ahead of" if wrong_by > timedelta() else "behind") in said[0]
    assert "is right again" in said[1]


async def test_a_machine_that_slept_is_believed_once_discord_confirms_its_clock() -> None:
    machine = Machine()
    machine.sleeps(timedelta(hours=9))
    assert not machine.is_believed()
    assert machine.clock.now() == NOON  # nothing can fall due by an old time
    assert await machine.clock.confirm()
    assert machine.asked == 1
    assert machine.clock.now() == machine.true_time


async def test_a_machine_that_slept_without_a_network_deletes_nothing_until_discord_answers() -> None:
    machine = Machine()
    machine.is_online = False
    machine.sleeps(timedelta(hours=9))
    for _ in range(10):
        machine.runs(MINUTE)
        assert not await machine.clock.confirm()
    machine.is_online = True
    machine.runs(MINUTE)
    assert await machine.clock.confirm()


async def test_any_answer_of_discord_ends_the_doubt_after_a_sleep() -> None:
    machine = Machine()
    machine.sleeps(timedelta(hours=9))
    machine.clock.note_date(format_datetime(machine.true_time, usegmt=True))
    assert machine.is_believed()
    assert machine.asked == 0


async def test_a_clock_that_is_wrong_from_the_start_is_noticed_by_the_date_of_an_answer() -> None:
    machine = Machine()
    machine.wrong_by = YEAR
    machine.clock = CheckedClock(machine, machine.ask, lambda: machine.monotonic)
    assert machine.is_believed()  # nothing contradicts it yet
    machine.clock.note_date(format_datetime(machine.true_time, usegmt=True))
    assert not machine.is_believed()
    assert not await machine.clock.confirm()
    assert machine.clock.now() == machine.true_time


async def test_one_wrong_date_is_asked_again_and_not_believed() -> None:
    machine = Machine()
    machine.runs(MINUTE)
    machine.clock.note_date(format_datetime(machine.true_time - YEAR, usegmt=True))
    assert not machine.is_believed()
    assert machine.clock.now() == machine.true_time
    assert await machine.clock.confirm()
    assert machine.asked == 1


async def test_discord_is_asked_once_in_ten_seconds_at_most() -> None:
    machine = Machine()
    machine.wrong_by = YEAR
    for _ in range(100):
        machine.runs(timedelta(seconds=1))
        await machine.clock.confirm()
    assert machine.asked == 10


async def test_a_clock_that_drifts_is_followed_as_long_as_discord_agrees() -> None:
    machine = Machine()
    for _ in range(400):
        machine.true_time += timedelta(hours=1, seconds=1)  # the monotonic clock is a little slow
        machine.monotonic += 3600
        machine.clock.note_date(format_datetime(machine.true_time, usegmt=True))
        assert machine.is_believed()
    assert machine.clock.now() == machine.true_time


async def test_a_clock_that_was_set_right_is_believed_at_once_although_dates_contradicted_it() -> None:
    machine = Machine()
    machine.wrong_by = YEAR
    for _ in range(3):
        machine.runs(MINUTE)
        machine.clock.note_date(format_datetime(machine.true_time, usegmt=True))
        assert not machine.is_believed()
    machine.wrong_by = timedelta()
    assert machine.is_believed()


async def test_a_sleep_on_a_wrong_clock_ends_at_the_right_moment() -> None:
    machine = Machine()
    machine.wrong_by = YEAR
    await machine.clock.sleep_until(NOON + MINUTE, asyncio.Event())
    assert machine.slept == [NOON + MINUTE + YEAR]
    await machine.clock.sleep_until(None, asyncio.Event())
    assert machine.slept[-1] is None


@pytest.mark.parametrize("header", [None, "", "soon", "Mon, 23 Nov 2026 12:00:00", "99999"])
def test_a_date_that_cannot_be_read_says_nothing(header: str | None) -> None:
    assert parse_date(header) is None
