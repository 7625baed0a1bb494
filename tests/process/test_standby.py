"""Two processes with one database in PostgreSQL: one serves, the other stands by and takes over."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor

import aiohttp
import pytest

from bench.arrivals import Arrivals
from bench.checkins import Checkins
from bench.databases import BotDatabase, PostgresServer
from bench.failover.run import measure
from sandbox.client.actor import Actor
from sandbox.state.models import Message
from tests import postgres
from tests.process.bot_process import POST, BotProcess, agree
from tests.process.launching import free_port
from tests.storage.proxy import Proxy, proxy_to

_GIVEN_UP_SOON = """
from bot.cli import main
from bot.storage.postgres import turn

turn._SILENT_SECONDS = 8.0
turn._PROBE_SECONDS = 1.5
turn._SURE_SECONDS = 4.0
main(["run"])
"""
_TAKES_OVER_WITHIN_SECONDS = 28.0  # in these tests; the shipped bot is given up after thirty
_LATENCY_SECONDS = 0.05
_SAVED_WITHIN_SECONDS = 40.0
_LOOK_AGAIN_SECONDS = 0.05
_SAVED = ("cadence", "card", "due", "outbox", "seat", "session")


@pytest.fixture
def server() -> Iterator[postgres.Server]:
    if postgres.programs() is None:
        pytest.skip(postgres.ABSENT)
    with postgres.new_server() as found:
        yield found


@pytest.fixture
def database(server: postgres.Server) -> Iterator[BotDatabase]:
    with ThreadPoolExecutor(1) as thread:
        found = PostgresServer(server.url, thread)
        yield found
        found.close()


@pytest.fixture
async def proxy(server: postgres.Server) -> AsyncIterator[Proxy]:
    """Return a proxy between the first process and the server."""
    async with proxy_to(server.port) as found:
        yield found


@pytest.fixture
async def pair(
    unstarted_process: BotProcess,
    database: BotDatabase,
    proxy: Proxy,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[tuple[BotProcess, BotProcess]]:
    """Return a process that serves and one that stands by. The server soon gives up silent ones."""
    first = unstarted_process
    second = BotProcess(first.box, tmp_path_factory.mktemp("second"))
    for each in (first, second):
        each.settings["SENDS_PER_SECOND"] = "4"  # some check-ins wait for their turn when the first ends
    first.settings["DATABASE_URL"] = f"postgresql://alongside@127.0.0.1:{proxy.port}/postgres"
    second.settings["DATABASE_URL"] = database.url
    await first.launch(code=_GIVEN_UP_SOON)
    await first.box.until_ready()
    second.settings["HEALTH_PORT"] = str(free_port())
    await second.launch(code=_GIVEN_UP_SOON)
    await second.says("standing by")
    try:
        yield first, second
    finally:
        await second.kill_if_running()
    second.check()


async def test_when_the_process_that_serves_is_killed_another_one_goes_on_and_does_nothing_twice() -> None:
    if postgres.programs() is None:
        pytest.skip(postgres.ABSENT)
    tally = await measure(times=2, seed=1, people=6)
    assert tally.is_right, tally
    assert max(tally.seconds) < 2 * _TAKES_OVER_WITHIN_SECONDS, tally  # beside other tests
    assert tally.unrecorded > 0, tally


class Sitting:
    """An open session, and people whose check-ins are due at its next phase."""

    def __init__(
        self, process: BotProcess, database: BotDatabase, card: Message, people: list[Actor]
    ) -> None:
        self._process = process
        self._database = database
        self._people = people
        self.card = card
        self.arrivals = Arrivals(process.box)

    @classmethod
    async def begin(cls, process: BotProcess, database: BotDatabase) -> "Sitting":
        await process.add_room()
        await process.person("Ada").run("sit", channel="library", options={"minutes": 25})
        card, people = await process.card(), process.welcome(6)
        for person in people:
            await agree(person)
            await process.wait(minutes=1)  # direct messages are opened slowly
        process.box.faults.hang(*POST, _LATENCY_SECONDS, times=1000)
        sitting = cls(process, database, card, people)
        Checkins(process.box, database).let_all_be_due()
        return sitting

    def came(self) -> list[int]:
        """Return how many check-ins came to each person."""
        return [len(self.arrivals.in_dm(each.id)) for each in self._people]

    async def recorded(self) -> None:
        """Wait until what the card shows is saved: after a tap, the bot saves that with its next commit."""
        async with asyncio.timeout(_SAVED_WITHIN_SECONDS):
            query = "SELECT revision - shown_revision FROM card"
            while self._database.run(query) != [(0,)]:  # noqa: ASYNC110 - another process writes it
                await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    def saved(self) -> list[object]:
        """Return what the bot saved."""
        return [sorted(map(repr, self._database.run(f"SELECT * FROM {table}"))) for table in _SAVED]  # noqa: S608 - our own names


async def test_a_frozen_process_sends_and_saves_nothing_once_another_one_took_over(
    pair: tuple[BotProcess, BotProcess], database: BotDatabase
) -> None:
    first, second = pair
    sitting = await Sitting.begin(first, database)
    sitting.arrivals.on_arrival = first.freeze
    moving = asyncio.create_task(first.wait(minutes=1))
    begun = time.monotonic()
    await second.says("takes over")
    assert time.monotonic() - begun < _TAKES_OVER_WITHIN_SECONDS
    sitting.arrivals.on_arrival = None
    checkins = Checkins(second.box, database)
    await second.box.until(lambda: not checkins.to_come())
    assert sitting.came() == [1] * 6
    reply = await second.person("Bo").click(sitting.card, "Sit")  # the frozen one is told too
    await second.box.until(lambda: reply.messages)
    await sitting.recorded()

    saved, mark = sitting.saved(), first.mark
    first.wake()
    await first.says("waiting again")
    await first.says("standing by")
    await moving
    made = [(each.method, each.route) for each in first.box.requests[mark:] if each.method != "GET"]
    assert made == []
    assert sitting.saved() == saved
    assert sitting.came() == [1] * 6


async def test_a_process_whose_network_swallows_everything_is_replaced_and_does_nothing_more(
    pair: tuple[BotProcess, BotProcess], database: BotDatabase, proxy: Proxy
) -> None:
    first, second = pair
    sitting = await Sitting.begin(first, database)
    sitting.arrivals.on_arrival = proxy.cut
    moving = asyncio.create_task(first.wait(minutes=1))
    begun = time.monotonic()
    await first.says("waiting again")
    await second.says("takes over")
    assert time.monotonic() - begun < _TAKES_OVER_WITHIN_SECONDS
    sitting.arrivals.on_arrival = None
    checkins = Checkins(second.box, database)
    await second.box.until(lambda: not checkins.to_come())
    await moving
    assert sitting.came() == [1] * 6

    saved, mark = sitting.saved(), first.mark
    proxy.mend()
    await first.says("standing by")
    made = [(each.method, each.route) for each in first.box.requests[mark:] if each.method != "GET"]
    assert made == []
    assert sitting.saved() == saved
    reply = await second.person("Bo").click(sitting.card, "Sit")
    assert reply.kind != "failed"


async def test_when_the_server_comes_back_one_process_goes_on_and_does_nothing_twice(
    pair: tuple[BotProcess, BotProcess], database: BotDatabase, server: postgres.Server
) -> None:
    first, second = pair
    sitting = await Sitting.begin(first, database)

    def fail() -> None:
        sitting.arrivals.on_arrival = None
        server.stop()

    sitting.arrivals.on_arrival = fail
    moving = asyncio.create_task(first.wait(minutes=1))
    for each in pair:
        await each.says("cannot be reached")
    server.start()
    await first.box.until_ready()
    await moving
    checkins = Checkins(first.box, database)
    await first.settle()
    await first.box.until(lambda: not checkins.to_come())
    assert sitting.came() == [1] * 6
    reply = await second.person("Bo").click(sitting.card, "Sit")
    await second.box.until(lambda: reply.messages)


async def test_a_process_that_stands_by_is_ready_and_says_so(pair: tuple[BotProcess, BotProcess]) -> None:
    _, second = pair
    address = f"http://127.0.0.1:{second.settings['HEALTH_PORT']}"
    async with aiohttp.ClientSession() as session:

        async def ask(what: str) -> tuple[int, str]:
            async with session.get(f"{address}/{what}") as answer:
                return answer.status, await answer.text()

        assert await ask("healthz") == (200, "ok\n")
        status, said = await ask("readyz")
        assert (status, said.split(":")[0]) == (200, "standing by")
        status, said = await ask("metrics")
        assert status == 200
        assert "alongside_standing_by 1.0" in said
        assert "alongside_deployment_shard_ranges 1.0" in said
        assert "alongside_serving{" not in said
