"""The worker on a real file: runs each due row once, again after a failure, and never twice at a time."""

import asyncio
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app.compose import wire
from bot.scheduling import due_queue
from bot.scheduling.due_queue import Due, DueKind
from bot.services import Services
from bot.shards import ShardLayout
from bot.storage.database import Database, Statements, Work
from tests.rooms import sit
from tests.services.worker_actions import (
    LEASE,
    RecordedAction,
    T,
    add,
    claim,
    clear,
    due_at,
    running,
)
from tests.storage.manual_clock import MONDAY_NOON, ManualClock
from tests.storage.units import PATIENCE_SECONDS


async def test_a_thousand_due_rows_are_all_done_once(services: Services, path: Path) -> None:
    action = RecordedAction(services)
    services.worker.on(DueKind.CHECKIN, action.act)

    async def add_all(statements: Statements) -> None:
        for number in range(1000):
            at = MONDAY_NOON - timedelta(seconds=number % 7)
            await due_queue.set(statements, DueKind.CHECKIN, number, due_queue.NO_GUILD, at)

    await services.database.write(add_all)
    await services.worker.run_due()
    assert sorted(due.subject_id for due in action.done) == list(range(1000))
    assert due_at(path) == []


async def test_concurrent_runs_do_no_row_twice(services: Services) -> None:
    action = RecordedAction(services)
    services.worker.on(DueKind.CHECKIN, action.act)
    for number in range(100):
        await add(services, number)
    await asyncio.gather(*(services.worker.run_due() for _ in range(3)))
    assert sorted(due.subject_id for due in action.done) == list(range(100))


async def test_rows_that_are_not_due_yet_are_left_alone(services: Services, path: Path) -> None:
    action = RecordedAction(services)
    services.worker.on(DueKind.CHECKIN, action.act)
    await add(services, 1, MONDAY_NOON + timedelta(seconds=1))
    await services.worker.run_due()
    assert action.done == []
    assert due_at(path) == [int(MONDAY_NOON.timestamp()) + 1]


async def test_an_action_gets_the_row_with_the_time_when_it_was_due(services: Services) -> None:
    action = RecordedAction(services)
    services.worker.on(DueKind.OPEN_SESSION, action.act)
    at = MONDAY_NOON - timedelta(minutes=3)
    await add(services, 7, at, DueKind.OPEN_SESSION)
    await services.worker.run_due()
    assert action.done == [Due(DueKind.OPEN_SESSION, 7, at)]


async def test_a_failed_action_is_retried_after_its_lease_and_not_before(
    services: Services, clock: ManualClock
) -> None:
    action = RecordedAction(services, failures=1)
    services.worker.on(DueKind.CHECKIN, action.act)
    await add(services, 1)
    await services.worker.run_due()
    await services.worker.run_due()
    clock.move(seconds=59)
    await services.worker.run_due()
    assert len(action.done) == 1
    clock.move(seconds=1)
    await services.worker.run_due()
    again = Due(DueKind.CHECKIN, 1, MONDAY_NOON, claims=2)
    assert action.done == [
        replace(again, claims=1),
        again,
    ]  # with the same time, and the number of its claims


