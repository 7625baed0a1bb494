"""Restarts all processes one after another while members tap and check-ins are due."""

from __future__ import annotations

import asyncio
import time

from bench.processes.fleet import Instance
from bench.processes.judge import Tally
from bench.processes.run import Run, Scale, prepared

_STANDS_BY = "standing by"


class RestartRun(Run):
    """A rolling restart: a process stands by, an old one is stopped, and so on with the next one."""

    async def round(self, old: Instance) -> None:
        """Stop one process while much is due and let another one take over; look at everything."""
        new = await self.fleet.launch()
        await new.hears(_STANDS_BY, 60)
        due = self.let_checkins_be_due()
        moving = asyncio.create_task(self.town.let_pass())
        await asyncio.sleep(self.chance.uniform(0.2, 1.0))  # in the middle of what is due
        begun = time.monotonic()
        self.tally.restarts += 1
        await self.fleet.stop(old)
        await self.fleet.add(new)
        self.tally.take_over_seconds.append(time.monotonic() - begun)
        await moving
        await self.look_at_cards()
        await self.settle()
        self.judge_checkins(due, {}, frozenset())
        self.tapping.look_at_seats()


async def measure_restart(seed: int, scale: Scale) -> Tally:
    """Return what was seen while every process was replaced."""
    async with prepared(RestartRun, seed, scale) as run:
        run.tapping.is_patient = True
        async with run.living():
            for old in list(run.fleet.instances):
                await run.round(old)
    return run.tally
