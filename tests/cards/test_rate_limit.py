"""Rate limiters space calls evenly, in order; processes that share a limit take turns."""

import asyncio
from collections.abc import Sequence

from bot.scheduling.rate_limit import RateLimiter
from bot.scheduling.slots import MemorySlots, Reservation, per_second
from tests.cards.deterministic_loop import run_deterministic

TWENTY, REQUESTS = per_second("sends", 20), per_second("requests", 45, 5)


class SharedMemory(MemorySlots):
    """Slots that processes share, each reservation of which takes a moment."""

    def __init__(self, sharers: int = 2) -> None:
        super().__init__()
        self.sharers = sharers
        self.counts: list[int] = []
        self.fails = False

    async def reserve(self, wish: Reservation) -> Sequence[float]:
        await asyncio.sleep(0.002)
        if self.fails:
            raise ConnectionError
        self.counts.append(wish.count)
        return await super().reserve(wish)


class Callers:
    """Callers of limiters, and when each went ahead, in seconds."""

    def __init__(self) -> None:
        self.came: list[tuple[int, float]] = []

    async def ask(self, limiter: RateLimiter, number: int) -> None:
        await limiter.acquire()
        self.came.append((number, round(asyncio.get_running_loop().time(), 3)))

    @property
    def times(self) -> list[float]:
        return [at for _, at in self.came]


def most_in_a_second(times: list[float]) -> int:
    return max(sum(first <= each < first + 1 for each in times) for first in times)


def test_a_burst_is_spread_evenly_and_in_order() -> None:
    async def story() -> list[tuple[int, float]]:
        callers, limiter = Callers(), RateLimiter(TWENTY, MemorySlots())
        await asyncio.gather(*(callers.ask(limiter, number) for number in range(5)))
        return callers.came

    assert run_deterministic(story) == [(0, 0.0), (1, 0.05), (2, 0.1), (3, 0.15), (4, 0.2)]


def test_a_quiet_hour_saves_up_no_burst_of_sends() -> None:
    async def story() -> float:
        limiter, loop = RateLimiter(per_second("sends", 10), MemorySlots()), asyncio.get_running_loop()
        await limiter.acquire()
        await asyncio.sleep(3600)
        began = loop.time()
        for _ in range(11):
            await limiter.acquire()
        return round(loop.time() - began, 3)

    assert run_deterministic(story) == 1.0


def test_no_second_has_more_requests_than_the_limit_and_a_few_go_at_once() -> None:
    async def story() -> list[float]:
        callers, limiter = Callers(), RateLimiter(REQUESTS, MemorySlots())
        await asyncio.gather(*(callers.ask(limiter, number) for number in range(200)))
        return callers.times

    times = run_deterministic(story)
    assert times[:6] == [0.0] * 5 + [0.024]
    assert times[-1] < 5.0
    assert most_in_a_second(times) <= 45


def test_those_who_wait_together_are_reserved_together_and_not_far_ahead() -> None:
    async def story() -> list[int]:
        callers, slots = Callers(), SharedMemory()
        limiter = RateLimiter(REQUESTS, slots)
        await asyncio.gather(*(callers.ask(limiter, number) for number in range(24)))
        assert [number for number, _ in callers.came] == list(range(24))
        return slots.counts

    assert run_deterministic(story) == [1, 10, 10, 3]  # nobody else waits yet when the first one asks


def test_a_process_with_one_request_does_not_wait_for_all_of_a_busy_one() -> None:
    async def story() -> float:
        callers, slots = Callers(), SharedMemory()
        busy, other = RateLimiter(REQUESTS, slots), RateLimiter(REQUESTS, slots)
        crowd = asyncio.gather(*(callers.ask(busy, number) for number in range(200)))
        await asyncio.sleep(1)
        await callers.ask(other, 1000)
        waited = dict(callers.came)[1000] - 1
        await crowd
        assert most_in_a_second(callers.times) <= 45
        return waited

    assert run_deterministic(story) < 0.3


def test_a_slot_that_passed_while_its_caller_was_cancelled_is_not_used_later() -> None:
    async def story() -> list[int]:
        callers, slots = Callers(), SharedMemory()
        limiter = RateLimiter(REQUESTS, slots)
        asking = [asyncio.create_task(callers.ask(limiter, number)) for number in range(10)]
        await asyncio.sleep(0.01)
        for each in asking:
            each.cancel()
        await asyncio.sleep(10)
        await asyncio.gather(*(callers.ask(limiter, number) for number in range(10)))
        return slots.counts

    assert run_deterministic(story) == [1, 9, 1, 9]


def test_slots_that_passed_while_a_slow_database_reserved_them_are_left_out() -> None:
    class Slow(SharedMemory):
        """Slots of a database that takes 0.9 seconds for each seventh answer."""

        async def reserve(self, wish: Reservation) -> Sequence[float]:
            waits = await super().reserve(wish)
            if len(self.counts) % 7:
                return waits
            await asyncio.sleep(0.9)
            return [seconds - 0.9 for seconds in waits]

    async def story() -> list[float]:
        callers, slots = Callers(), Slow()
        busy = [RateLimiter(REQUESTS, slots) for _ in range(3)]
        await asyncio.gather(*(callers.ask(limiter, number) for limiter in busy for number in range(60)))
        return callers.times

    times = run_deterministic(story)
    assert len(times) == 180
    assert most_in_a_second(times) <= 45
    assert times[-1] < 6


def test_processes_that_cannot_reserve_slots_add_little_to_what_the_others_use() -> None:
    async def story() -> tuple[list[float], list[float]]:
        healthy, slow = Callers(), Callers()
        slots = [SharedMemory(sharers=4) for _ in range(4)]
        for each in slots[1:]:
            each.fails = True
        busy, *cut_off = [RateLimiter(REQUESTS, each) for each in slots]
        await asyncio.gather(
            *(healthy.ask(busy, number) for number in range(200)),
            *(slow.ask(each, number) for each in cut_off for number in range(4)),
        )
        return healthy.times, slow.times

    healthy, slow = run_deterministic(story)
    assert most_in_a_second(healthy + slow) <= 48
    assert slow[-1] < 8


def test_a_database_that_does_not_answer_delays_callers_and_is_asked_again_later() -> None:
    class Hanging(SharedMemory):
        """Slots of a database that does not answer for the first ten seconds."""

        async def reserve(self, wish: Reservation) -> Sequence[float]:
            self.counts.append(wish.count)
            if asyncio.get_running_loop().time() < 10:
                await asyncio.sleep(2)
                raise TimeoutError
            return await MemorySlots.reserve(self, wish)

    async def story() -> tuple[list[float], int]:
        callers, slots = Callers(), Hanging()
        limiter = RateLimiter(REQUESTS, slots)
        await asyncio.gather(*(callers.ask(limiter, number) for number in range(60)))
        return callers.times, len(slots.counts)

    times, asked = run_deterministic(story)
    assert [most_in_a_second([at for at in times if at < 14]), times[0]] == [2, 2.0]
    assert asked == 7  # twice in vain
    assert times[-1] < 20


def test_how_long_callers_waited_is_observed() -> None:
    async def story() -> list[tuple[str, float]]:
        seen: list[tuple[str, float]] = []
        limiter = RateLimiter(TWENTY, MemorySlots(), lambda name, wait: seen.append((name, round(wait, 3))))
        await asyncio.gather(limiter.acquire(), limiter.acquire())
        return seen

    assert run_deterministic(story) == [("sends", 0.0), ("sends", 0.05)]
