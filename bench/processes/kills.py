"""Kills processes at random while members tap and check-ins are due."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from itertools import cycle, islice

from bench.kills.judge import AT_ONCE, FORGOTTEN, LATE
from bench.processes.fleet import Instance
from bench.processes.judge import Tally
from bench.processes.run import LATENCY_SECONDS, Due, Run, Scale, prepared

_SPANS = {AT_ONCE: timedelta(seconds=10), FORGOTTEN: timedelta(minutes=6), LATE: timedelta(minutes=12)}
_ROUNDS = (AT_ONCE, FORGOTTEN, AT_ONCE, LATE)
_LONGEST_MOMENT_SECONDS = 1.5
_FIRST_MESSAGES_WITHIN_SECONDS = 30.0


class KillRun(Run):
    """Rounds, in each of which one process is killed and replaced."""

    async def round(self, away: str) -> None:
        """Kill one process while much is due, replace it, and look at everything."""
        victim = self.chance.choice(self.fleet.instances)
        due = self.let_checkins_be_due()
        moving = asyncio.create_task(self.town.let_pass(timedelta() if away == LATE else _SPANS[away]))
        await self._kill(victim, due)
        waiting = self.checkins.planned()
        self.tally.unrecorded += self.unrecorded(due)
        if away == LATE:
            await self.town.let_pass(_SPANS[away])
        await self._replace(victim)
        await moving
        await self.look_at_cards()
        await self.settle()
        self.judge_checkins(due, waiting, victim.shards if away == LATE else frozenset())
        self.tapping.look_at_seats()

    async def _kill(self, victim: Instance, due: Due) -> None:
        """Kill a process: inside a request that posts one of its messages, or at a random moment."""
        to_come = sum(self.town.shard_of(self.town.home[each.id]) in victim.shards for each in due.people)
        killed, left = asyncio.Event(), self.chance.randint(1, max(1, to_come // 2))

        def kill_at_the_last() -> None:
            nonlocal left
            newest = self.arrivals.newest
            left -= newest is not None and self.town.shard_of_channel(newest.channel_id) in victim.shards
            if not left:
                self.arrivals.on_arrival = None
                self.fleet.kill(victim)
                killed.set()

        moment = self.chance.uniform(0, _LONGEST_MOMENT_SECONDS)
        if not self.tally.kills % 2:
            self.arrivals.on_arrival = kill_at_the_last
            moment = _FIRST_MESSAGES_WITHIN_SECONDS
        try:
            async with asyncio.timeout(moment):
                await killed.wait()
        except TimeoutError:
            self.arrivals.on_arrival = None
            self.fleet.kill(victim)
        self.tally.kills += 1
        await self.fleet.until_gone(victim)
        await asyncio.sleep(2 * LATENCY_SECONDS)  # what is on its way arrives after its sender's death

    async def _replace(self, victim: Instance) -> None:
        """Start another process in the place of one that was killed."""
        begun = time.monotonic()
        instance = await self.fleet.add()
        self.tally.take_over_seconds.append(time.monotonic() - begun)
        if instance.shards != victim.shards:
            self.tally.faults["times a process took other shards than were free"] += 1


async def measure(kills: int, seed: int, scale: Scale) -> Tally:
    """Return what was seen while processes were killed and replaced this many times."""
    async with prepared(KillRun, seed, scale) as run, run.living():
        for away in islice(cycle(_ROUNDS), kills):
            await run.round(away)
    return run.tally