async def test_actions_that_a_passing_failure_of_the_database_interrupted_run_again_soon(
    services: Services,
    clock: ManualClock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """They do not wait for the end of their leases, and the log has one line for all of them."""
    monkeypatch.setattr(
        services.database,
        "transient_reason",
        lambda error: "it is busy" if isinstance(error, ConnectionError) else None,
    )
    action = RecordedAction(services, failures=3)
    services.worker.on(DueKind.CHECKIN, action.act)
    for number in range(3):
        await add(services, number)
    for seconds in (0, 4):
        clock.move(seconds=seconds)
        await services.worker.run_due()
        assert len(action.done) == 3
    clock.move(seconds=1)
    await services.worker.run_due()
    assert [each.claims for each in action.done] == [1, 1, 1, 2, 2, 2]
    assert [each.getMessage() for each in caplog.records] == [
        "3 due actions were interrupted: it is busy; trying again in 0:00:05"
    ]


async def test_a_failed_action_does_not_stop_the_others(services: Services, path: Path) -> None:
    action = RecordedAction(services, failures=3)
    services.worker.on(DueKind.CHECKIN, action.act)
    for number in range(10):
        await add(services, number)
    await services.worker.run_due()
    assert len(action.done) == 10
    assert due_at(path) == [int((MONDAY_NOON + LEASE).timestamp())] * 3


async def test_a_kind_without_an_action_does_not_stop_the_others(services: Services) -> None:
    action = RecordedAction(services)
    services.worker.on(DueKind.CHECKIN, action.act)
    await add(services, 1, kind=DueKind.CLOSE_SESSION)
    await add(services, 2)
    await services.worker.run_due()
    assert [due.subject_id for due in action.done] == [2]


async def test_rows_that_a_dead_process_had_claimed_are_done_at_the_start(
    services: Services, clock: ManualClock
) -> None:
    await add(services, 1)
    claimed = await claim(services, clock)
    assert claimed == [Due(DueKind.CHECKIN, 1, MONDAY_NOON)]
    action = RecordedAction(services)
    services.worker.on(DueKind.CHECKIN, action.act)
    await services.worker.run_due()
    assert action.done == []  # still claimed by the process that died
    async with running(services, clock):
        assert action.done == [replace(claimed[0], claims=2)]


async def test_the_worker_sleeps_until_the_next_due_row_and_no_longer(
    services: Services, clock: ManualClock
) -> None:
    action = RecordedAction(services)
    services.worker.on(DueKind.CHECKIN, action.act)
    for number, minutes in [(1, 30), (2, 10)]:
        await add(services, number, MONDAY_NOON + timedelta(minutes=minutes))
    async with running(services, clock):
        assert clock.until == MONDAY_NOON + timedelta(minutes=10)
        clock.move(minutes=10)
        await clock.stir()
        assert [due.subject_id for due in action.done] == [2]
        assert clock.until == MONDAY_NOON + timedelta(minutes=30)
        clock.move(minutes=20)
        await clock.stir()
        assert [due.subject_id for due in action.done] == [2, 1]
        assert clock.until is None


async def test_setting_the_clock_back_repeats_nothing_and_setting_it_ahead_skips_nothing(
    services: Services, clock: ManualClock
) -> None:
    action = RecordedAction(services)
    services.worker.on(DueKind.CHECKIN, action.act)
    await add(services, 1)
    await add(services, 2, MONDAY_NOON + timedelta(hours=1))
    async with running(services, clock):
        for hours, done in ((0, [1]), (-3, [1]), (3, [1]), (2, [1, 2]), (-1, [1, 2]), (2, [1, 2])):
            clock.move(hours=hours)
            await clock.stir()
            await services.worker.run_due()
            assert [due.subject_id for due in action.done] == done


async def test_the_worker_wakes_for_a_session_that_a_member_opens(
    services: Services, clock: ManualClock
) -> None:
    action = RecordedAction(services)
    services.worker.on(DueKind.CARD, action.act)
    room = await services.rooms.add(1, 1, "Quiet", 3)
    async with running(services, clock):
        await asyncio.wait_for(action.finished.wait(), PATIENCE_SECONDS)
        await asyncio.wait_for(clock.asleep.wait(), PATIENCE_SECONDS)
        action.done.clear()
        action.finished.clear()
        await sit(services, room, 5, 25)
        await asyncio.wait_for(action.finished.wait(), PATIENCE_SECONDS)
        assert [due.subject_id for due in action.done] == [room.room_id]


async def test_rows_that_an_action_makes_due_are_done_in_the_same_run(services: Services) -> None:
    done: list[int] = []

    async def act(due: Due) -> None:
        done.append(due.subject_id)
        await clear(services, due)
        if due.subject_id < 5:
            await add(services, due.subject_id + 1)

    services.worker.on(DueKind.CHECKIN, act)
    await add(services, 1)
    await services.worker.run_due()
    assert done == [1, 2, 3, 4, 5]


async def test_the_log_names_no_member(services: Services, caplog: pytest.LogCaptureFixture) -> None:
    action = RecordedAction(services, failures=1)
    services.worker.on(DueKind.CHECKIN, action.act)
    await add(services, 123456789)
    await services.worker.run_due()
    assert "reference" in caplog.text
    assert "123456789" not in caplog.text


async def test_the_next_due_row_of_every_kind_is_found(services: Services) -> None:
    found = await services.database.read(lambda statements: due_queue.next_due(statements, 0, ","))
    assert {each.kind for each in found} == set(DueKind)


async def test_while_the_queue_cannot_be_read_the_pauses_grow_up_to_a_minute(
    services: Services, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses, plain = list[float](), services.database.read

    async def note_pause(_: Exception, pause: timedelta) -> None:
        pauses.append(pause.total_seconds())

    async def refuse(work: Work[T]) -> T:
        if len(pauses) < 8:
            raise sqlite3.OperationalError("database is locked")
        return await plain(work)

    monkeypatch.setattr(services.worker, "_back_off", note_pause)
    monkeypatch.setattr(services.database, "read", refuse)
    async with running(services, clock):
        assert pauses == [5, 10, 20, 40, 60, 60, 60, 60]
        pauses[:] = [0]
        await clock.stir()
        assert pauses[1:3] == [5, 10]  # after a success it starts from the shortest again


async def test_a_database_that_is_busy_at_the_start_delays_the_worker_and_does_not_end_it(
    services: Services, path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.scheduling.worker._FIRST_BACKOFF", timedelta())
    action = RecordedAction(services)
    services.worker.on(DueKind.CHECKIN, action.act)
    await add(services, 1)
    plain, refused = services.database.write, list[int]()

    async def refusing(work: Work[T]) -> T:
        if not refused:
            refused.append(1)
            raise sqlite3.OperationalError("database is locked")
        return await plain(work)

    monkeypatch.setattr(services.database, "write", refusing)
    async with running(services, clock):
        assert [due.subject_id for due in action.done] == [1]
    assert refused
    assert due_at(path) == []


async def test_a_worker_looks_now_and_then_where_other_processes_serve_further_servers(
    database: Database, clock: ManualClock
) -> None:
    shared = wire(database, clock, shards=ShardLayout(2, 1).range(1))
    async with running(shared, clock):
        assert clock.until == clock.now() + timedelta(seconds=15)
    clock.asleep.clear()
    alone = wire(database, clock)
    async with running(alone, clock):
        assert clock.until is None
