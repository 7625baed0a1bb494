"""How many taps and check-ins a second 1, 2 and 3 processes manage, and what shared slots cost."""

from __future__ import annotations

import asyncio
import itertools
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from pydantic import SecretStr

from bench.arrivals import Arrivals
from bench.checkins import Checkins, agree
from bench.databases import BotDatabase, DatabaseChoice, new_database
from bench.floor.rates import saturation
from bench.floor.rounds import cpu_seconds
from bench.floor.stage import Kind, Stage, staged
from bench.processes.fleet import Fleet
from bot.scheduling.rate_limit import RateLimiter
from bot.scheduling.shared_limit import per_second
from bot.scheduling.slots import MemorySlots, SharedSlots, Slots
from bot.storage.engine import engine_for

_SHARDS = 12
_ASKERS = 8  # in each server
_TAPS_SECONDS = 5.0
_ROUNDS = 3  # of check-ins
_RESERVATIONS = 300
_SLOT_SECONDS = 3.0
_CALLERS = 50
_FAST = 500  # requests a second, as high as the setting goes
_UNLIMITED = """
from bot.app import compose
from bot.cli import main
from bot.scheduling.shared_limit import SharedLimit

compose.per_second = lambda name, *_: SharedLimit(name, interval_ms=1, burst=50, furthest_ms=60_000)
main(["run"])
"""
_WITHOUT_SLOTS = f"""
from bot.app import run
from bot.scheduling.slots import MemorySlots

run.slots_for = lambda *_: MemorySlots()
{_UNLIMITED}
"""


@dataclass(frozen=True, slots=True)
class Rates:
    """What some processes managed a second, and what a tap cost them on a processor, in milliseconds."""

    processes: int
    taps: float
    bot_ms: float
    sandbox_ms: float
    checkins: float


class FleetStage(Stage):
    """Processes of the shipped bot, which share the servers of one sandbox."""

    name = "processes"

    def __init__(self, folder: Path, database: BotDatabase, processes: int, program: str) -> None:
        super().__init__(folder)
        self.box.limits.enabled = False
        self._database = database
        settings = {"DM_OPENINGS_PER_MINUTE": "60", "LOG_LEVEL": "WARNING"}
        self.fleet = Fleet(
            self.box,
            folder,
            database.url,
            _SHARDS,
            _SHARDS // processes,
            program=("-c", program),
            **settings,
        )

    @property
    def pid(self) -> int:
        """See `Stage`."""
        return self.fleet.instances[0].bot.pid

    async def begin(self) -> None:
        """See `Stage`. Some members of each server ask for check-ins."""
        await self.fleet.start()
        await self._open_sessions()
        for server in self.rooms:
            for person in server.people[1 : 1 + _ASKERS]:
                await agree(person, server.channel)
                await self.box.clock.move(self.box.clock.now() + timedelta(seconds=2))

    async def end(self) -> None:
        """See `Stage`."""
        await self.fleet.end()

    async def checkins_a_second(self) -> float:
        """Make all check-ins due some times; return how many came in a second."""
        arrivals, checkins = Arrivals(self.box), Checkins(self.box, self._database)
        people = [each for server in self.rooms for each in server.people[1 : 1 + _ASKERS]]
        seconds, came = 0.0, 0
        for _ in range(_ROUNDS):
            before = {each.id: len(arrivals.in_dm(each.id)) for each in people}
            checkins.let_all_be_due()
            begun = time.perf_counter()
            await self.box.clock.move(self.box.clock.now() + timedelta(milliseconds=1))
            await self.box.until(lambda: not checkins.to_come(), 60)
            seconds += time.perf_counter() - begun
            came += sum(len(arrivals.in_dm(each.id)) - before[each.id] for each in people)
        return came / seconds

    def cpu_seconds(self) -> float:
        """Return how long all processes have been running on a processor."""
        return sum(cpu_seconds(each.bot.pid) for each in self.fleet.instances)


