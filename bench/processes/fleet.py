"""Processes of the shipped bot with one database, each for some of the shards."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bench.process import BotProcess
from sandbox import Sandbox

PROGRAM = ("-m", "bot", "run")


@dataclass(eq=False, frozen=True, slots=True)
class Instance:
    """A process, and the shards that it connected."""

    bot: BotProcess
    shards: frozenset[int]


@dataclass(slots=True)
class Absence:
    """A time in which some shards had no process, by the event loop's and by the sandbox's clock."""

    shards: frozenset[int]
    since: float
    since_at: datetime
    until: float = float("inf")
    until_at: datetime | None = None


def absent_at_some_time(absences: Iterable[Absence], shard: int, since: float, until: float) -> bool:
    """Return whether a shard had no process at some time between two moments of the event loop."""
    return any(shard in each.shards and each.since <= until and since <= each.until for each in absences)


def away_all_the_time(absences: Iterable[Absence], shard: int, since: datetime, until: datetime) -> bool:
    """Return whether a shard had no process the whole time between two moments of the sandbox's clock."""
    return any(
        shard in each.shards
        and each.since_at <= since
        and (each.until_at is None or until <= each.until_at)
        for each in absences
    )


class Fleet:
    """The processes that serve. `per_process` of all `shards` are served by each of them."""

    def __init__(
        self,
        box: Sandbox,
        folder: Path,
        url: str,
        shards: int,
        per_process: int,
        *,
        program: Sequence[str] = PROGRAM,
        **settings: str,
    ) -> None:
        self._program = program
        self._box = box
        self._folder = folder
        self._per_process = per_process
        self._launched: list[BotProcess] = []
        self._settings = {
            "DATABASE_URL": url,
            "SHARD_COUNT": str(shards),
            "SHARDS_PER_PROCESS": str(per_process),
            **settings,
        }
        self.shards = shards
        self.instances: list[Instance] = []
        self.absences: list[Absence] = []

    @property
    def connected(self) -> frozenset[int]:
        """The shards that have a session and a connection."""
        return frozenset(self._box.gateway.connected_shards(self.shards))

    async def start(self) -> None:
        """Start as many processes as serve all shards, one after another."""
        for _ in range(self.shards // self._per_process):
            await self.add()

    async def launch(self) -> BotProcess:
        """Start one more process without waiting for its connection."""
        folder = self._folder / f"process-{len(self._launched)}"
        folder.mkdir()
        bot = BotProcess(self._box, folder, program=self._program, **self._settings)
        self._launched.append(bot)
        await bot.launch()
        return bot

    async def add(self, bot: BotProcess | None = None) -> Instance:
        """Wait until a process that was launched, or else a new one, serves shards that nobody served."""
        held = frozenset(shard for each in self.instances for shard in each.shards)
        bot = bot or await self.launch()
        await bot.until(lambda: len(self.connected - held) == self._per_process)
        instance = Instance(bot, self.connected - held)
        self.instances.append(instance)
        await bot.until(lambda: self._box.clock.followers >= len(self.instances))
        for each in self.absences:
            if each.shards == instance.shards and each.until_at is None:
                each.until, each.until_at = asyncio.get_running_loop().time(), self._box.clock.now()
        return instance

    def kill(self, instance: Instance) -> None:
        """Kill a process at once; from now on nobody serves its shards."""
        instance.bot.kill_at_once()
        self._note_absence(instance)

    async def until_gone(self, instance: Instance) -> None:
        """Wait until a killed process has ended and Discord noticed it."""
        await instance.bot.kill_if_running()
        await self._box.until(lambda: not self.connected & instance.shards)

    async def stop(self, instance: Instance) -> None:
        """Stop a process as a supervisor does, and wait for its end. Raises RuntimeError if that fails."""
        self._note_absence(instance)
        await instance.bot.stop()

    def was_absent(self, shard: int, since: float, until: float) -> bool:
        """Whether a shard had no process at some time between two moments, in the event loop's seconds."""
        return absent_at_some_time(self.absences, shard, since, until)

    def was_away(self, shard: int, since: datetime, until: datetime) -> bool:
        """Whether a shard had no process the whole time between two moments of the sandbox's clock."""
        return away_all_the_time(self.absences, shard, since, until)

    async def end(self) -> None:
        """Kill every process that was ever launched."""
        for each in self._launched:
            await each.kill_if_running()

    @property
    def log(self) -> list[str]:
        """What all processes wrote so far."""
        return [line for each in self._launched for line in each.log]

    def _note_absence(self, instance: Instance) -> None:
        self.instances.remove(instance)
        now = asyncio.get_running_loop().time()
        self.absences.append(Absence(instance.shards, now, self._box.clock.now()))
