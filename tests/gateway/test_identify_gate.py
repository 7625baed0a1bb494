"""Shards start sessions when it is their turn, those of different keys at the same time."""

import asyncio
from collections.abc import Sequence
from itertools import pairwise

import pytest

from bot.errors import HeldConnectionError
from bot.gateway.identify_gate import IdentifyGate
from bot.gateway.shard_connections import launch_all
from bot.scheduling.slots import MemorySlots, Reservation
from tests.cards.deterministic_loop import run_deterministic

FIRST_SECONDS = 1.5  # time to connect


class Starts:
    """Sessions that shards started, and when, in seconds after the first. Processes share `slots`."""

    def __init__(self, slots: MemorySlots, max_concurrency: int) -> None:
        self.gate = IdentifyGate(slots)
        self.gate.max_concurrency = max_concurrency
        self.at: dict[int, float] = {}
        self.failures: dict[int, int] = {}  # by shard: how often it still fails
        self.connecting_seconds = 0.0
        self.idle: list[float] = []  # for how long connections waited, in seconds

    async def launch(self, shard: int) -> None:
        loop = asyncio.get_running_loop()
        await self.gate.approach(shard)
        await asyncio.sleep(self.connecting_seconds)
        connected_at = loop.time()
        await self.gate.wait(shard, initial=True)
        self.idle.append(loop.time() - connected_at)
        if self.failures.get(shard, 0):
            self.failures[shard] -= 1
            raise ConnectionError
        self.at[shard] = round(loop.time() - FIRST_SECONDS, 3)

    async def launch_all(self, shards: Sequence[int]) -> None:
        await launch_all(shards, self.gate.key_of, self.launch)


def test_shards_of_one_key_start_one_after_another_and_those_of_others_at_once() -> None:
    async def story() -> dict[int, float]:
        starts = Starts(MemorySlots(), max_concurrency=4)
        await starts.launch_all(range(10))
        return starts.at

    first, second, third = (dict.fromkeys(shards, at) for shards, at in (
        (range(4), 0.0), (range(4, 8), 5.5), (range(8, 10), 11.0)
    ))  # fmt: skip
    assert run_deterministic(story) == first | second | third


@pytest.mark.parametrize("connecting_seconds", [0.0, 1.4, 1.8])
def test_connections_are_made_shortly_before_their_sessions_start(connecting_seconds: float) -> None:
    async def story() -> tuple[list[float], list[float]]:
        slots = MemorySlots()
        quick, slow = Starts(slots, 1), Starts(slots, 1)
        slow.connecting_seconds = connecting_seconds
        await asyncio.gather(quick.launch_all([0, 1, 2]), slow.launch_all([3, 4, 5]))
        return sorted([*quick.at.values(), *slow.at.values()]), quick.idle

    times, idle = run_deterministic(story)
    assert min(after - before for before, after in pairwise(times)) >= 5.3
    assert max(idle) <= 1.501


def test_processes_that_share_the_slots_take_turns() -> None:
    async def story() -> list[float]:
        slots = MemorySlots()
        one, other = Starts(slots, 1), Starts(slots, 1)
        await asyncio.gather(one.launch_all([0, 1]), other.launch_all([2, 3]))
        return sorted([*one.at.values(), *other.at.values()])

    assert run_deterministic(story) == [0.0, 5.5, 11.0, 16.5]


def test_a_shard_that_fails_delays_no_other_key_and_comes_after_the_others_of_its_own() -> None:
    async def story() -> dict[int, float]:
        starts = Starts(MemorySlots(), max_concurrency=2)
        starts.failures = {0: 2}
        await starts.launch_all(range(6))
        return starts.at

    at = run_deterministic(story)
    assert [at[shard] for shard in (1, 3, 5)] == [0.0, 5.5, 11.0]
    assert at[2] < at[4] < at[0] < 60


def test_shards_that_have_to_wait_long_still_start_later() -> None:
    async def story() -> list[float]:
        slots = MemorySlots()
        all_of_them = [Starts(slots, 1) for _ in range(12)]
        await asyncio.gather(*(each.launch_all([shard]) for shard, each in enumerate(all_of_them)))
        return sorted(at for each in all_of_them for at in each.at.values())

    times = run_deterministic(story)
    assert len(times) == 12
    assert min(after - before for before, after in pairwise(times)) >= 5.5
    assert times[-1] < 120


def test_a_shard_waits_for_less_than_an_attempt_to_connect_may_take() -> None:
    async def story() -> float:
        starts = Starts(MemorySlots(), 1)
        waiting = [asyncio.create_task(starts.launch(shard)) for shard in range(20)]
        outcomes = await asyncio.gather(*waiting, return_exceptions=True)
        assert {type(each) for each in outcomes} == {type(None), HeldConnectionError}
        return asyncio.get_running_loop().time()

    assert run_deterministic(story) <= 40


def test_a_new_session_in_place_of_another_waits_as_long_as_discord_asks() -> None:
    async def story() -> float:
        starts = Starts(MemorySlots(), 1)
        await starts.gate.wait(0, initial=True)
        await asyncio.sleep(3600)
        begun = asyncio.get_running_loop().time()
        await starts.gate.wait(0, initial=False)
        return asyncio.get_running_loop().time() - begun

    assert 1 <= run_deterministic(story) <= 5


def test_a_shard_that_starts_again_and_again_is_held_and_takes_no_turn_of_others() -> None:
    async def story() -> tuple[int, float]:
        starts, loop = Starts(MemorySlots(), 1), asyncio.get_running_loop()
        for _ in range(5):
            await starts.launch(0)
        held = 0
        for _ in range(50):
            with pytest.raises(HeldConnectionError):
                await starts.launch(0)
            held += 1
        begun = loop.time()
        await starts.launch(1)
        return held, loop.time() - begun

    held, waited = run_deterministic(story)
    assert held == 50
    assert waited <= 5.5


def test_nothing_starts_while_the_shared_slots_cannot_be_read() -> None:
    class Away(MemorySlots):
        async def reserve(self, wish: Reservation) -> Sequence[float]:
            raise LookupError

    async def story() -> None:
        with pytest.raises(HeldConnectionError):
            await Starts(Away(), 1).launch(0)

    run_deterministic(story)
