"""While operators stop all sending, nothing starts in any server; what began still ends."""

from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.errors import RefusalError
from bot.scheduling import due_queue, sending
from bot.scheduling.due_queue import ENDING, SENDING, STARTING, Due, DueKind
from bot.services import Services
from tests.rooms import sit
from tests.services.worker_actions import add, clear, running
from tests.storage.manual_clock import MONDAY_NOON, ManualClock
from tests.storage.members import ANN, BEN, HERE
from tests.storage.scratch import query

CLEO = BEN + 1
KINDS = [each for each in DueKind if each is not DueKind.RETENTION]


async def test_due_rows_that_send_wait_untouched_and_those_that_end_something_run(
    services: Services, clock: ManualClock, path: Path
) -> None:
    done = list[DueKind]()

    async def act(due: Due) -> None:
        done.append(due.kind)
        await services.database.write(
            lambda statements: due_queue.cancel(statements, due.kind, due.subject_id)
        )

    for number, kind in enumerate(KINDS):
        services.worker.on(kind, act)
        await services.database.write(
            partial(due_queue.set, kind=kind, subject_id=number, guild_id=HERE, at=clock.now())
        )
    before = query(path, "SELECT kind, due_at, claims FROM due ORDER BY kind")
    await services.database.write(partial(sending.stop, now=clock.now()))
    await services.worker.run_due()
    assert set(done) == ENDING - {DueKind.NATIVE_EVENT, DueKind.RETENTION}
    left = query(path, "SELECT kind, due_at, claims FROM due ORDER BY kind")
    assert [each for each in before if each[0] in {*SENDING}] == left
    clock.move(hours=1)
    await services.worker.run_due()
    assert not set(done) & SENDING
    await services.database.write(sending.start)
    await services.worker.run_due()
    assert set(done) == {*KINDS}


async def test_the_worker_looks_a_quarter_of_a_minute_later_whether_another_process_let_it_send_again(
    services: Services, clock: ManualClock
) -> None:
    await services.database.write(partial(sending.stop, now=clock.now()))
    services.worker.on(DueKind.CHECKIN, partial(clear, services))
    await add(services, 1, clock.now())
    async with running(services, clock):
        assert clock.until == MONDAY_NOON + timedelta(seconds=15)
        await services.database.write(sending.start)
        clock.move(seconds=15)
        await clock.stir()
        assert clock.until is None


def test_everything_that_waits_in_a_paused_server_also_waits_while_sending_is_stopped() -> None:
    assert STARTING < SENDING


async def test_no_session_opens_and_an_open_one_can_be_joined(
    services: Services, clock: ManualClock
) -> None:
    room, other = [await services.rooms.add(HERE, number, f"Room {number}", 8) for number in (71, 72)]
    await sit(services, room, ANN, 25)
    await services.database.write(partial(sending.stop, now=clock.now()))
    await sit(services, room, BEN, None)
    with pytest.raises(RefusalError) as refused:
        await sit(services, other, CLEO, 25)
    assert refused.value.key == "refusals.sending_stopped"
    await services.database.write(sending.start)
    assert (await sit(services, other, CLEO, 25)).seat.opened_session