async def measure_rates(processes: int, program: str = _UNLIMITED) -> Rates:
    """Return what this many processes manage, each with its part of the shards and no limit to keep."""
    with (
        tempfile.TemporaryDirectory() as name,
        new_database(Path(name), "postgres", durable=True) as database,
    ):
        stage = FleetStage(Path(name), database, processes, program)
        async with staged(stage):
            bots, own = stage.cpu_seconds(), cpu_seconds(os.getpid())
            begun = time.perf_counter()
            kinds = itertools.cycle([Kind.SIT, Kind.SLIP_OUT])
            taps = await saturation(stage, kinds, _TAPS_SECONDS)
            answered = taps * (time.perf_counter() - begun)
            bot_ms = 1000 * (stage.cpu_seconds() - bots) / answered
            sandbox_ms = 1000 * (cpu_seconds(os.getpid()) - own) / answered
            return Rates(processes, taps, bot_ms, sandbox_ms, await stage.checkins_a_second())


@dataclass(frozen=True, slots=True)
class SlotCost:
    """What reserving slots costs: milliseconds alone and beside two others, and slots given in a second."""

    alone_ms: float
    beside_ms: float
    per_second_memory: float
    per_second_shared: float


async def measure_slots() -> SlotCost:
    """Return what slots in PostgreSQL cost, beside those in memory, at the highest limit."""
    with (
        tempfile.TemporaryDirectory() as name,
        new_database(Path(name), "postgres", durable=True) as database,
    ):
        engine = engine_for(DatabaseChoice(SecretStr(database.url), Path(name)))
        opened = [await engine.open()]
        opened += [await engine.open_beside() for _ in range(2)]
        try:
            shared = [SharedSlots(each, len(opened)) for each in opened]
            alone = await _reservation_ms(shared[:1])
            beside = await _reservation_ms(shared)
            memory = await _slots_a_second([MemorySlots()])
            return SlotCost(alone, beside, memory, await _slots_a_second(shared))
        finally:
            for each in opened:
                await each.close()


async def _reservation_ms(all_slots: Sequence[Slots]) -> float:
    """Return how long one reservation takes if each of `all_slots` makes one after another."""
    limit = per_second("bench", 1000)

    async def reserve(slots: Slots) -> None:
        for _ in range(_RESERVATIONS):
            await slots.reserve(limit)

    begun = time.perf_counter()
    await asyncio.gather(*(reserve(slots) for slots in all_slots))
    return 1000 * (time.perf_counter() - begun) / _RESERVATIONS


async def _slots_a_second(all_slots: Sequence[Slots]) -> float:
    """Return how many callers of limiters go ahead in a second, if some always wait at each."""
    limiters = [RateLimiter(per_second("bench", _FAST, _FAST // 10), slots) for slots in all_slots]
    until, passed = time.perf_counter() + _SLOT_SECONDS, 0

    async def call(limiter: RateLimiter) -> None:
        nonlocal passed
        while time.perf_counter() < until:
            await limiter.acquire()
            passed += 1

    await asyncio.gather(*(call(limiter) for limiter in limiters for _ in range(_CALLERS)))
    return passed / _SLOT_SECONDS


async def show() -> None:
    """Print the table."""
    print("processes  taps/s  ms of the bots and the sandbox a tap  check-ins/s")
    for processes in (1, 2, 3):
        found = await measure_rates(processes)
        print(_line(str(processes), found))
    print(_line("3, slots in memory", await measure_rates(3, _WITHOUT_SLOTS)))
    cost = await measure_slots()
    print(
        f"a reservation takes {cost.alone_ms:.2f} ms, and {cost.beside_ms:.2f} ms beside two others\n"
        f"of {_FAST} slots a second, {cost.per_second_memory:.0f} were used with slots in memory, "
        f"{cost.per_second_shared:.0f} with shared ones"
    )


def _line(name: str, found: Rates) -> str:
    return (
        f"{name:>18}  {found.taps:6.0f}  {found.bot_ms:6.2f} {found.sandbox_ms:6.2f}  {found.checkins:6.0f}"
    )
