"""What a session costs in rate-limited requests, by how it opens: `python -m bench.requests`.

The shipped bot runs as a separate process against the sandbox. A session opens by a schedule, by a tap on
the room's card or by /sit. Everyone sits down, nods while it is quiet, and half of them slip out while it
is time to talk; then it closes. With voice, they join the room's voice channel too. The exit code is 1 if
a session cost more than its budget, or did not leave one card that offers the next one.
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
from enum import StrEnum
from pathlib import Path

from bench.people import welcome
from bench.process import BEGIN, BotProcess, exit_on_sigterm
from bot.rooms.rules import LENGTHS, MOST_IN_VOICE, MOST_SEATS, whole_minutes
from bot.rooms.sessions.rules import settling_minutes, talk_minutes
from sandbox import Actor, Reply, Sandbox
from sandbox.api.request_log import RequestRecord
from sandbox.state import messages
from sandbox.state.models import ChannelType, Message
from sandbox.state.permissions import Permission

SIZES = (1, 8, 100, 1_000)
_MINUTES = 50
_LONG_ROUND = 25
_IDLE = "Open a session"
_AT_ONCE = 100  # people who tap in the same moment
_SHOWN_WITHIN_SECONDS = 40.0  # real ones, on a busy machine
_ROOM = "Library"
_CHANNEL = "library"


class Opening(StrEnum):
    """What opens a session."""

    SCHEDULE = "schedule"
    TAP = "tap"  # on the room's card
    COMMAND = "/sit"


@dataclass(frozen=True, slots=True)
class Plan:
    """A session to be measured."""

    opening: Opening
    seats: int
    rounds: int = 1
    has_voice: bool = False

    @property
    def minutes(self) -> int:
        """The length of a round."""
        if self.opening is Opening.TAP:
            return LENGTHS[2]
        return _LONG_ROUND if self.rounds > 1 else _MINUTES

    @property
    def budget(self) -> int:
        """How many rate-limited requests it may cost."""
        if self.opening is Opening.TAP or not self.seats:
            return 3
        return 5 + 2 * (self.rounds - 1)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one session cost: rate-limited requests, taps, and what its channel says at the end."""

    plan: Plan
    limited: tuple[str, ...]
    taps: int
    cards: tuple[str, ...]

    @property
    def is_within(self) -> bool:
        """Whether the session stayed within its budget and left one card, which offers the next session.

        A session that posted no card was not measured, unless it opened on the room's card.
        """
        is_tidy = len(self.cards) == 1 and _IDLE in self.cards[0]
        posts = self.limited.count("POST card")
        is_shown = posts == (0 if self.plan.opening is Opening.TAP else 1)
        return len(self.limited) <= self.plan.budget and is_tidy and is_shown


_PLANS = [
    Plan(Opening.SCHEDULE, 0),
    Plan(Opening.SCHEDULE, 0, has_voice=True),
    *(Plan(opening, seats) for opening in Opening for seats in SIZES),
    *(Plan(opening, 8, has_voice=True) for opening in Opening),
    *(Plan(Opening.COMMAND, 8, rounds=rounds) for rounds in (2, 4)),
]


async def main() -> int:
    """Print the cost of each session; return 1 if one is above its budget."""
    _say("opened by    seats  rounds  voice    taps    requests    budget    seconds    which")
    is_within = True
    for plan in _PLANS:
        began = time.perf_counter()
        cost = await measure(plan)
        seconds = time.perf_counter() - began
        voice = "yes" if plan.has_voice else "no"
        _say(
            f"{plan.opening:<9} {plan.seats:>8,} {plan.rounds:>7} {voice:>6} {cost.taps:>7,}"
            f" {len(cost.limited):>11} {plan.budget:>9} {seconds:>10.1f}    {', '.join(cost.limited)}"
        )
        is_within = is_within and cost.is_within
    return 0 if is_within else 1


async def measure(plan: Plan, at_once: int = _AT_ONCE) -> Cost:
    """Return what a session costs if `at_once` people tap in the same moment."""
    with tempfile.TemporaryDirectory() as folder:
        async with Sandbox(begin=BEGIN) as box:
            bot = BotProcess(box, Path(folder))
            _let_make_channels(box)
            try:
                await bot.start()
                seats = min(max(plan.seats, 1), MOST_SEATS)
                options = {"channel": _CHANNEL, "name": _ROOM, "seats": seats, "voice": plan.has_voice}
                await box.person("Mika").run("quiet room add", channel="quiet-corner", options=options)
                _widen(bot.database, max(plan.seats, 1))
                await box.until(lambda: len(_posted(box)) == 1)
                await _wait(box, 1)  # what changed the card since then is on it
                cost = await _session(box, plan, welcome(box, plan.seats), at_once)
                await bot.end()
            finally:
                await bot.kill_if_running()
            return cost


