"""Two processes on one PostgreSQL, each with some of the shards, and a third one that stands by."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from bench.databases import BotDatabase, PostgresServer
from sandbox.state.models import Message
from tests import postgres
from tests.process.bot_process import BotProcess

_COUNT = 5  # of shards, three for each process; the sandbox's servers belong to these two:
_WITH_SERVERS = {0, 3}
_CHANNELS = ("library", "reading-nook")  # in a server of the first range, and in one of the second
_REMOVED = "SELECT guild_id FROM guild WHERE removed_at IS NOT NULL"
_RANGES = "SELECT DISTINCT shard_range FROM due WHERE guild_id > 0 ORDER BY shard_range"


@pytest.fixture
def database() -> Iterator[BotDatabase]:
    if postgres.programs() is None:
        pytest.skip(postgres.ABSENT)
    with postgres.new_server() as server, ThreadPoolExecutor(1) as thread:
        found = PostgresServer(server.url, thread)
        yield found
        found.close()


class Deployment:
    """The processes, in the order in which they took their ranges; the last one stands by."""

    def __init__(self, processes: list[BotProcess]) -> None:
        self.processes = processes
        self.first = processes[0]
        self.box = self.first.box

    def shards(self) -> set[int]:
        """Return which shards are connected."""
        return self.box.gateway.connected_shards(_COUNT)

    async def until_all_serve(self) -> None:
        """Wait until the shards with servers are connected, and their processes follow the clock."""
        await self.box.until(
            lambda: self.shards() >= _WITH_SERVERS and self.box.clock.followers >= len(_CHANNELS)
        )

    async def cards(self) -> list[Message]:
        """Open a session in each server; return the cards."""
        found = []
        for channel in _CHANNELS:
            options = {"channel": channel, "name": channel}
            added = await self.first.person("Mika").run("quiet room add", channel=channel, options=options)
            assert "is ready" in added.text
            await self.first.settle()
            opened = await self.first.person("Ada").run("sit", channel=channel, minutes=25)
            assert "You have a seat" in opened.text
            found.append(await self.first.card(channel))
        return found


@pytest.fixture
async def deployment(
    database: BotDatabase, unstarted_process: BotProcess, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Deployment]:
    first = unstarted_process
    others = [BotProcess(first.box, tmp_path_factory.mktemp("other")) for _ in range(2)]
    processes = [first, *others]
    assert {(guild.id >> 22) % _COUNT for guild in first.box.world.guilds.values()} == _WITH_SERVERS
    first.box.starts.max_concurrency = 16
    try:
        for number, each in enumerate(processes):
            each.settings |= {"DATABASE_URL": database.url, "SHARD_COUNT": "5", "SHARDS_PER_PROCESS": "3"}
            await each.launch()
            await each.says(("serves: shards 0 to 2", "serves: shards 3 to 4", "standing by")[number])
        found = Deployment(processes)
        await found.until_all_serve()
        yield found
    finally:
        for each in others:
            await each.kill_if_running()
    assert not [leak for each in others for leak in each.leaks()]


async def test_each_process_serves_its_servers_and_a_spare_takes_the_range_of_one_that_is_killed(
    deployment: Deployment, database: BotDatabase
) -> None:
    cards = await deployment.cards()
    first, second, spare = deployment.processes
    assert database.run(_REMOVED) == []
    assert database.run(_RANGES) == [
        (0,),
        (1,),
    ]

    await second.kill_process()
    await spare.says("takes over: shards 3 to 4")
    assert (await first.person("Bo").click(cards[0], "Sit")).error is None
    await first.shows(cards[0], "2 of 8 seats are taken.")
    await deployment.until_all_serve()
    assert (await first.person("Bo").click(cards[1], "Sit")).error is None
    await first.shows(cards[1], "2 of 8 seats are taken.")
    await first.wait(minutes=30)
    for card in cards:
        await first.shows(card, "Open a session")
    assert database.run(_REMOVED) == []
