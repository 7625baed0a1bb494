"""How many interactions a second a bot answers for long, each soon enough."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.floor.rounds import cpu_seconds, percentile
from bench.floor.stage import Kind, Stage
from bench.floor.wire import Tap

LATEST_SECONDS = 0.25  # for 99 of 100 answers
_AT_A_TIME = 64  # while the saturation is looked for
_SHARES = [0.9**step for step in range(30)]  # of it, tried one after the other
_STEP_SECONDS = 0.005


@dataclass(frozen=True, slots=True)
class Rate:
    """The highest sustained rate a second, and the sandbox's part of one processor meanwhile."""

    rate: float
    p99: float
    sandbox_share: float


async def sustained(stage: Stage, kinds: Sequence[Kind], seconds: float) -> Rate:
    """Return the highest rate tried at which nothing was lost and 99 of 100 answers came soon enough.

    Kinds take turns. Raises RuntimeError if even the lowest rate was too high.
    """
    highest = await saturation(stage, itertools.cycle(kinds), seconds)
    for share in _SHARES:
        own, began = cpu_seconds(os.getpid()), asyncio.get_running_loop().time()
        taps = await _offer(stage, itertools.cycle(kinds), share * highest, seconds)
        spent = asyncio.get_running_loop().time() - began
        own = (cpu_seconds(os.getpid()) - own) / spent
        late = percentile([float("inf") if tap.is_lost else tap.seconds for tap in taps], 0.99)
        if late < LATEST_SECONDS and not any(tap.is_lost for tap in taps):
            return Rate(len(taps) / seconds, late, own)
    raise RuntimeError(f"{stage.name} sustains no rate that was tried")


async def saturation(stage: Stage, kinds: Iterator[Kind], seconds: float) -> float:
    """Return how many a second are answered if some are always waiting."""
    loop, answered = asyncio.get_running_loop(), 0
    until = loop.time() + seconds

    async def keep_tapping() -> None:
        nonlocal answered
        while loop.time() < until:
            tap = stage.tap(next(kinds))
            await tap.done
            answered += not tap.is_lost

    await asyncio.gather(*(keep_tapping() for _ in range(_AT_A_TIME)))
    return answered / (loop.time() - until + seconds)


async def _offer(stage: Stage, kinds: Iterator[Kind], rate: float, seconds: float) -> list[Tap]:
    """Send interactions at a rate, whether the ones before are answered or not; return all of them."""
    loop, taps = asyncio.get_running_loop(), list[Tap]()
    since = loop.time()
    while (now := loop.time()) < since + seconds:
        while len(taps) < (now - since) * rate:
            taps.append(stage.tap(next(kinds)))
        await asyncio.sleep(_STEP_SECONDS)
    await asyncio.gather(*(tap.done for tap in taps))
    return taps
