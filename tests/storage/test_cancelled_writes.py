"""A caller that is cancelled, at any moment, does not affect the others."""

import asyncio
import gc
from pathlib import Path

import pytest

from bot.storage.database import Database, Statements
from bot.storage.sqlite.unit import ThreadConnection
from tests.storage.engines import on_sqlite_alone
from tests.storage.test_database import OwnError
from tests.storage.units import PATIENCE_SECONDS, Gate, note, numbers, saved, settled


async def test_a_unit_whose_caller_is_cancelled_before_it_began_does_not_run(
    database: Database, path: Path
) -> None:
    gate = Gate(1)
    first = asyncio.create_task(database.write(gate.work))
    await gate.until_begun()
    waiting = [asyncio.create_task(note(database, number)) for number in (2, 3, 4)]
    await asyncio.sleep(0)
    waiting[1].cancel()
    gate.let_go()
    await settled([first, *waiting])
    assert [each.cancelled() for each in waiting] == [False, True, False]
    assert numbers(path) == [1, 2, 4]


async def test_a_unit_whose_caller_is_cancelled_while_it_runs_completes_first(
    database: Database, path: Path
) -> None:
    gate = Gate(1)
    writing = asyncio.create_task(database.write(gate.work))
    beside = asyncio.create_task(note(database, 2))
    await gate.until_begun()
    for _ in range(3):  # a second cancellation does not cut it short either
        writing.cancel()
        await asyncio.sleep(0.01)
    assert not writing.done()
    gate.let_go()
    await settled([writing, beside])
    assert writing.cancelled()
    assert numbers(path) == [1, 2]


async def test_a_unit_whose_caller_is_cancelled_while_it_is_committed_completes_first(
    database: Database, path: Path, connections: list[ThreadConnection]
) -> None:
    loop, tasks = asyncio.get_running_loop(), list[asyncio.Task[None]]()

    def cancel_at_commit(command: str) -> None:
        if command == "COMMIT":
            loop.call_soon_threadsafe(tasks[0].cancel)

    await connections[0].set_trace_callback(cancel_at_commit)
    tasks += [asyncio.create_task(note(database, number)) for number in (1, 2)]
    await settled(tasks)
    assert numbers(path) == [1, 2]
    assert tasks[1].exception() is None


@on_sqlite_alone
async def test_the_error_of_a_unit_whose_caller_was_cancelled_meanwhile_is_dropped(
    database: Database, log_lines: list[str]
) -> None:
    gate = Gate(1)

    async def fail(statements: Statements) -> None:
        await gate.work(statements)
        raise OwnError

    writing = asyncio.create_task(database.write(fail))
    await gate.until_begun()
    writing.cancel()
    await asyncio.sleep(0)
    gate.let_go()
    await settled([writing])
    assert writing.cancelled()
    del writing
    gc.collect()  # asyncio logs an error that nobody retrieved when its future is collected
    await asyncio.sleep(0)
    assert not any("never retrieved" in line for line in log_lines)


async def test_a_read_whose_caller_is_cancelled_leaves_no_transaction_open(
    database: Database, path: Path, connections: list[ThreadConnection]
) -> None:
    gate = Gate(1)

    async def read(statements: Statements) -> None:
        await statements.rows("get_guild", guild_id=1)
        gate.pass_through()

    reading = asyncio.create_task(database.read(read))
    await gate.until_begun()
    reading.cancel()
    gate.let_go()
    await settled([reading])
    assert reading.cancelled()
    await note(database, 1)
    assert await database.read(lambda statements: statements.value("get_guild", guild_id=1)) == 1
    assert not connections[1].in_transaction


@pytest.mark.parametrize("steps", range(25))
async def test_a_caller_cancelled_after_any_command_affects_no_other(
    steps: int, database: Database, path: Path, executed_commands: list[str]
) -> None:
    """The one in the middle is cancelled after a given number of commands on the connection."""
    before = len(executed_commands)
    tasks = [asyncio.create_task(note(database, number)) for number in (1, 2, 3)]
    for _ in range(2000):
        if len(executed_commands) - before >= steps or all(task.done() for task in tasks):
            break
        await asyncio.sleep(0)
    tasks[1].cancel()
    await settled(tasks)
    assert tasks[0].exception() is None
    assert tasks[2].exception() is None
    await asyncio.wait_for(note(database, 4), PATIENCE_SECONDS)
    assert {1, 3, 4} <= set(numbers(path))


@pytest.mark.parametrize("turns", range(0, 40, 2))
async def test_a_caller_cancelled_after_any_turn_of_the_loop_affects_no_other(
    turns: int, database: Database
) -> None:
    tasks = [asyncio.create_task(note(database, number)) for number in (1, 2)]
    for _ in range(turns):
        await asyncio.sleep(0)
    tasks[1].cancel()
    tasks[1].cancel()
    await settled(tasks)
    assert tasks[0].exception() is None
    await asyncio.wait_for(note(database, 3), PATIENCE_SECONDS)
    assert {1, 3} <= set(await saved(database))


@pytest.mark.parametrize("turns", range(8))
async def test_a_caller_cancelled_alone_leaves_no_transaction_behind(
    turns: int, database: Database, path: Path, connections: list[ThreadConnection]
) -> None:
    for _ in range(4):
        task = asyncio.create_task(note(database, 1))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await settled([task])
        await asyncio.wait_for(note(database, 2), PATIENCE_SECONDS)
        assert not connections[0].in_transaction
    assert 2 in numbers(path)


@on_sqlite_alone
@pytest.mark.parametrize("turns", range(12))
async def test_a_caller_of_truncate_wal_that_is_cancelled_affects_no_other(
    turns: int, database: Database
) -> None:
    tasks = [
        asyncio.create_task(each)
        for each in (note(database, 1), database.truncate_wal(), note(database, 2))
    ]
    for _ in range(turns):
        await asyncio.sleep(0)
    tasks[1].cancel()
    await settled(tasks)
    assert not tasks[0].cancelled()
    assert not tasks[2].cancelled()
    assert await saved(database) == [1, 2]


@on_sqlite_alone
async def test_callers_of_a_batch_that_is_cut_short_at_the_end_of_the_process_do_not_hang(
    database: Database,
) -> None:
    """At its end, `asyncio.run` cancels every task, even the one that runs the batches."""
    gate = Gate(1)
    writing = asyncio.create_task(database.write(gate.work))
    await gate.until_begun()
    behind = asyncio.create_task(note(database, 2))
    await asyncio.sleep(0)
    own = asyncio.current_task()
    for task in asyncio.all_tasks():
        if task is not own:
            task.cancel()
    await asyncio.sleep(0)
    gate.let_go()
    await settled([writing, behind])
    assert writing.cancelled()
    assert behind.cancelled()
    await note(database, 3)
