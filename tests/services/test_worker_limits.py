"""How many actions run at once, and for how long a row is claimed."""

import asyncio
from datetime import timedelta
from pathlib import Path

from bot.scheduling import due_queue
from bot.scheduling.due_queue import Due, DueKind
from bot.scheduling.worker import MAX_CONCURRENT_PER_KIND, Worker
from bot.services import Services
from bot.storage.record import UnreadableRowError
from tests.services.worker_actions import (
    LEASE,
    RecordedAction,
    SlowAction,
    add,
    claim,
    clear,
    due_at,
    running_busily,
    until,
)
from tests.storage.manual_clock import MONDAY_NOON, ManualClock
from tests.storage.members import HERE


async def test_phases_do_not_wait_for_check_ins(services: Services, clock: ManualClock) -> None:
    slow, quick = SlowAction(services), RecordedAction(services)
    services.worker.on(DueKind.CHECKIN, slow.act)
    services.worker.on(DueKind.CLOSE_SESSION, quick.act)
    for number in range(2 * MAX_CONCURRENT_PER_KIND):
        await add(services, number)
    async with running_busily(services):
        await until(lambda: len(slow.begun) == MAX_CONCURRENT_PER_KIND)
        await add(services, 7, kind=DueKind.CLOSE_SESSION)
        clock.look_again()
        await until(lambda: quick.done)
        assert len(slow.begun) == MAX_CONCURRENT_PER_KIND  # no more are claimed than have a place
        slow.let_go.set()
        await until(lambda: len(slow.begun) == 2 * MAX_CONCURRENT_PER_KIND)


async def test_rows_of_a_kind_that_has_no_free_place_are_not_looked_at(
    services: Services, clock: ManualClock
) -> None:
    slow = SlowAction(services)
    services.worker.on(DueKind.CHECKIN, slow.act)
    for number in range(MAX_CONCURRENT_PER_KIND + 1):
        await add(services, number)
    async with running_busily(services):
        await until(lambda: clock.until is not None)
        assert clock.until == MONDAY_NOON + LEASE / 2  # to renew the leases, not for the row that waits
        assert len(slow.begun) == MAX_CONCURRENT_PER_KIND
        slow.let_go.set()
        await until(lambda: len(slow.begun) == MAX_CONCURRENT_PER_KIND + 1)


async def test_a_running_action_holds_back_no_other_id_and_no_other_kind(
    services: Services, clock: ManualClock
) -> None:
    slow, quick = SlowAction(services), RecordedAction(services)
    services.worker.on(DueKind.CHECKIN, lambda due: (slow if due.subject_id == 17 else quick).act(due))
    services.worker.on(DueKind.LEAVE_TIME, quick.act)
    await add(services, 17)
    async with running_busily(services):
        await until(lambda: slow.begun)
        for number in (1, 7, 71, 117, 171):
            await add(services, number)
        await add(services, 17, kind=DueKind.LEAVE_TIME)
        clock.look_again()
        await until(lambda: len(quick.done) == 6)
        slow.let_go.set()
    assert len(slow.begun) == 1


async def test_a_row_that_is_due_again_while_its_action_runs_does_not_keep_the_worker_awake(
    services: Services, clock: ManualClock
) -> None:
    slow = SlowAction(services)
    services.worker.on(DueKind.CHECKIN, slow.act)
    async with running_busily(services):
        await clock.asleep.wait()
        await add(services, 1)
        await until(lambda: clock.until is not None)
        clock.until = None
        await add(services, 1)
        await until(lambda: clock.until is not None)
        assert len(slow.begun) == 1
        assert clock.until == MONDAY_NOON + LEASE / 2
        slow.let_go.set()


async def test_an_action_that_takes_longer_than_its_lease_is_begun_once(
    services: Services, clock: ManualClock, path: Path
) -> None:
    slow = SlowAction(services)
    services.worker.on(DueKind.CHECKIN, slow.act)
    await add(services, 1)
    async with running_busily(services):
        await until(lambda: slow.begun)
        for _ in range(5):
            clock.move(seconds=30)
            clock.look_again()
            await until(lambda: due_at(path) == [int((clock.now() + LEASE).timestamp())])
            assert not await claim(services, clock)  # its lease holds for another process too
        slow.let_go.set()
        await until(lambda: not due_at(path))
    assert len(slow.begun) == 1


async def test_a_row_that_is_set_again_while_its_action_runs_is_done_again_afterwards(
    services: Services, clock: ManualClock
) -> None:
    events: list[str] = []
    let_go = asyncio.Event()

    async def act(due: Due) -> None:
        events.append("begun")
        if len(events) == 1:
            await let_go.wait()
        else:
            await clear(services, due)
        events.append("ended")

    services.worker.on(DueKind.NATIVE_EVENT, act)
    await add(services, 1, kind=DueKind.NATIVE_EVENT)
    async with running_busily(services):
        await until(lambda: events)
        await add(services, 1, kind=DueKind.NATIVE_EVENT)  # a cause that came meanwhile
        clock.look_again()
        let_go.set()
        await until(lambda: len(events) == 4)
    assert events == ["begun", "ended"] * 2


async def test_the_observer_is_told_how_each_action_ended_and_how_late_it_began(
    services: Services, clock: ManualClock
) -> None:
    async def fail(_: Due) -> None:
        raise ValueError

    async def misread(_: Due) -> None:
        raise UnreadableRowError(Due, "occurs_at")

    outcomes: dict[DueKind, tuple[str, timedelta]] = {}
    worker = Worker(services.database, clock, lambda kind, *how: outcomes.update({kind: how}))
    worker.on(DueKind.CHECKIN, lambda due: clear(services, due))
    worker.on(DueKind.CARD, fail)
    worker.on(DueKind.LEAVE_TIME, misread)
    for kind in (DueKind.CHECKIN, DueKind.CARD, DueKind.LEAVE_TIME):
        await add(services, 1, kind=kind)
    await services.pauses.pause(HERE, None)
    await services.database.write(
        lambda statements: due_queue.set(statements, DueKind.OPEN_SESSION, 1, HERE, MONDAY_NOON)
    )
    clock.move(seconds=5)
    await worker.run_due()
    ended = {kind: outcome for kind, (outcome, _) in outcomes.items()}
    assert ended == {
        DueKind.CHECKIN: "done",
        DueKind.CARD: "failed",
        DueKind.LEAVE_TIME: "parked",
        DueKind.OPEN_SESSION: "parked",
    }
    assert {lag for _, lag in outcomes.values()} == {timedelta(seconds=5)}
