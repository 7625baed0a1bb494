"""People who tap on cards and on check-ins, and what became of their taps and seats."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from bench.arrivals import labels
from bench.night.cards import AGAIN, OPENS, SIT
from bench.processes.fleet import Fleet
from bench.processes.town import Town
from bench.small_servers import Server
from sandbox import Actor, ClientRefusal, Reply, Sandbox
from sandbox.state.models import Message

_WANTED = (SIT, SIT, SIT, "Nod", "Slip out", AGAIN, OPENS)
_IN_DMS = 0.25  # of the taps
_SEATED = "You have a seat"
_TAPPERS = 4
_PANEL_SECONDS = 3.0
_PATIENCE_SECONDS = 60.0


@dataclass(slots=True)
class Taps:
    """Counts of taps by their results. Taps in direct messages are also counted separately."""

    results: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)  # until the first response
    waits: list[float] = field(default_factory=list)  # until the answer, also if it took several taps
    in_dms: int = 0  # answered
    seats: int = 0  # confirmed
    faults: Counter[str] = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)


class Tapping:
    """Taps until it is stopped.

    A tap during which nobody served the server may stay unanswered. In a restart, only one that was made
    while no process was connected.
    """

    def __init__(
        self, box: Sandbox, town: Town, fleet: Fleet, chance: random.Random, apart_seconds: float
    ) -> None:
        self._box = box
        self._town = town
        self._fleet = fleet
        self._chance = chance
        self._apart_seconds = apart_seconds
        self._seats: dict[int, int] = {}  # confirmed and not given up: the session, by member
        self._busy: set[int] = set()  # people whose tap is under way
        self._tasks: list[asyncio.Task[None]] = []
        self._ended = asyncio.Event()
        self.is_patient = False
        """Whether people tap again until they are answered, as no process is killed."""
        self.taps = Taps()

    def start(self) -> None:
        """Begin to tap."""
        self._tasks = [asyncio.create_task(self._go_on()) for _ in range(_TAPPERS)]

    async def stop(self) -> None:
        """Tap no more, and wait for the taps that are under way."""
        self._ended.set()
        await asyncio.gather(*self._tasks)

    def look_at_seats(self) -> None:
        """Count confirmed seats that are gone although their session is still open."""
        sessions = {number for number, _ in self._town.open_sessions().values()}
        saved = self._town.seats()
        for member, session in list(self._seats.items()):
            if session not in sessions:
                del self._seats[member]
            elif (session, member) not in saved:
                self.taps.faults["a confirmed seat was gone"] += 1
                del self._seats[member]

    async def _go_on(self) -> None:
        while not self._ended.is_set():
            await self._tap(self._chance.choice(self._town.servers))
            await asyncio.sleep(self._apart_seconds * self._chance.uniform(0.5, 1.5))

    async def _tap(self, server: Server) -> None:
        person = self._chance.choice([server.keeper, *server.people])
        if person.id in self._busy:
            return
        self._busy.add(person.id)
        try:
            await self._tap_as(person, server)
        except ClientRefusal:  # the message was deleted just before
            self.taps.results["too late"] += 1
        finally:
            self._busy.discard(person.id)

    async def _tap_as(self, person: Actor, server: Server) -> None:
        checkin = _checkin(person) if self._chance.random() < _IN_DMS else None
        if checkin is not None:
            if await self._click(person, checkin, "Here", 0):
                self.taps.in_dms += 1
            return
        for card in self._town.posted(server):
            offered = [each for each in _WANTED if each in labels(card)]
            if offered:
                await self._use_card(person, server, card, self._chance.choice(offered))
                return

    async def _use_card(self, person: Actor, server: Server, card: Message, wanted: str) -> None:
        if wanted == "Slip out":
            self._seats.pop(person.id, None)
        begun = self._box.clock.now()
        reply = await self._click(person, card, wanted, self._town.shard_of(server))
        if reply is None or wanted not in {SIT, OPENS}:
            return
        with contextlib.suppress(TimeoutError):  # its process may have been killed between the two answers
            await self._box.until(lambda: reply.messages, _PANEL_SECONDS)
        if _SEATED in reply.text:
            self._note_seat(person, server, begun)

    def _note_seat(self, person: Actor, server: Server, begun: datetime) -> None:
        """Remember a confirmed seat; it has to be saved by now, unless the session has closed since."""
        self.taps.seats += 1
        session, found = self._town.open_sessions().get(server.channel.id, (0, None))
        if found is None or found.opened_at > begun:
            return
        if (session, person.id) in self._town.seats():
            self._seats[person.id] = session
        else:
            self.taps.faults["a confirmed seat was not saved"] += 1

    async def _click(self, person: Actor, message: Message, label: str, shard: int) -> Reply | None:
        """Return the answer to a tap, or None if there was none. Patient people tap until there is one."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        reply = await self._click_once(person, message, label, shard)
        while reply is None and self.is_patient and loop.time() < begun + _PATIENCE_SECONDS:
            reply = await self._click_once(person, message, label, shard)
        self.taps.waits.append(loop.time() - begun)
        return reply

    async def _click_once(self, person: Actor, message: Message, label: str, shard: int) -> Reply | None:
        loop = asyncio.get_running_loop()
        begun, is_served = loop.time(), shard in self._fleet.connected
        reply = await person.click(message, label)
        is_answered = reply.error is None
        if reply.kind == "deferred":  # the card may show the tap already
            try:
                await reply.settled()
            except TimeoutError:
                is_answered = False
        may_be_lost = (
            not is_served if self.is_patient else self._fleet.was_absent(shard, begun, loop.time())
        )
        if may_be_lost:
            self.taps.results["answered" if is_answered else "nobody served"] += 1
        else:
            self.taps.results["answered" if is_answered else "lost"] += 1
            if not is_answered:
                self.taps.remarks.append(
                    f"lost: {label} on shard {shard} at {self._box.clock.now():%H:%M:%S}"
                )
        if is_answered and reply.acknowledged_after is not None:
            self.taps.seconds.append(reply.acknowledged_after)
        return reply if is_answered else None


def _checkin(person: Actor) -> Message | None:
    """Return the newest direct message if it is a check-in with its buttons."""
    return next((each for each in person.dm()[-1:] if "Here" in labels(each)), None)
