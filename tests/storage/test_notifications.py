"""Subscribers are called after the commit, once for each commit and topic."""

import asyncio
from pathlib import Path

import pytest

from bot.storage.database import Database, Statements, UnitOfWorkError, Work
from tests.storage.scratch import migrations
from tests.storage.test_database import REFUSE_FULL, OwnError, opened
from tests.storage.units import Gate, note, numbers, saved


def write_and_notify(number: int, *topics: str, fails: bool = False) -> Work[None]:
    """Return a unit that writes a row and notifies of `topics`."""

    async def work(statements: Statements) -> None:
        for topic in topics:
            statements.notify(topic)
        await statements.run("set_zone", guild_id=number, zone="UTC")
        if fails:
            raise OwnError

    return work


async def test_a_subscriber_is_called_once_the_change_is_committed(database: Database, path: Path) -> None:
    seen: list[list[int]] = []
    database.subscribe("due", lambda: seen.append(numbers(path)))
    gate = Gate(2)
    first = asyncio.create_task(database.write(write_and_notify(1, "due")))
    second = asyncio.create_task(database.write(gate.work))
    await gate.until_begun()
    assert seen == []
    gate.let_go()
    await first
    assert seen == [[1, 2]]  # before the caller continues
    await second


async def test_a_subscriber_is_called_once_for_each_commit(database: Database) -> None:
    called: list[str] = []
    database.subscribe("due", lambda: called.append("due"))
    database.subscribe("due", lambda: called.append("due too"))
    database.subscribe("cards", lambda: called.append("cards"))
    database.subscribe("never", lambda: called.append("never"))
    await asyncio.gather(
        *(database.write(write_and_notify(number, "due", "due", "cards")) for number in (1, 2, 3))
    )
    assert called == ["cards", "due", "due too"]
    await database.write(write_and_notify(4, "due"))
    assert called == ["cards", "due", "due too", "due", "due too"]


async def test_a_unit_that_is_rolled_back_notifies_no_subscriber(database: Database) -> None:
    called: list[str] = []
    database.subscribe("due", lambda: called.append("due"))
    database.subscribe("cards", lambda: called.append("cards"))
    outcomes = await asyncio.gather(
        database.write(write_and_notify(1, "due", fails=True)),
        database.write(write_and_notify(2, "cards")),
        return_exceptions=True,
    )
    assert isinstance(outcomes[0], OwnError)
    assert called == ["cards"]


async def test_a_commit_that_fails_notifies_no_subscriber(tmp_path: Path, path: Path) -> None:
    called: list[str] = []
    async with opened(path, migrations(tmp_path / "steps", REFUSE_FULL)) as database:
        database.subscribe("due", lambda: called.append("due"))
        await asyncio.gather(
            database.write(write_and_notify(1, "due")), note(database, 2, "full"), return_exceptions=True
        )
    assert called == []


async def test_a_subscriber_may_give_the_next_unit(database: Database) -> None:
    tasks: list[asyncio.Task[None]] = []
    database.subscribe("due", lambda: tasks.append(asyncio.create_task(note(database, 2))))
    await database.write(write_and_notify(1, "due"))
    await tasks[0]
    assert await saved(database) == [1, 2]


async def test_a_subscriber_that_fails_affects_no_other(database: Database, log_lines: list[str]) -> None:
    called: list[str] = []

    def fail() -> None:
        raise OwnError

    database.subscribe("due", fail)
    database.subscribe("due", lambda: called.append("due"))
    await database.write(write_and_notify(1, "due"))
    assert called == ["due"]
    assert any("a subscriber of due failed, reference" in line for line in log_lines)


async def test_a_unit_that_only_reads_has_nothing_to_notify_of(database: Database) -> None:
    async def work(statements: Statements) -> None:
        statements.notify("due")

    with pytest.raises(UnitOfWorkError, match="only reads"):
        await database.read(work)
