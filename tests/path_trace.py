"""The path of a tap on Sit and of a due check-in through the code, traced while they run.

`python -m tests.path_trace` prints both: the modules of `bot` and `cogs` in the order of their first call,
and the statements that the database ran. Texts, logs and metrics are left out: every path needs them.
"""

import asyncio
import gc
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from types import FrameType
from typing import Any

import aiosqlite
import pytest

from tests.stories.checkins import begins
from tests.world import World, open_world

_ROOT = Path(__file__).parents[1]
_LEFT_OUT = ("bot.texts.", "bot.observability.")
_AFTER_THE_ANSWER = "cogs.privacy.reconsent"  # it hears of a route once everything was answered


@dataclass
class Trace:
    """What ran: modules in the order of their first call, statements in the order in which they ran.

    It ends when a tap was answered: no member waits for what runs after that.
    """

    modules: list[str] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)
    is_over: bool = False

    @property
    def commits(self) -> int:
        """How many writes were committed."""
        begun = [each for each in self.statements if each.startswith(("BEGIN IMMEDIATE", "COMMIT"))]
        pairs = pairwise(begun)
        return sum(first.startswith("BEGIN IMMEDIATE") and second == "COMMIT" for first, second in pairs)

    def reads_of(self, table: str) -> int:
        """Return how many statements selected from a table of the database."""
        return sum(f"FROM {table} " in f"{each} " for each in self.statements if each.startswith("SELECT"))

    def note_call(self, frame: FrameType, event: str, _: Any) -> None:
        """Note a call: the profiler of Python calls this."""
        if event != "call" or self.is_over or not frame.f_code.co_filename.startswith(str(_ROOT)):
            return
        name = frame.f_globals.get("__name__", "")
        self.is_over = name == _AFTER_THE_ANSWER
        if self.is_over:
            return
        if (
            name.startswith(("bot.", "cogs."))
            and not name.startswith(_LEFT_OUT)
            and name not in self.modules
        ):
            self.modules.append(name)

    def note_statement(self, text: str) -> None:
        """Note a statement: SQLite calls this."""
        if self.is_over:
            return
        lines = [line for line in text.splitlines() if not line.lstrip().startswith("--")]
        self.statements.append(" ".join(" ".join(lines).split()))


@asynccontextmanager
async def traced(world: World) -> AsyncIterator[Trace]:
    """Trace what runs inside, on the event loop and on the threads of the database."""
    del world
    trace = Trace()
    found = [each for each in gc.get_objects() if isinstance(each, aiosqlite.Connection)]
    connections: list[Any] = [each for each in found if each._running]  # noqa: SLF001 - it has no other way
    for each in connections:
        await each._execute(sys.setprofile, trace.note_call)  # noqa: SLF001 - runs on the connection's thread
        await each.set_trace_callback(trace.note_statement)
    sys.setprofile(trace.note_call)
    try:
        yield trace
    finally:
        sys.setprofile(None)
        for each in connections:
            await each._execute(sys.setprofile, None)  # noqa: SLF001 - as above
            await each.set_trace_callback(None)


async def tap_on_sit(world: World) -> Trace:
    """Return the path of a tap on Sit by a member who has neither a seat nor a consent."""
    await world.ada.opens()
    card = world.card()
    async with traced(world) as trace:
        await world.ben.taps(card, "Sit")
    return trace


async def me(world: World) -> Trace:
    """Return the path of `/me` by a member who turned on everything that it shows."""
    await begins(world.ada)
    await world.ada.agrees("Turn on weekly counts")
    async with traced(world) as trace:
        await world.ada.uses("me")
    return trace


async def due_checkin(world: World) -> Trace:
    """Return the path of a personal check-in from the due row to the recorded message."""
    await begins(world.ada)
    cadence = await world.client.services.checkins.find(world.ada.id, world.guild.id)
    assert cadence is not None
    due_at = await world.client.services.checkins.next_at(cadence.cadence_id)
    assert due_at is not None
    await world.pass_time(seconds=(due_at - world.clock.now() - timedelta(minutes=1)).total_seconds())
    async with traced(world) as trace:
        await world.pass_time(minutes=2)
    assert len(world.ada.direct_messages) == 1, "a new check-in took the place of the first one"
    return trace


async def _print(folder: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for number, path in enumerate((tap_on_sit, due_checkin)):
            place = folder / str(number)
            place.mkdir()
            async with open_world(place, patch) as world:
                await world.add_room()
                trace = await path(world)
            title = (path.__doc__ or "").splitlines()[0]
            sys.stdout.write(f"{title}\n  {len(trace.modules)} modules, {trace.commits} commits\n")
            sys.stdout.writelines(f"    {each}\n" for each in trace.modules)
            sys.stdout.writelines(f"      {each[:100]}\n" for each in trace.statements)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        asyncio.run(_print(Path(temporary)))
