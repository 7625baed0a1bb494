"""What processes that start together do once: commands, tz updates, erasures of a restored backup."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack
from typing import Any

import pytest

from bot.app.compose import wire
from bot.gateway import command_sync
from bot.privacy import retention
from bot.privacy.consent.model import Purpose
from bot.privacy.erasure import carried_out
from bot.privacy.retention import Retention
from bot.scheduling import timezone_updates
from bot.scheduling.timezone_data import TimezoneData
from bot.scheduling.timezone_updates import TimezoneUpdates
from bot.shards import ShardLayout
from bot.storage.database import Database, Statements
from bot.storage.postgres.engine import PostgresEngine
from tests.postgres import Server
from tests.storage.manual_clock import ManualClock
from tests.storage.members import ANN, HERE, agree
from tests.storage.own_server import engine, execute, server
from tests.storage.units import PATIENCE_SECONDS

__all__ = ["engine", "server"]


@pytest.fixture
async def processes(engine: PostgresEngine) -> AsyncIterator[list[Database]]:
    """Return the database as three processes have it."""
    async with AsyncExitStack() as stack:
        opened = [await engine.open() for _ in range(3)]
        for each in opened:
            stack.push_async_callback(each.close)
        yield opened


class Inside:
    """Counts who is in a block at once."""

    def __init__(self) -> None:
        self.now = self.most = self.entered = 0

    async def pass_through(self) -> None:
        self.now += 1
        self.entered += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.01)
        self.now -= 1


async def test_one_process_is_in_a_block_at_a_time(processes: list[Database]) -> None:
    inside = Inside()

    async def enter(database: Database) -> None:
        async with database.alone("something"):
            await inside.pass_through()

    await asyncio.gather(*(enter(each) for each in processes))
    assert (inside.entered, inside.most) == (3, 1)


async def test_blocks_of_other_names_do_not_wait_for_each_other(processes: list[Database]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS), processes[0].alone("one"), processes[1].alone("another"):
        pass


async def test_a_process_whose_connection_ended_holds_nobody_up(
    processes: list[Database], server: Server
) -> None:
    async with asyncio.timeout(2 * PATIENCE_SECONDS), processes[0].alone("something"):
        await execute(
            server,
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted",
        )
        async with processes[1].alone("something"):
            pass


class FakeDiscord:
    """Discord's side of the commands, and each program's."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.known: list[dict[str, Any]] = []

    def program(self, name: str) -> "Program":
        return Program(self, name)


class Program:
    """A program with one command. `mentioned` are the ids that its texts can name."""

    def __init__(self, discord: FakeDiscord, name: str) -> None:
        self.discord = discord
        self.name = name
        self.mentioned: set[int] = set()

    async def local_commands(self) -> tuple[int, list[dict[str, Any]]]:
        return 1, [{"name": self.name}]

    async def registered_commands(self) -> Iterable[Mapping[str, Any]]:
        await asyncio.sleep(0.01)
        self.mentioned = {each["id"] for each in self.discord.known}
        return self.discord.known

    async def send_commands(self, payload: list[dict[str, Any]]) -> Iterable[Mapping[str, Any]]:
        await asyncio.sleep(0.01)
        self.discord.sent.append(self.name)
        self.discord.known = [{"id": len(self.discord.sent), "version": "1", "name": self.name}]
        return await self.registered_commands()


async def test_commands_are_sent_once_and_every_process_knows_their_ids(processes: list[Database]) -> None:
    discord = FakeDiscord()
    programs = [discord.program("sit") for _ in processes]
    starts = zip(programs, processes, strict=True)
    await asyncio.gather(*(command_sync.send_if_changed(*each) for each in starts))
    assert discord.sent == ["sit"]
    assert all(each.mentioned == {1} for each in programs)


async def test_an_update_of_the_tz_database_is_applied_once(
    processes: list[Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that applies it goes on only when all others have seen that it is not applied yet."""
    looks, applied, all_looked = 0, 0, asyncio.Event()
    find = timezone_updates._find_noted  # noqa: SLF001 - the look that each makes before it waits

    async def find_and_count(statements: Statements) -> TimezoneData | None:
        nonlocal looks
        found = await find(statements)
        looks += 1
        if looks > len(processes):  # the one that applies it looks twice
            all_looked.set()
        return found

    async def apply() -> None:
        nonlocal applied
        applied += 1
        await asyncio.wait_for(all_looked.wait(), PATIENCE_SECONDS)

    monkeypatch.setattr(timezone_updates, "_find_noted", find_and_count)
    await asyncio.gather(*(TimezoneUpdates(each, [apply]).catch_up() for each in processes))
    assert applied == 1


async def test_erasures_are_repeated_and_vacuumed_by_one_process_at_a_time(
    processes: list[Database], monkeypatch: pytest.MonkeyPatch, clock: ManualClock
) -> None:
    inside = Inside()

    async def replay(_: Database) -> None:
        await inside.pass_through()

    monkeypatch.setattr(retention, "replay_erasures", replay)
    await processes[0].write(lambda statements: statements.run("request_vacuum"))
    await asyncio.gather(*(wire(each, clock).retention.begin() for each in processes))
    assert (inside.entered, inside.most) == (3, 1)
    assert await processes[0].read(lambda statements: statements.value("pending_vacuum")) is None


async def retention_is_due(database: Database) -> bool:
    async def work(statements: Statements) -> bool:
        rows = await statements.rows("next_due", shard_range=0, under_way="")
        return any(row["due_at"] is not None for row in rows)

    return await database.read(work)


async def test_retention_is_due_in_the_process_of_the_first_range_alone(
    processes: list[Database], clock: ManualClock
) -> None:
    layout = ShardLayout(count=4, per_range=2)
    for number in (1, 0):
        services = wire(processes[number], clock)
        await Retention(processes[number], clock, services.erasure, layout.range(number)).begin()
        assert await retention_is_due(processes[0]) is (number == 0)


async def test_erasures_of_several_processes_leave_none_to_be_repeated(
    processes: list[Database], clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.storage.postgres.alone._LOOK_SECONDS", 0.01)
    deployment = [wire(each, clock) for each in processes]
    for number in range(6):
        await agree(deployment[0], ANN + number, HERE, Purpose.SHOW_NAME)
    await asyncio.gather(
        *(each.erasure.erase_member(ANN + number, None) for number, each in enumerate(2 * deployment))
    )
    position = await processes[0].read(carried_out)
    assert position == processes[0].erasure_log.end()
    assert position.number == 6