async def _session(box: Sandbox, plan: Plan, people: Sequence[Actor], at_once: int) -> Cost:
    """Let a session pass from its opening to its close, everyone tapping.

    Raises TimeoutError if the card never shows everyone, RuntimeError for a tap that was not
    acknowledged in time.
    """
    since, taps = await _open(box, plan, people)
    settling, talk = settling_minutes(plan.minutes), talk_minutes(plan.minutes)
    (card,) = _posted(box)
    sitting = people[1:] if plan.opening is not Opening.SCHEDULE else people
    taps += await _all_tap(sitting, card, "Sit", at_once)
    await box.until(lambda: all(reply.messages for reply in taps), _SHOWN_WITHIN_SECONDS)
    if plan.has_voice:
        for person in people[:MOST_IN_VOICE]:
            person.join_voice(_newest_voice_channel(box))
    if people:
        await box.until(lambda: _count(len(people)) in messages.plain_text(card), _SHOWN_WITHIN_SECONDS)
    await _wait(box, settling)
    taps += await _all_tap(people, card, "Nod", at_once)
    await _wait(box, whole_minutes(plan.minutes, plan.rounds) - settling - talk)
    taps += await _all_tap(people[: len(people) // 2], card, "Slip out", at_once)
    await _wait(box, talk)
    unanswered = [reply.error for reply in taps if reply.error]
    if unanswered:
        raise RuntimeError(f"{len(unanswered)} taps were not answered: {unanswered[0]}")
    limited = tuple(f"{r.method} {_place(r)}" for r in box.requests[since:] if r.limited)
    return Cost(plan, limited, len(taps), tuple(messages.plain_text(each) for each in _posted(box)))


async def _open(box: Sandbox, plan: Plan, people: Sequence[Actor]) -> tuple[int, list[Reply]]:
    """Open a session; return how many requests were made before, and the taps that opened it."""
    (idle,) = _posted(box)
    taps = list[Reply]()
    if plan.opening is Opening.SCHEDULE:
        opens = box.clock.now().replace(second=0, microsecond=0) + timedelta(minutes=2)
        given: dict[str, object] = {"room": _ROOM, "days": "daily", "minutes": plan.minutes}
        given |= {"time": f"{opens:%H:%M}", "zone": "UTC"}
        await box.person("Mika").run("quiet schedule add", channel="quiet-corner", options=given)
        await _wait(box, 1)  # the card says when the room opens
        since = len(box.requests)
        await box.clock.move(opens + timedelta(milliseconds=1))
    elif plan.opening is Opening.TAP:
        since = len(box.requests)
        taps.append(await people[0].click(idle, _IDLE))
    else:
        since = len(box.requests)
        given = {"room": _ROOM, "minutes": plan.minutes, "rounds": plan.rounds}
        await people[0].run("sit", channel="general", options=given)
    await _wait(box, 0)
    await box.until(lambda: len(_posted(box)) == 1)
    return since, taps


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


def _let_make_channels(box: Sandbox) -> None:
    """Give the bot's role what it needs for a voice channel."""
    for guild in box.world.guilds.values():
        for role in guild.roles.values():
            if role.managed:
                role.permissions |= int(Permission.MANAGE_CHANNELS) | int(Permission.CONNECT)


def _newest_voice_channel(box: Sandbox) -> int:
    """Return the id of the voice channel that the bot made."""
    channels = [each for guild in box.world.guilds.values() for each in guild.channels.values()]
    return max(each.id for each in channels if each.type is ChannelType.VOICE)


def _posted(box: Sandbox) -> list[Message]:
    return [one for one in box.person("Mika").sees(_CHANNEL) if one.ephemeral_to is None]


def _count(seats: int) -> str:
    """Return how a card says that this many sit and the room is full."""
    return "The seat is taken" if seats == 1 else f"All {seats} seats are taken"


def _place(record: RequestRecord) -> str:
    return "card" if "/messages" in record.path else record.route or record.path


def _widen(database: Path, seats: int) -> None:
    """Give the room more seats than moderators can, to see that the budget of requests holds."""
    with contextlib.closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE room SET capacity = ?", (seats,))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    exit_on_sigterm()
    sys.exit(asyncio.run(main()))
