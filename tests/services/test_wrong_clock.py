"""A clock that is set wrong while the bot runs: nothing is lost, nothing is sent, and all goes on later."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.app.compose import wire
from bot.privacy.consent.model import Purpose
from bot.scheduling import due_queue
from bot.scheduling.checked_clock import CheckedClock
from bot.scheduling.due_queue import Due, DueKind
from bot.scheduling.worker import Worker
from bot.services import Services
from bot.storage.sqlite.database import SqliteDatabase
from tests.rooms import sit
from tests.storage.manual_clock import MONDAY_NOON, ManualClock
from tests.storage.members import ANN, HERE, agree, begin, rooms_in_both
from tests.storage.scratch import query

YEAR = timedelta(days=400)


class Machine:
    """A machine that runs evenly while its clock is set."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self.true_time = MONDAY_NOON

    def sets_clock(self, wrong_by: timedelta) -> None:
        """Set the clock this far ahead of the right time."""
        self._clock.move_to(self.true_time + wrong_by)

    def runs(self, span: timedelta) -> None:
        """Let time pass."""
        self.true_time += span
        self._clock.move_to(self._clock.now() + span)

    def monotonic(self) -> float:
        """Return the seconds since noon."""
        return (self.true_time - MONDAY_NOON).total_seconds()

    async def ask(self) -> datetime | None:
        """Return Discord's time."""
        return self.true_time


@pytest.fixture
def machine(clock: ManualClock) -> Machine:
    """Return the machine on which the services run."""
    return Machine(clock)


@pytest.fixture
def done() -> list[Due]:
    """Return what the worker did, besides retention."""
    return []


@pytest.fixture
async def services(
    database: SqliteDatabase, clock: ManualClock, machine: Machine, done: list[Due]
) -> Services:
    """Return the services, with a checked clock, and actions that only record what they are given."""
    wired = wire(database, CheckedClock(clock, machine.ask, machine.monotonic))

    async def record(due: Due) -> None:
        done.append(due)

    for kind in set(DueKind) - {DueKind.RETENTION}:
        wired.worker.on(kind, record)
    await wired.retention.begin()
    await wired.worker.run_due()
    return wired


def saved(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return what is saved about members and sessions, and what is due."""
    tables = ("consent", "cadence", "session", "seat", "due")
    return {table: query(path, f"SELECT * FROM {table}") for table in tables}  # noqa: S608 - own names


@pytest.mark.parametrize("wrong_by", [YEAR, -YEAR, timedelta(hours=5)])
async def test_a_jump_of_the_clock_deletes_nothing_sends_nothing_and_moves_nothing(
    services: Services, machine: Machine, path: Path, done: list[Due], wrong_by: timedelta
) -> None:
    room, _ = await rooms_in_both(services)
    await sit(services, room, ANN, 25)
    await begin(services)
    await services.worker.run_due()
    before, begun = saved(path), len(done)
    assert all(before.values()), before
    machine.sets_clock(wrong_by)
    for _ in range(10):
        machine.runs(timedelta(minutes=6))  # the session is over by then
        await services.worker.run_due()
    assert saved(path) == before
    assert len(done) == begun
    machine.sets_clock(timedelta())
    await services.worker.run_due()
    assert DueKind.CLOSE_SESSION in {each.kind for each in done[begun:]}


async def test_what_a_member_chooses_by_a_wrong_clock_is_saved_with_the_right_time(
    services: Services, machine: Machine, path: Path
) -> None:
    machine.sets_clock(YEAR)
    await agree(services, ANN, HERE, Purpose.CHECKINS)
    ((granted_at,),) = query(path, "SELECT granted_at FROM consent")
    assert granted_at == MONDAY_NOON.timestamp()


async def test_retention_goes_on_every_day_after_the_clock_was_wrong(
    services: Services, machine: Machine, path: Path
) -> None:
    machine.sets_clock(YEAR)
    await services.worker.run_due()
    machine.sets_clock(timedelta())
    seen = set()
    for _ in range(3):
        machine.runs(timedelta(days=1))
        await services.worker.run_due()
        seen |= set(query(path, "SELECT due_at FROM due WHERE kind = 'retention'"))
    days = sorted(datetime.fromtimestamp(int(str(at)), MONDAY_NOON.tzinfo).date() for (at,) in seen)
    assert days == [(MONDAY_NOON + timedelta(days=number)).date() for number in (2, 3, 4)]


class _TurnsWrong:
    """A check of a clock that is right when a row is claimed, and wrong right afterwards."""

    is_plausible = False

    async def confirm(self) -> bool:
        return True


async def test_a_clock_that_turns_wrong_after_the_claim_stops_the_action(
    database: SqliteDatabase, clock: ManualClock
) -> None:
    done, outcomes = list[Due](), list[str]()

    async def act(due: Due) -> None:
        done.append(due)

    worker = Worker(database, clock, lambda _, outcome, __: outcomes.append(outcome), _TurnsWrong())
    worker.on(DueKind.CHECKIN, act)
    await database.write(lambda statements: due_queue.set(statements, DueKind.CHECKIN, 1, 0, clock.now()))
    await worker.run_due()
    assert done == []
    assert outcomes == ["put_off"]
