"""Writers that are cancelled, at any moment, harm nobody else."""

import asyncio
from pathlib import Path

import pytest

from bot.storage.database import Database
from tests.storage.writes import note, numbers, settled


async def test_one_who_gives_up_waiting_leaves_nobody_waiting_for_a_commit(
    database: Database, path: Path
) -> None:
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with database.legacy_write() as tx:
            await tx.run("set_zone", guild_id=2, zone="UTC")
            inside.set()
            await go_on.wait()

    first = asyncio.create_task(slow())
    await inside.wait()
    waiters = [asyncio.create_task(note(database, number)) for number in (3, 4)]
    await asyncio.sleep(0)
    go_on.set()
    for waiter in waiters:
        waiter.cancel()
    await asyncio.wait_for(first, 5)
    assert [each.cancelled() for each in await settled(waiters)] == [True, True]
    assert numbers(path) == [2]
    await note(database, 5)
    assert numbers(path) == [2, 5]


@pytest.mark.parametrize("steps", range(25))
async def test_a_writer_cancelled_at_any_step_harms_nobody(
    steps: int, database: Database, path: Path, said: list[str]
) -> None:
    """The one in the middle is cancelled after so many commands of the connection."""
    before = len(said)
    tasks = [asyncio.create_task(note(database, number)) for number in (1, 2, 3)]
    for _ in range(2000):
        if len(said) - before >= steps or all(task.done() for task in tasks):
            break
        await asyncio.sleep(0)
    tasks[1].cancel()
    await settled(tasks)
    assert tasks[0].exception() is None
    assert tasks[2].exception() is None
    await asyncio.wait_for(note(database, 4), 5)
    assert {1, 3, 4} <= set(numbers(path))


@pytest.mark.parametrize("turns", range(0, 40, 2))
async def test_a_writer_cancelled_at_any_moment_harms_nobody(
    turns: int, database: Database, path: Path
) -> None:
    """The same by turns of the loop, and the last one of a batch, who would have committed it."""
    tasks = [asyncio.create_task(note(database, number)) for number in (1, 2)]
    for _ in range(turns):
        await asyncio.sleep(0)
    tasks[1].cancel()
    tasks[1].cancel()
    await settled(tasks)
    assert tasks[0].exception() is None
    await asyncio.wait_for(note(database, 3), 5)
    assert {1, 3} <= set(numbers(path))


async def test_a_writer_cancelled_while_it_begins_leaves_no_transaction_behind(
    database: Database, path: Path
) -> None:
    for _ in range(8):
        task = asyncio.create_task(note(database, 1))
        for _ in range(3):
            await asyncio.sleep(0)
        task.cancel()
        await settled([task])
        await asyncio.wait_for(note(database, 2), 5)
    assert 2 in numbers(path)


@pytest.mark.parametrize("turns", range(12))
async def test_one_who_gives_up_scrubbing_harms_nobody(turns: int, database: Database, path: Path) -> None:
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
    assert numbers(path) == [1, 2]
