"""Turns come evenly, in order, and are not saved up."""

import asyncio

from bot.scheduling.rate_limit import RateLimiter
from tests.cards.steady import steady


def test_a_burst_is_spread_evenly_and_in_order() -> None:
    async def story() -> list[tuple[int, float]]:
        limiter, came = RateLimiter(20), list[tuple[int, float]]()

        async def ask(number: int) -> None:
            await limiter.acquire()
            came.append((number, round(asyncio.get_running_loop().time(), 3)))

        await asyncio.gather(*(ask(number) for number in range(5)))
        return came

    assert steady(story) == [(0, 0.0), (1, 0.05), (2, 0.1), (3, 0.15), (4, 0.2)]


def test_a_quiet_hour_saves_up_no_burst() -> None:
    async def story() -> float:
        limiter, loop = RateLimiter(10), asyncio.get_running_loop()
        await limiter.acquire()
        await asyncio.sleep(3600)
        began = loop.time()
        for _ in range(11):
            await limiter.acquire()
        return round(loop.time() - began, 3)

    assert steady(story) == 1.0
