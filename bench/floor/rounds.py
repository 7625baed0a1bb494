"""Rounds of taps in turns: latency, processor time, and the ratio between two bots with its interval."""

from __future__ import annotations

import asyncio
import gc
import math
import os
import random
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.floor.stage import Kind, Stage

_PAUSE_SECONDS = 0.003  # after an answer: what a bot does then is not part of the next tap
_NANOSECONDS = 1e9
_RESAMPLES = 2000


@dataclass(slots=True)
class Round:
    """What the taps of one round cost, in seconds for each."""

    seconds: list[float] = field(default_factory=list)  # until the last request that answers
    cpu: float = 0.0  # of the bot
    sandbox_cpu: float = 0.0
    lost: int = 0

    @property
    def median(self) -> float:
        """The median latency."""
        return statistics.median(self.seconds)


def cpu_seconds(pid: int) -> float:
    """Return how long the threads of a process have been running on a processor (Linux's schedstat)."""
    threads = [task / "schedstat" for task in Path(f"/proc/{pid}/task").iterdir()]
    return sum(int(each.read_text(encoding="ascii").split()[0]) for each in threads) / _NANOSECONDS


async def run_round(stage: Stage, kind: Kind, taps: int) -> Round:
    """Let members tap one after the other."""
    found = Round()
    gc.collect()
    bot, own = cpu_seconds(stage.pid), cpu_seconds(os.getpid())
    for _ in range(taps):
        tap = stage.tap(kind)
        await tap.done
        found.lost += tap.is_lost
        if not tap.is_lost:
            found.seconds.append(tap.seconds)
        await asyncio.sleep(_PAUSE_SECONDS)
    found.cpu = (cpu_seconds(stage.pid) - bot) / taps
    found.sandbox_cpu = (cpu_seconds(os.getpid()) - own) / taps
    return found


@dataclass(frozen=True, slots=True)
class Ratio:
    """The geometric mean of paired ratios, and the interval in which it lies with 95 % confidence."""

    mean: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float], floors: Sequence[float]) -> Ratio:
        """Return the ratio of pairs, with its interval from resampled pairs."""
        logs = [math.log(value / floor) for value, floor in zip(values, floors, strict=True)]
        chance = random.Random(1)
        means = sorted(statistics.fmean(chance.choices(logs, k=len(logs))) for _ in range(_RESAMPLES))
        low, high = means[int(0.025 * _RESAMPLES)], means[int(0.975 * _RESAMPLES)]
        return cls(math.exp(statistics.fmean(logs)), math.exp(low), math.exp(high))

    def __str__(self) -> str:
        """Return the ratio and its interval."""
        return f"{self.mean:.2f} ({self.low:.2f} to {self.high:.2f})"


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which this share of the values is."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]
