"""The two bots, each as a process with its own sandbox, and the taps of members there."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import random
import sys
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum
from functools import partial
from pathlib import Path

from bench.databases import BotDatabase
from bench.floor.wire import Tap, Template, Wire
from bench.process import BEGIN, BotProcess
from bench.small_servers import Server, add_servers
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import VERSIONS, month_of
from bot.rooms.sessions.rules import EDIT_PAUSE
from bot.scheduling.wall_time import iso_week
from bot.weeks.model import Week
from bot.weeks.picture import draw
from bot.weeks.rules import columns, weeks_until
from sandbox import Actor, Sandbox
from sandbox.state import components
from sandbox.state.models import Interaction, Member, Message

ROOMS, SITTERS = 16, 30  # servers with a room, and members of each who sit
_CROWD = 1500  # members of the server in which nobody sits
_WITH_WEEKS = 20  # of them have weekly counts
_ROOT = Path(__file__).parents[2]


class Kind(StrEnum):
    """What members do."""

    SIT = "Sit"
    SLIP_OUT = "Slip out"
    CONSENT = "consent"
    HOW = "How this works"
    HELP = "/help"
    ME = "/me with its picture"


class Stage(ABC):
    """One bot with its sandbox. Members act in turn; who takes a seat gives it up before the next one."""

    name: str

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.wire = Wire()
        self.box = self.wire.box = Sandbox(begin=BEGIN, middlewares=[self.wire.middleware])
        chance = random.Random(7)
        self.rooms = add_servers(self.box, ROOMS, SITTERS, chance)
        (self.crowd,) = add_servers(self.box, 1, _CROWD, chance)
        self._templates: dict[Kind, list[Template]] = {kind: [] for kind in Kind}
        self._out: list[tuple[int, Member]] = []
        self._seated: list[tuple[int, Member]] = []
        people = [_member(self.crowd, each) for each in self.crowd.people]
        self._others: dict[Kind, Iterator[Member]] = {
            Kind.CONSENT: iter(people[_WITH_WEEKS + 1 :]),  # each agrees once
            Kind.HOW: itertools.cycle([_member(self.rooms[0], each) for each in self.rooms[0].people]),
            Kind.HELP: itertools.cycle(people),
            Kind.ME: itertools.cycle(people[:_WITH_WEEKS]),
        }

    @property
    @abstractmethod
    def pid(self) -> int:
        """The number of the bot's process."""

    @abstractmethod
    async def begin(self) -> None:
        """Start the bot and learn every kind of interaction."""

    @abstractmethod
    async def end(self) -> None:
        """Stop the bot."""

    def tap(self, kind: Kind) -> Tap:
        """Let the next member do something. Raises IndexError or StopIteration once every member did it."""
        templates = self._templates[kind]
        if kind is Kind.SIT:
            number, member = self._out.pop(0)
            self._seated.append((number, member))
            return self.wire.send(templates[number], member)
        if kind is Kind.SLIP_OUT:
            number, member = self._seated.pop(0)
            self._out.append((number, member))
            return self.wire.send(templates[number], member)
        return self.wire.send(templates[0], next(self._others[kind]))

    async def _learn_seats(self, cards: Sequence[Message]) -> None:
        for number, (server, card) in enumerate(zip(self.rooms, cards, strict=True)):
            person = server.people[0]
            for kind in (Kind.SIT, Kind.SLIP_OUT):
                begin = partial(person.begin_click, card, str(kind))
                self._templates[kind].append(await self.wire.learn(begin, 2))
            self._out += [(number, _member(server, each)) for each in server.people[1:]]
        random.Random(1).shuffle(self._out)
        first, card = self.rooms[0].people[0], cards[0]
        await self._learn(Kind.HOW, lambda: first.begin_click(card, Kind.HOW))

    async def _open_sessions(self) -> None:
        """Let the shipped bot open a session in each server, and learn to take seats there."""
        for server in self.rooms:
            options = {"channel": str(server.channel.id), "name": "Room", "seats": 99}
            await server.keeper.run("quiet room add", channel=server.channel, options=options)
        await self._wait()
        for server in self.rooms:
            await server.keeper.run("sit", channel=server.channel, room="Room", minutes=50)
        await self._wait()
        await self._learn_seats([await _card(self.box, server) for server in self.rooms])

    async def _wait(self) -> None:
        """Let time pass until the bot may edit a card again."""
        await self.box.clock.move(self.box.clock.now() + 2 * EDIT_PAUSE)

    async def _learn(self, kind: Kind, begin: Callable[[], Interaction]) -> None:
        self._templates[kind].append(await self.wire.learn(begin, 1))

    async def _learn_commands(self) -> None:
        person, channel = self.crowd.people[0], self.crowd.channel
        await self._learn(Kind.HELP, lambda: person.begin_run("help", channel, {}))
        await self._learn(Kind.ME, lambda: person.begin_run("me", channel, {}))


