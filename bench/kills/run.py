"""Kills the bot while it delivers check-ins, and counts what arrived."""

import asyncio
import contextlib
import random
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import cycle
from pathlib import Path

from bench.arrivals import Arrivals
from bench.checkins import Checkins, agree
from bench.databases import BotDatabase, new_database
from bench.kills.judge import AT_ONCE, FORGOTTEN, LATE, CheckinResult, Tally
from bench.people import welcome
from bench.process import BEGIN, BotProcess, SlowError
from sandbox import Actor, Sandbox
from sandbox.state.models import Message

_PEOPLE = 24
LATENCY_SECONDS = 0.05
_MAX_SENDS = 45  # requests, as fast as the setting goes
_AWAY = {AT_ONCE: 0, FORGOTTEN: 6, LATE: 12}  # minutes
_ROUNDS = (FORGOTTEN, AT_ONCE, LATE, AT_ONCE)
_MINUTES_BETWEEN_PEOPLE = 1  # two people who ask for check-ins: direct messages are opened slowly
_KILLED_AGAIN = 0.4  # of the rounds
_TAPS = 0.3  # of the people, after each start
_PATIENCE_SECONDS = 60.0  # real ones, on a busy machine
_ROW = 1  # the component that holds buttons
_POST = "/channels/{channel_id}/messages"


class KillRun:
    """The people, and the bot that is killed and started again."""

    def __init__(
        self, box: Sandbox, bot: BotProcess, database: BotDatabase, seed: int, people: int
    ) -> None:
        self._box = box
        self._bot = bot
        self._checkins = Checkins(box, database)
        self._people_count = people
        self._longest_seconds = 2 * people / _MAX_SENDS  # a deletion and a message each
        self._random = random.Random(seed)
        self._people: Sequence[Actor] = ()
        self._arrivals = Arrivals(box)
        self.tally = Tally()

    async def run(self, kills: int) -> None:
        """Let people agree, then kill the bot at least the given number of times."""
        await self._bot.start()
        self._people = welcome(self._box, self._people_count)
        for person in self._people:
            await agree(person)
            await self._pass(_MINUTES_BETWEEN_PEOPLE)
        await self._settle()
        self._box.faults.hang("POST", _POST, LATENCY_SECONDS, times=sys.maxsize)
        await self._bot.end(kill=True)
        for away in cycle(_ROUNDS):
            if self.tally.kills >= kills:
                break
            await self._round(away)

    async def _round(self, away: str) -> None:
        """Make everyone's check-in due, kill the bot meanwhile, let it finish, and count what arrived."""
        self.tally.rounds[away] += 1
        before, recorded, due = self._came(), self._checkins.recorded(), self._checkins.let_all_be_due()
        await self._bot.start()
        await self._kill(inside_a_request=True)
        while away == AT_ONCE and self._random.random() < _KILLED_AGAIN:
            await self._bot.start()
            await self._kill(inside_a_request=False)
        came, now_recorded = self._came(), self._checkins.recorded()
        for person in self._people:
            new = len(came[person.id]) - len(before[person.id])
            unnoted = new - (now_recorded[person.id] - recorded[person.id])
            self.tally.unnoted[away] += max(0, unnoted)
        waiting = self._checkins.planned()
        await self._pass(_AWAY[away])
        await self._bot.start()
        async with self._tapping():
            await self._settle()
        came, now_recorded, planned = self._came(), self._checkins.recorded(), self._checkins.planned()
        for person in self._people:
            result = CheckinResult(
                due=due,
                came=came[person.id][len(before[person.id]) :],
                recorded=now_recorded[person.id] - recorded[person.id],
                was_waiting=waiting.get(person.id) == due,
                is_planned=planned.get(person.id, due) > due,
                may_be_late=away == LATE,
            )
            self.tally.verdicts[result.verdict] += 1
            self.tally.two_in_view += sum(_has_buttons(each) for each in person.dm()) > 1
        await self._bot.end(kill=True)

    @contextlib.asynccontextmanager
    async def _tapping(self) -> AsyncIterator[None]:
        """Let some people tap meanwhile, even if the bot is not there to answer."""
        tappers = [person for person in self._people if self._random.random() < _TAPS]
        taps = [asyncio.create_task(self._tap(person)) for person in tappers]
        yield
        await asyncio.gather(*taps)

    async def _tap(self, person: Actor) -> None:
        await asyncio.sleep(self._random.uniform(0, self._longest_seconds))
        asked = [each for each in person.dm() if _has_buttons(each)]
        if asked:
            reply = await person.click(asked[-1], "Here")
            self.tally.taps += reply.error is None

    async def _kill(self, *, inside_a_request: bool) -> None:
        """Kill the bot after it began to deliver: as soon as a message is posted, or at a random moment."""
        since, left = len(self._box.requests), self._random.randint(1, max(1, self._people_count // 2))

        def kill_at_the_last() -> None:
            nonlocal left
            left -= 1
            if not left:
                self._bot.kill_at_once()

        self._arrivals.on_arrival = kill_at_the_last if inside_a_request else None
        async with self._tapping():
            await self._box.until(
                lambda: (
                    any("/messages" in r.path for r in self._box.requests[since:])
                    or not self._checkins.to_come()
                ),
                _PATIENCE_SECONDS,
            )
            await asyncio.sleep(self._random.uniform(0, self._longest_seconds))
            if inside_a_request:
                await self._box.until(lambda: left <= 0 or not self._checkins.to_come(), _PATIENCE_SECONDS)
            self._arrivals.on_arrival = None
            self.tally.kills += 1
            await self._bot.end(kill=True)
            await asyncio.sleep(2 * LATENCY_SECONDS)  # what is on its way arrives after its sender's death

    def _came(self) -> Mapping[int, Sequence[datetime]]:
        """Return when check-ins ever came to each person, those that were deleted since too."""
        return {person.id: [each.at for each in self._arrivals.in_dm(person.id)] for person in self._people}

    async def _settle(self) -> None:
        """Wait until all that is due is done."""
        await self._pass(0)
        await self._box.until(lambda: not self._checkins.to_come(), _PATIENCE_SECONDS)
        await self._pass(0)

    async def _pass(self, minutes: int) -> None:
        """Let time pass."""
        await self._box.clock.move(self._box.clock.now() + timedelta(minutes=minutes, milliseconds=1))


async def measure(kills: int, seed: int, people: int = _PEOPLE, engine: str = "sqlite") -> Tally:
    """Return how the check-ins of `people` ended while the bot was killed the given number of times.

    If the machine is too busy for the bot, the tally says what was slow and has the rounds before.
    """
    with tempfile.TemporaryDirectory() as name, new_database(Path(name), engine) as database:
        async with Sandbox(begin=BEGIN) as box:
            chosen = {"SENDS_PER_SECOND": str(_MAX_SENDS), "LOG_LEVEL": "WARNING"}
            bot = BotProcess(box, Path(name), DATABASE_URL=database.url, **chosen)
            kill_run = KillRun(box, bot, database, seed, people)
            try:
                await kill_run.run(kills)
            except (SlowError, TimeoutError) as slow:
                kill_run.tally.unfinished = str(slow) or "something that was due was not done in time"
            finally:
                await bot.kill_if_running()
            return kill_run.tally


def _has_buttons(message: Message) -> bool:
    return any(each["type"] == _ROW for each in message.components)
