"""The runner on a real file: each due row once, again after a failure, nothing twice at a time."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.runner import Due, Kind
from bot.wiring import Services
from tests.storage.manual_clock import MONDAY_NOON, ManualClock
from tests.storage.scratch import query

_LEASE = timedelta(seconds=60)


async def add(
    services: Services, number: int, at: datetime = MONDAY_NOON, kind: Kind = Kind.CHECKIN
) -> None:
    async with services.database.write() as tx:
        await tx.run("set_due", kind=kind, subject_id=number, occurs_at=at)


async def clear(services: Services, due: Due) -> None:
    async with services.database.write() as tx:
        await tx.run("clear_due", kind=due.kind, subject_id=due.subject_id)


def due_at(path: Path) -> list[object]:
    return [row[0] for row in query(path, "SELECT due_at FROM due ORDER BY subject_id")]


class Deeds:
    """An action that notes what it did, and fails as often as told."""

    def __init__(self, services: Services, failures: int = 0) -> None:
        self._services = services
        self._failures = failures
        self.done: list[Due] = []
        self.at_once: Counter[int] = Counter()

    async def act(self, due: Due) -> None:
        self.at_once[due.subject_id] += 1
        assert self.at_once[due.subject_id] == 1
        await asyncio.sleep(0)
        self.done.append(due)
        self.at_once[due.subject_id] -= 1
        if self._failures:
            self._failures -= 1
            raise ConnectionError
        await clear(self._services, due)


@asynccontextmanager
async def running(services: Services, clock: ManualClock) -> AsyncIterator[None]:
    """Let the runner run, from its first sleep on."""
    task = asyncio.create_task(services.runner.run())
    await asyncio.wait(
        {task, asyncio.create_task(clock.asleep.wait())}, return_when=asyncio.FIRST_COMPLETED
    )
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def test_a_thousand_due_rows_are_all_done_once(services: Services) -> None:
    deeds = Deeds(services)
    services.runner.on(Kind.CHECKIN, deeds.act)
    async with services.database.write() as tx:
        for number in range(1000):
            at = MONDAY_NOON - timedelta(seconds=number % 7)
            await tx.run("set_due", kind=Kind.CHECKIN, subject_id=number, occurs_at=at)
    await services.runner.run_due()
    assert sorted(due.subject_id for due in deeds.done) == list(range(1000))
    assert await services.database.read.value("next_due") is None


async def test_two_who_look_at_once_do_nothing_twice(services: Services) -> None:
    deeds = Deeds(services)
    services.runner.on(Kind.CHECKIN, deeds.act)
    for number in range(100):
        await add(services, number)
    await asyncio.gather(*(services.runner.run_due() for _ in range(3)))
    assert sorted(due.subject_id for due in deeds.done) == list(range(100))


async def test_what_is_not_due_yet_is_left_alone(services: Services, path: Path) -> None:
    deeds = Deeds(services)
    services.runner.on(Kind.CHECKIN, deeds.act)
    await add(services, 1, MONDAY_NOON + timedelta(seconds=1))
    await services.runner.run_due()
    assert deeds.done == []
    assert due_at(path) == [int(MONDAY_NOON.timestamp()) + 1]


async def test_an_action_is_told_what_it_is_about_and_when_it_was_to_be(services: Services) -> None:
    deeds = Deeds(services)
    services.runner.on(Kind.OPEN, deeds.act)
    at = MONDAY_NOON - timedelta(minutes=3)
    await add(services, 7, at, Kind.OPEN)
    await services.runner.run_due()
    assert deeds.done == [Due(Kind.OPEN, 7, at)]


async def test_one_that_fails_is_tried_again_after_its_lease_and_not_before(
    services: Services, clock: ManualClock
) -> None:
    deeds = Deeds(services, failures=1)
    services.runner.on(Kind.CHECKIN, deeds.act)
    await add(services, 1)
    await services.runner.run_due()
    await services.runner.run_due()
    clock.move(seconds=59)
    await services.runner.run_due()
    assert len(deeds.done) == 1
    clock.move(seconds=1)
    await services.runner.run_due()
    assert deeds.done == [Due(Kind.CHECKIN, 1, MONDAY_NOON)] * 2  # told the same moment again


async def test_one_that_fails_stops_no_other(services: Services) -> None:
    deeds = Deeds(services, failures=3)
    services.runner.on(Kind.CHECKIN, deeds.act)
    for number in range(10):
        await add(services, number)
    await services.runner.run_due()
    assert len(deeds.done) == 10
    assert (await services.database.read.value("next_due")) == int((MONDAY_NOON + _LEASE).timestamp())


async def test_a_kind_that_nobody_takes_care_of_stops_no_other(services: Services) -> None:
    deeds = Deeds(services)
    services.runner.on(Kind.CHECKIN, deeds.act)
    await add(services, 1, kind=Kind.PHASE)
    await add(services, 2)
    await services.runner.run_due()
    assert [due.subject_id for due in deeds.done] == [2]


async def test_what_a_dead_process_had_claimed_is_done_at_the_start(
    services: Services, clock: ManualClock
) -> None:
    await add(services, 1)
    async with services.database.write() as tx:
        claimed = await tx.all(Due, "claim_due", now=clock.now(), lease_until=clock.now() + _LEASE, most=32)
    assert claimed == [Due(Kind.CHECKIN, 1, MONDAY_NOON)]
    deeds = Deeds(services)
    services.runner.on(Kind.CHECKIN, deeds.act)
    await services.runner.run_due()
    assert deeds.done == []  # claimed, as far as anybody knows
    async with running(services, clock):
        assert deeds.done == claimed


async def test_it_sleeps_to_the_next_due_row_and_no_longer(services: Services, clock: ManualClock) -> None:
    deeds = Deeds(services)
    services.runner.on(Kind.CHECKIN, deeds.act)
    for number, minutes in [(1, 30), (2, 10)]:
        await add(services, number, MONDAY_NOON + timedelta(minutes=minutes))
    async with running(services, clock):
        assert clock.until == MONDAY_NOON + timedelta(minutes=10)
        clock.move(minutes=10)
        await clock.stir()
        assert [due.subject_id for due in deeds.done] == [2]
        assert clock.until == MONDAY_NOON + timedelta(minutes=30)
        clock.move(minutes=20)
        await clock.stir()
        assert [due.subject_id for due in deeds.done] == [2, 1]
        assert clock.until is None


async def test_it_wakes_for_a_session_that_somebody_opens(services: Services, clock: ManualClock) -> None:
    deeds = Deeds(services)
    services.runner.on(Kind.PHASE, deeds.act)
    room = await services.rooms.add(1, 1, "Quiet", 3)
    async with running(services, clock):
        clock.asleep.clear()
        sat = await services.sessions.sit(room, 5, 25)
        await asyncio.wait_for(clock.asleep.wait(), 5)
        assert [due.subject_id for due in deeds.done] == [sat.session.session_id]


async def test_what_is_set_due_by_an_action_is_done_in_the_same_go(services: Services) -> None:
    done: list[int] = []

    async def act(due: Due) -> None:
        done.append(due.subject_id)
        await clear(services, due)
        if due.subject_id < 5:
            await add(services, due.subject_id + 1)

    services.runner.on(Kind.CHECKIN, act)
    await add(services, 1)
    await services.runner.run_due()
    assert done == [1, 2, 3, 4, 5]


async def test_the_log_names_no_member(services: Services, caplog: pytest.LogCaptureFixture) -> None:
    deeds = Deeds(services, failures=1)
    services.runner.on(Kind.CHECKIN, deeds.act)
    await add(services, 123456789)
    await services.runner.run_due()
    assert "reference" in caplog.text
    assert "123456789" not in caplog.text
