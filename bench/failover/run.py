"""Kills the process that serves with a database in PostgreSQL, while another one stands by."""

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from bench.arrivals import Arrivals
from bench.checkins import Checkins, agree
from bench.databases import BotDatabase, new_database
from bench.failover.tally import Tally
from bench.kills.judge import CheckinResult
from bench.people import welcome
from bench.process import BEGIN, BotProcess
from sandbox import Actor, Sandbox
from sandbox.state.messages import plain_text
from sandbox.state.models import Message

_PEOPLE = 16
_LATENCY_SECONDS = 0.05
_MAX_SENDS = 45  # requests a second, as fast as the setting goes
_MINUTES = 25  # of a session
_SPANS = (timedelta(minutes=6), timedelta(minutes=1))
"""How much time passes, in turn: to the next phase, when Discord has forgotten nonces, or less."""

_TO_ITS_END = timedelta(minutes=_MINUTES)
_TAPS_APART_SECONDS = 0.2
_POST = "/channels/{channel_id}/messages"
_SEATS = "SELECT member_id FROM seat"
_SESSIONS = "SELECT COUNT(*) FROM session"


class FailoverRun:
    """The people, the process that serves, and the one that stands by."""

    def __init__(self, box: Sandbox, database: BotDatabase, folder: Path, seed: int, people: int) -> None:
        self._box = box
        self._folder = folder
        self._database = database
        self._checkins = Checkins(box, database)
        self._count = people
        self._random = random.Random(seed)
        self._arrivals = Arrivals(box)
        self._people: Sequence[Actor] = ()
        self._serving, self._next = self._new_process(), self._new_process()
        self.tally = Tally()

    async def run(self, times: int) -> None:
        """Let people agree, then kill the process that serves the given number of times."""
        await self._serving.start()
        mika = self._box.person("Mika")
        options: dict[str, object] = {"channel": "library", "name": "Library", "seats": self._count}
        await mika.run("quiet room add", channel="quiet-corner", options=options)
        self._people = welcome(self._box, self._count)
        for person in self._people:
            await agree(person)
            await self._pass(timedelta(minutes=1))  # direct messages are opened slowly
        self._box.faults.hang("POST", _POST, _LATENCY_SECONDS, times=sys.maxsize)
        await self._stand_by(self._next)
        for number in range(times):
            await self._round(_SPANS[number % len(_SPANS)])

    async def end(self) -> None:
        """Kill both processes."""
        for each in (self._serving, self._next):
            await each.kill_if_running()

    async def _round(self, span: timedelta) -> None:
        """Make much due, kill the process that serves, let the other take over, and judge everything."""
        card = await self._open_session()
        checkins = self._checkins
        came, recorded, due = self._came(), checkins.recorded(), checkins.let_all_be_due()
        seated, ended = set[int](), asyncio.Event()
        taps = asyncio.create_task(self._tap(card, seated, ended))
        moving = asyncio.create_task(self._pass(span))
        await self._kill()
        self.tally.unrecorded += self._came_since(came) - sum(
            checkins.recorded()[each.id] - recorded[each.id] for each in self._people
        )
        await self._take_over()
        await moving
        await self._settle()
        ended.set()
        await taps
        for person in self._people:
            result = CheckinResult(
                due=due,
                came=[each.at for each in self._arrivals.in_dm(person.id)][came[person.id] :],
                recorded=checkins.recorded()[person.id] - recorded[person.id],
                was_waiting=False,
                is_planned=checkins.planned().get(person.id, due) > due,
                may_be_late=False,
            )
            self.tally.verdicts[result.verdict] += 1
        await self._look_at_session(card, seated)
        await self._stand_by(self._next)

    async def _open_session(self) -> Message:
        """Let someone open a session; return its card."""
        before = {each.id for each in self._cards()}
        reply = await self._people[0].run("sit", channel="library", options={"minutes": _MINUTES})
        if reply.error is not None:
            raise RuntimeError(reply.error)
        await self._pass(timedelta())
        await self._box.until(lambda: {each.id for each in self._cards()} - before)
        return self._cards()[-1]

    async def _tap(self, card: Message, seated: set[int], ended: asyncio.Event) -> None:
        """Let people sit down one after another until `ended`; note whose seat was confirmed.

        Taps that nobody answers, since no process serves, are repeated.
        """
        waiting = list(self._people[1:])
        while not ended.is_set() and waiting:
            person = self._random.choice(waiting)
            reply = await person.click(card, "Sit")
            if reply.kind != "failed" and reply.error is None:
                await reply.settled()
                seated.add(person.id)
                waiting.remove(person)
            await asyncio.sleep(_TAPS_APART_SECONDS)

    async def _kill(self) -> None:
        """Kill the process that serves inside a request that posts a check-in."""
        left = self._random.randint(1, self._count // 2)
        killed = asyncio.Event()

        def kill_at_the_last() -> None:
            nonlocal left
            left -= 1
            if not left:
                self._serving.kill_at_once()
                killed.set()

        self._arrivals.on_arrival = kill_at_the_last
        async with asyncio.timeout(60):
            await killed.wait()
        self._arrivals.on_arrival = None

    async def _take_over(self) -> None:
        """Wait until the process that stood by serves; a new one is to stand by."""
        begun = time.monotonic()
        await self._next.hears("takes over")
        await self._serving.kill_if_running()
        await self._next.until_it_serves()
        self.tally.seconds.append(time.monotonic() - begun)
        self._serving, self._next = self._next, self._new_process()

    async def _look_at_session(self, card: Message, seated: set[int]) -> None:
        """Count what is wrong with the session, its seats and its card; then let it close."""
        faults = self.tally.faults
        self.tally.seats += len(seated)
        faults["a confirmed seat was gone"] += len(seated - {row[0] for row in self._database.run(_SEATS)})
        faults["a session was gone"] += self._database.run(_SESSIONS) != [(1,)]
        faults["a room had more or less than one card"] += len(self._cards()) != 1
        shown = plain_text(card)
        await self._pass(_TO_ITS_END)
        await self._settle()
        faults["a session did not close"] += self._database.run(_SESSIONS) != [(0,)]
        faults["a card did not show the end"] += plain_text(card) == shown

    def _cards(self) -> list[Message]:
        """Return the messages of the room that have the button Sit."""
        posted = self._box.person("Mika").sees("library")
        return [
            each for each in posted if each.ephemeral_to is None and "'rooms:sit:" in str(each.components)
        ]

    def _came(self) -> dict[int, int]:
        return {person.id: len(self._arrivals.in_dm(person.id)) for person in self._people}

    def _came_since(self, before: dict[int, int]) -> int:
        return sum(self._came().values()) - sum(before.values())

    def _new_process(self) -> BotProcess:
        chosen = {"SENDS_PER_SECOND": str(_MAX_SENDS), "DATABASE_URL": self._database.url}
        return BotProcess(self._box, self._folder, **chosen)

    async def _stand_by(self, process: BotProcess) -> None:
        await process.launch()
        await process.hears("standing by")

    async def _settle(self) -> None:
        """Wait until all that is due is done."""
        await self._pass(timedelta())
        await self._box.until(lambda: not self._checkins.to_come(), 60)
        await self._pass(timedelta())

    async def _pass(self, span: timedelta) -> None:
        """Let time pass."""
        await self._box.clock.move(self._box.clock.now() + span + timedelta(milliseconds=1))


async def measure(times: int, seed: int, people: int = _PEOPLE) -> Tally:
    """Return what was seen while processes took over from each other the given number of times."""
    with tempfile.TemporaryDirectory() as name, new_database(Path(name), "postgres") as database:
        async with Sandbox(begin=BEGIN) as box:
            failovers = FailoverRun(box, database, Path(name), seed, people)
            try:
                await failovers.run(times)
            finally:
                await failovers.end()
            return failovers.tally
