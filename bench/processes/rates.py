"""How many taps and check-ins a second 1, 2 and 3 processes manage, and what shared slots cost."""

from __future__ import annotations

import asyncio
import itertools
import os
import statistics
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
from bot.scheduling.slots import MemorySlots, Reservation, SharedSlots, Slots, per_second
from bot.storage.engine import engine_for

_SHARDS = 12
_ASKERS = 6  # in each server
_TAPS_SECONDS = 4.0
_ROUNDS = 3  # of check-ins
_RESERVATIONS = 300
_SLOT_SECONDS = 3.0
_CALLERS = 50
_FAST = 500  # requests a second, as high as the setting goes
_UNLIMITED = """
from bot.app import compose
from bot.cli import main
from bot.scheduling.slots import SharedLimit

compose.per_second = lambda name, *_: SharedLimit(name, interval_us=1000, burst=50, furthest_us=60_000_000)
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
    """How much some processes did in a second, and how much processor time that took."""

    taps: float
    checkins: float
    tap_ms: tuple[float, float]
    checkin_ms: tuple[float, float]


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

    async def deliver_checkins(self) -> tuple[int, float]:
        """Make all check-ins due several times; return how many were sent, and in how many seconds."""
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
        return came, seconds

    def spent(self, since: tuple[float, float] = (0.0, 0.0)) -> tuple[float, float]:
        """Return how long the bots and the sandbox have been running on a processor, in milliseconds."""
        bots = sum(cpu_seconds(each.bot.pid) for each in self.fleet.instances)
        return 1000 * bots - since[0], 1000 * cpu_seconds(os.getpid()) - since[1]


async def measure_rates(processes: int, program: str = _UNLIMITED) -> Rates:
    """Return what this many processes manage, each with its part of the shards and no limit to keep."""
    with (
        tempfile.TemporaryDirectory() as name,
        new_database(Path(name), "postgres", durable=True) as database,
    ):
        stage = FleetStage(Path(name), database, processes, program)
        async with staged(stage):
            since, begun = stage.spent(), time.perf_counter()
            kinds = itertools.cycle([Kind.SIT, Kind.SLIP_OUT])
            taps = await saturation(stage, kinds, _TAPS_SECONDS)
            answered = taps * (time.perf_counter() - begun)
            tap_bots, tap_sandbox = stage.spent(since)
            since = stage.spent()
            came, seconds = await stage.deliver_checkins()
            checkin_bots, checkin_sandbox = stage.spent(since)
            return Rates(
                taps,
                came / seconds,
                (tap_bots / answered, tap_sandbox / answered),
                (checkin_bots / came, checkin_sandbox / came),
            )


@dataclass(frozen=True, slots=True)
class SlotCost:
    """What it costs to reserve slots.

    Milliseconds alone and beside two other processes, and how many slots are used in a second.
    """

    alone_ms: float
    beside_ms: float
    per_second_memory: float
    per_second_shared: float

    def __str__(self) -> str:
        """Return the figures, a line each."""
        return (
            f"a reservation takes {self.alone_ms:.2f} ms, and {self.beside_ms:.2f} ms beside two others\n"
            f"of {_FAST} slots a second, {self.per_second_memory:.0f} were used with slots in memory, "
            f"{self.per_second_shared:.0f} by three that share them"
        )


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
    """Return the median time of a reservation if each of `all_slots` makes one after another."""
    limit, times = per_second("bench", 1000), list[float]()

    async def reserve(slots: Slots) -> None:
        for _ in range(_RESERVATIONS):
            begun = time.perf_counter()
            await slots.reserve(Reservation(limit))
            times.append(time.perf_counter() - begun)

    await asyncio.gather(*(reserve(slots) for slots in all_slots))
    return 1000 * statistics.median(times)


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
    print("processes           taps/s   ms each: bots, sandbox   check-ins/s   ms each: bots, sandbox")
    for processes in (1, 2, 3):
        print(line(str(processes), await measure_rates(processes)))
    print(line("3, slots in memory", await measure_rates(3, _WITHOUT_SLOTS)))
    print(await measure_slots())


def line(name: str, found: Rates) -> str:
    """Return a line of the table."""
    (tap_bots, tap_sandbox), (checkin_bots, checkin_sandbox) = found.tap_ms, found.checkin_ms
    return (
        f"{name:<18}  {found.taps:6.0f}   {tap_bots:13.2f}  {tap_sandbox:7.2f}   "
        f"{found.checkins:11.0f}   {checkin_bots:13.2f}  {checkin_sandbox:7.2f}"
    )