def _member(server: Server, person: Actor) -> Member:
    return server.guild.members[person.id]


class BareStage(Stage):
    """The bare bot."""

    name = "bare"
    _process: asyncio.subprocess.Process

    @property
    def pid(self) -> int:
        """See `Stage`."""
        return self._process.pid

    async def begin(self) -> None:
        """See `Stage`."""
        picture = self._folder / "weeks.png"
        picture.write_bytes(draw(columns(_weeks(self.box, 1), "en")))
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bench.floor.bare_bot", self.box.api_url, self.box.gateway_url),
            *(str(self._folder / "bare.db"), str(picture)),
            env=os.environ | {"BARE_TOKEN": self.box.token},
            cwd=_ROOT,
        )
        await self.box.until_ready()
        cards = [await _card(self.box, server) for server in self.rooms]
        await self._learn_seats(cards)
        await self._learn_commands()
        person = self.crowd.people[_WITH_WEEKS]
        panel = (await person.run("me", channel=self.crowd.channel)).messages[-1]
        await self._learn(Kind.CONSENT, lambda: person.begin_click(panel, "Agree"))

    async def end(self) -> None:
        """See `Stage`."""
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        await self._process.wait()


class ProductStage(Stage):
    """The shipped bot, with its database on either engine."""

    def __init__(self, folder: Path, database: BotDatabase, name: str = "product") -> None:
        super().__init__(folder)
        self.name = name
        self._database = database
        self._bot = BotProcess(self.box, folder, DATABASE_URL=database.url)

    @property
    def pid(self) -> int:
        """See `Stage`."""
        return self._bot.pid

    async def begin(self) -> None:
        """See `Stage`."""
        await self._bot.start()
        await self._open_sessions()
        self._save_weeks()
        await self._learn_commands()
        person, channel = self.crowd.people[_WITH_WEEKS], self.crowd.channel
        panel = (await person.run("me", channel=channel)).messages[-1]
        question = await person.click(panel, _custom_id(panel, f"consent:ask:{self.crowd.guild.id}."))
        asked = question.messages[-1]
        agree = _custom_id(asked, "consent:give:")
        await self._learn(Kind.CONSENT, lambda: person.begin_click(asked, agree))

    def _save_weeks(self) -> None:
        """Save weekly counts of twelve weeks for some members, as if they had agreed to them long ago."""
        database, now = self._database, self.box.clock.now()
        for number, person in enumerate(self.crowd.people[:_WITH_WEEKS]):
            who = {"member": person.id, "guild": self.crowd.guild.id}
            database.run(
                "INSERT INTO consent (member_id, guild_id, purpose, version, granted_at, active_month)"
                " VALUES (:member, :guild, 'weekly_counts', :version, :now, :month)",
                **who,
                version=VERSIONS[Purpose.WEEKLY_COUNTS],
                now=int(now.timestamp()),
                month=month_of(now),
            )
            for week in _weeks(self.box, number):
                database.run(
                    "INSERT INTO weekly_count VALUES (:member, :guild, :week, :sits, :checkins)",
                    **who,
                    week=week.week,
                    sits=week.sits,
                    checkins=week.checkins,
                )

    async def end(self) -> None:
        """See `Stage`."""
        await self._bot.kill_if_running()


def _weeks(box: Sandbox, seed: int) -> list[Week]:
    chance = random.Random(seed)
    weeks = weeks_until(iso_week(box.clock.now(), "UTC"))
    return [Week(week, chance.randrange(1, 9), chance.randrange(1, 9)) for week in weeks]


async def _card(box: Sandbox, server: Server) -> Message:
    """Return the card in a server's channel, once it can be tapped."""

    def find() -> list[Message]:
        shown = server.people[0].sees(server.channel)
        return [each for each in shown if any(b.get("label") == Kind.SIT for b in _buttons(each))]

    await box.until(find)
    return find()[-1]


def _buttons(message: Message) -> Iterator[dict[str, object]]:
    return (each for _, each in components.walk(message.components))


def _custom_id(message: Message, prefix: str) -> str:
    return next(
        str(b["custom_id"]) for b in _buttons(message) if str(b.get("custom_id")).startswith(prefix)
    )


@asynccontextmanager
async def staged(*stages: Stage) -> AsyncIterator[None]:
    """Run the bots of stages, each beside its sandbox."""
    async with contextlib.AsyncExitStack() as stack:
        for stage in stages:
            await stack.enter_async_context(stage.box)
            stack.push_async_callback(stage.end)
            await stage.begin()
        yield
