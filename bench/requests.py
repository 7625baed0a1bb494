"""What a session costs in rate-limited requests, by its number of seats: `python -m bench.requests`.

The shipped bot runs as a separate process against the sandbox. A session is opened, everyone else sits
down while it arrives, nods while it is quiet, and half of them slip out while it lands; then it closes. The
exit code is 1 where a session cost more than four.
"""

import asyncio
import contextlib
import sqlite3
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bench.people import welcome
from bench.process import BEGIN, BotProcess, exit_on_sigterm
from bot.rooms.rules import MOST_SEATS
from bot.rooms.sessions.rules import settling_minutes, talk_minutes
from sandbox import Actor, Reply, Sandbox
from sandbox.api.request_log import RequestRecord
from sandbox.state import messages
from sandbox.state.models import Message

SIZES = (1, 8, 100, 1_000)
MOST_REQUESTS = 4  # of a session that one person opens with /sit, however many join it
_MINUTES = 50
_CLOSED = "Open a session"
_AT_ONCE = 100  # people who tap in the same moment
_ROOM = "Library"
_CHANNEL = "library"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one session cost: rate-limited requests, taps, and the last text of its card."""

    seats: int
    limited: tuple[str, ...]
    taps: int
    last: str

    @property
    def is_within(self) -> bool:
        """Whether the session stayed within its budget, and its card said at the end that it closed."""
        return 0 < len(self.limited) <= MOST_REQUESTS and _CLOSED in self.last


async def main() -> int:
    """Print the cost of a session for each size; return 1 if one is above the budget."""
    _say("   seats    taps    rate-limited    seconds    which")
    is_within = True
    for seats in SIZES:
        began = time.perf_counter()
        cost = await measure(seats)
        seconds = time.perf_counter() - began
        which = ", ".join(cost.limited)
        _say(f"{seats:>8,} {cost.taps:>7,} {len(cost.limited):>15} {seconds:>10.1f}    {which}")
        is_within = is_within and cost.is_within
    return 0 if is_within else 1


async def measure(seats: int, at_once: int = _AT_ONCE) -> Cost:
    """Return what a session of `seats` people costs, of whom `at_once` tap in the same moment."""
    with tempfile.TemporaryDirectory() as folder:
        async with Sandbox(begin=BEGIN) as box:
            bot = BotProcess(box, Path(folder))
            try:
                await bot.start()
                options = {"channel": _CHANNEL, "name": _ROOM, "seats": min(seats, MOST_SEATS)}
                await box.person("Mika").run("quiet room add", channel="quiet-corner", options=options)
                _widen(bot.database, seats)
                cost = await _session(box, welcome(box, seats), at_once)
                await bot.end()
            finally:
                await bot.kill_if_running()
            return cost


async def _session(box: Sandbox, people: Sequence[Actor], at_once: int) -> Cost:
    """Let a session pass from its opening to its close, everyone tapping.

    Raises TimeoutError if the card never shows everyone, RuntimeError for a tap that was not
    acknowledged in time.
    """
    since = len(box.requests)
    settling, talk = settling_minutes(_MINUTES), talk_minutes(_MINUTES)
    await people[0].run("sit", channel="general", room=_ROOM, minutes=_MINUTES)
    await box.until(lambda: _posted(box))
    await _wait(box, 0)
    (card,) = _posted(box)
    taps = await _all_tap(people[1:], card, "Sit", at_once)
    await box.until(lambda: all(reply.messages for reply in taps))
    await box.until(lambda: _count(len(people)) in messages.plain_text(card))
    await _wait(box, settling)
    taps += await _all_tap(people, card, "Nod", at_once)
    await _wait(box, _MINUTES - settling - talk)
    taps += await _all_tap(people[: len(people) // 2], card, "Slip out", at_once)
    await _wait(box, talk)
    unheard = [reply.error for reply in taps if reply.error]
    if unheard:
        raise RuntimeError(f"{len(unheard)} taps were not answered: {unheard[0]}")
    limited = tuple(f"{r.method} {_place(r)}" for r in box.requests[since:] if r.limited)
    return Cost(len(people), limited, len(taps), messages.plain_text(card))


async def _all_tap(people: Sequence[Actor], card: Message, button: str, at_once: int) -> list[Reply]:
    taps: list[Reply] = []
    for start in range(0, len(people), at_once):
        some = people[start : start + at_once]
        taps += await asyncio.gather(*(person.click(card, button) for person in some))
    return taps


async def _wait(box: Sandbox, minutes: int) -> None:
    """Let time pass; what falls due meanwhile is done when this returns."""
    moment = box.clock.now() + timedelta(minutes=minutes, milliseconds=1)
    await box.clock.move(moment)


def _posted(box: Sandbox) -> list[Message]:
    return [one for one in box.person("Mika").sees(_CHANNEL) if one.ephemeral_to is None]


def _count(seats: int) -> str:
    """Return how a card says how many are here."""
    return "One person" if seats == 1 else f"{seats} people"


def _place(record: RequestRecord) -> str:
    return "card" if "/messages" in record.path else record.route or record.path


def _widen(database: Path, seats: int) -> None:
    """Give the room more seats than moderators can, to see how the request budget holds."""
    with contextlib.closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE room SET capacity = ?", (seats,))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    exit_on_sigterm()
    sys.exit(asyncio.run(main()))
