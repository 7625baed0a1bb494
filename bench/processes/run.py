"""A run in which people tap and check-ins are due while processes come and go, and what it judges."""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from bench.arrivals import Arrivals
from bench.checkins import Checkins
from bench.databases import BotDatabase, new_database
from bench.kills.judge import CheckinResult
from bench.night import judge as night
from bench.process import BEGIN, SlowError
from bench.processes.fleet import PROGRAM, Fleet
from bench.processes.judge import CARDS_WITHIN_SECONDS, Tally, shortest_spacing
from bench.processes.tapping import Tapping
from bench.processes.town import Town
from bench.small_servers import Server
from sandbox import Actor, Sandbox
from sandbox.api.request_log import most_in_a_second

LATENCY_SECONDS = 0.05
_SETTINGS = {"SENDS_PER_SECOND": "45", "DM_OPENINGS_PER_MINUTE": "60"}
_POST = "/channels/{channel_id}/messages"
_LIMITED = 429
_SETTLES_WITHIN_SECONDS = 90.0
_TAPS_APART_SECONDS = 0.25  # of one of the people who tap at once
_LOOK_AGAIN_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Scale:
    """How large a run is."""

    servers: int = 200
    shards: int = 12
    per_process: int = 4
    max_concurrency: int = 16
    due: int = 60  # check-ins at a time
    window_seconds: float = 5.0  # between two identifies of one key; Discord's is five seconds
    program: Sequence[str] = PROGRAM


@dataclass(frozen=True, slots=True)
class Due:
    """The check-ins of some people that are due at a time, and what came to everyone before."""

    at: datetime
    people: Sequence[Actor]
    came: Mapping[int, int]
    recorded: Mapping[int, int]


class Run:
    """The town, the processes, and the judges of everything that is seen."""

    def __init__(self, box: Sandbox, database: BotDatabase, folder: Path, seed: int, scale: Scale) -> None:
        self.box = box
        self.scale = scale
        self.chance = random.Random(seed)
        self.town = Town(box, database, scale.servers, scale.shards, self.chance)
        self.fleet = Fleet(
            box,
            folder,
            database.url,
            scale.shards,
            scale.per_process,
            program=scale.program,
            **_SETTINGS,
        )
        self.checkins = Checkins(box, database)
        self.arrivals = Arrivals(box)
        self.tapping = Tapping(box, self.town, self.fleet, self.chance, _TAPS_APART_SECONDS)
        self.tally = Tally(taps=self.tapping.taps, window_seconds=scale.window_seconds)
        self._since = BEGIN

    @asynccontextmanager
    async def living(self) -> AsyncIterator[None]:
        """Start the processes and set up the town; then let people tap, and judge the whole at the end."""
        box = self.box
        box.starts.shards, box.starts.max_concurrency = self.scale.shards, self.scale.max_concurrency
        box.starts.window_seconds = self.scale.window_seconds
        box.limits.enabled = False  # until all is set up
        await self.fleet.start()
        await self.town.set_up()
        box.limits.enabled = True
        box.faults.hang("POST", _POST, LATENCY_SECONDS, times=sys.maxsize)
        self._since = box.clock.now()
        self.tapping.start()
        try:
            yield
        finally:
            await self.tapping.stop()
            self._look_at_all()

    def let_checkins_be_due(self) -> Due:
        """Make the check-ins of some people due now."""
        askers = self.town.askers
        people = self.chance.sample(askers, min(self.scale.due, len(askers)))
        came, recorded = self.came(), self.checkins.recorded()
        return Due(self.checkins.let_some_be_due(people), people, came, recorded)

    def came(self) -> dict[int, int]:
        """Return how many messages came to each of those who asked for check-ins."""
        return {each.id: len(self.arrivals.in_dm(each.id)) for each in self.town.askers}

    def unrecorded(self, due: Due) -> int:
        """Return how many check-ins came that are not recorded yet."""
        came, recorded = self.came(), self.checkins.recorded()
        return sum(
            max(0, came[each.id] - due.came[each.id] - recorded[each.id] + due.recorded[each.id])
            for each in due.people
        )

    def judge_checkins(self, due: Due, waiting: Mapping[int, datetime], late: frozenset[int]) -> None:
        """Judge what came. `waiting`: when each was planned at the kill; `late`: shards served late."""
        recorded, planned = self.checkins.recorded(), self.checkins.planned()
        for person in self.town.askers:
            came = self.arrivals.in_dm(person.id)[due.came[person.id] :]
            if person not in due.people:
                self.tally.faults["check-ins came that were not due"] += len(came)
                continue
            result = CheckinResult(
                due=due.at,
                came=[each.at for each in came],
                recorded=recorded[person.id] - due.recorded[person.id],
                was_waiting=waiting.get(person.id) == due.at,
                is_planned=planned.get(person.id, due.at) > due.at,
                may_be_late=self.town.shard_of(self.town.home[person.id]) in late,
            )
            self.tally.checkins[result.verdict] += 1
            if result.verdict not in {"once", "late"}:
                self.tally.remarks.append(f"check-in {result.verdict}: {person.id}, {result}")

    async def look_at_cards(self) -> None:
        """Wait until every card was right at some moment after the take-over, which is now."""
        begun, left = time.monotonic(), list(self.town.servers)
        while True:
            left = [left[place] for place in self.town.untrue_cards(left)]
            seconds = time.monotonic() - begun
            if not left or seconds > CARDS_WITHIN_SECONDS:
                break
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
        self.tally.card_seconds.append(seconds)
        for place, verdict in self.town.untrue_cards(left).items():
            shard = self.town.shard_of(left[place])
            self.tally.remarks.append(f"card {verdict}: {left[place].guild.name} on shard {shard}")

    async def settle(self) -> None:
        """Wait until all check-ins that are due are sent."""
        begun = time.monotonic()
        await self.town.let_pass()
        await self.box.until(lambda: not self.checkins.to_come(), _SETTLES_WITHIN_SECONDS)
        self.tally.settle_seconds.append(time.monotonic() - begun)
        await self.town.let_pass()

    def _look_at_all(self) -> None:
        """Judge the openings, requests and identifies of the whole run."""
        tally, box, until = self.tally, self.box, self.box.clock.now()
        for server in self.town.servers:
            self._judge_openings(server, until)
        counted = [each for each in box.requests if each.limited]
        posted = [each for each in counted if (each.method, each.route) == ("POST", _POST)]
        tally.counted_requests = len(counted)
        tally.most_requests_a_second = most_in_a_second(each.loop_seconds for each in counted)
        tally.most_messages_a_second = most_in_a_second(each.loop_seconds for each in posted)
        tally.limited = sum(each.status == _LIMITED for each in box.requests)
        tally.identifies = len(box.gateway.identifies)
        tally.spacing_seconds = shortest_spacing(box.gateway.identifies, self.scale.max_concurrency)
        tally.errors = [line for line in self.fleet.log if " ERROR " in line]

    def _judge_openings(self, server: Server, until: datetime) -> None:
        shard = self.town.shard_of(server)
        came = [each.at for each in self.arrivals.in_channel(server.channel.id) if each.at > self._since]
        due = server.openings(self._since, until)
        was_away = partial(self.fleet.was_away, shard)
        for opening in due:
            verdict = night.opening(opening, came, until, was_away)
            self.tally.openings[verdict] += 1
            if verdict in night.WRONG:
                where = f"{server.guild.name} on shard {shard}, due {opening:%H:%M}"
                self.tally.remarks.append(f"opening {verdict}: {where}")
        self.tally.openings["unasked"] += night.unasked_openings(due, came)


R = TypeVar("R", bound=Run)


@asynccontextmanager
async def prepared(make: Callable[..., R], seed: int, scale: Scale) -> AsyncIterator[R]:
    """Give a run with a new sandbox and a new database in PostgreSQL; end its processes afterwards.

    If the machine is too busy for the processes, the tally says what was slow.
    """
    with tempfile.TemporaryDirectory() as name, new_database(Path(name), "postgres") as database:
        async with Sandbox(begin=BEGIN) as box:
            run = make(box, database, Path(name), seed, scale)
            try:
                yield run
            except (SlowError, TimeoutError) as slow:
                run.tally.unfinished = str(slow) or "something that was due was not done in time"
            finally:
                await run.fleet.end()
