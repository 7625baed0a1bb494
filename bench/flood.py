"""Floods the bot: `python -m bench.flood [seconds [seed]]`.

The shipped bot runs as a separate process against the sandbox. First the members of a large server use a
cheap command as fast as the bot answers: that is the rate at which it is saturated. Then fifty ordinary
members of another server tap, use commands and send forms, each once in two seconds (or less often, so that
together they ask for a tenth of that rate at most), while

1. nobody else does anything,
2. one hostile member of their server sends cheap commands, taps, searches and forms, at twice that rate,
3. the members of the large server send cheap commands at twice that rate, each within their own limit.

In each part no answer to an ordinary member may come later than three seconds after the tap, and none may
come twice; no answer to anyone may be one that Discord had given up on. In the first two parts, none may be
lost. In the third, more is asked than can be answered: at most a tenth of what ordinary members ask may be
left out. The exit code is 1 if a promise is broken.

The sandbox is a bottleneck too, and its delay is printed. Compare the ratios: absolute rates belong to the
machine.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.people import welcome
from bench.process import BEGIN, BotProcess, exit_on_sigterm
from bench.small_servers import add_servers
from sandbox import Actor, Reply, Sandbox
from sandbox.client.modals import Modal
from sandbox.state.models import Interaction, Message

SECONDS, SEED = 10, 7
_ORDINARY = 50
_CROWD = 800
_PAUSE_SECONDS = 2.0  # between two actions of an ordinary member, at least
_MOST_ORDINARY = 0.1  # of the saturation rate is what ordinary members ask together
_TIMES_SATURATION = 2.0
_AT_A_TIME = 64  # while the saturation is measured
_SATURATED_SECONDS = 3.0
_ANSWER_SECONDS = 3.0
_CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
_GIVEN_UP, _ANSWERED_ALREADY = 404, 400  # as the sandbox refuses a first response
_LEAST_JUDGED = 50
_LEFT_OUT = 0.1  # of what ordinary members ask, beside a large server
_LEAST_OFFERED = 0.9  # of what was wanted
_DELAY_MEASURED_EVERY_SECONDS = 0.02

Act = Callable[[], Interaction]


@dataclass(slots=True)
class Part:
    """What became of the interactions in one part."""

    name: str
    may_lose: float = 0.0  # the share of what ordinary members ask
    seconds: list[float] = field(default_factory=list)  # until ordinary members had an answer
    lost: int = 0
    twice: int = 0
    too_late: int = 0  # answers to anyone that Discord had given up on
    wanted: float = 0.0  # a second, to be offered by others than the ordinary members
    offered: float = 0.0  # a second
    served: float = 0.0  # a second
    sandbox_delay: float = 0.0  # the longest time in which the sandbox itself did nothing

    @property
    def late(self) -> int:
        """How many answers came later than three seconds."""
        return sum(each > _ANSWER_SECONDS for each in self.seconds)

    @property
    def has_passed(self) -> bool:
        """Whether every promise held, enough was judged, and as much was offered as it had to be."""
        broken = self.late + self.twice + self.too_late
        asked = len(self.seconds) + self.lost
        is_lost = self.lost > self.may_lose * asked
        is_flooded = self.offered >= _LEAST_OFFERED * self.wanted
        return not broken and not is_lost and is_flooded and asked >= _LEAST_JUDGED

    def __str__(self) -> str:
        """Return the figures, a line each."""
        times = sorted(self.seconds) or [0.0]
        at = [times[int(len(times) * share)] for share in (0.5, 0.95, 0.99)]
        shown = ", ".join(f"{each:.3f}" for each in [*at, times[-1]])
        return "\n".join(
            [
                f"{self.name}",
                f"  offered by others     {self.offered:>7,.0f} a second, {self.served:,.0f} answered",
                f"  ordinary, answered    {len(self.seconds):>7,}; s: p50, p95, p99, last {shown}",
                f"  later than 3 s        {self.late:>7,}",
                f"  lost                  {self.lost:>7,}",
                f"  twice                 {self.twice:>7,}",
                f"  answered too late     {self.too_late:>7,}",
                f"  the sandbox's delay   {self.sandbox_delay:>7.3f} s at most",
            ]
        )


class Flood:
    """The members, and what they do."""

    def __init__(self, box: Sandbox, bot: BotProcess, seed: int) -> None:
        self._box = box
        self._bot = bot
        self._random = random.Random(seed)
        (self._large,) = add_servers(box, 1, _CROWD, self._random)
        self._panels: dict[int, Message] = {}
        self._ordinary: Sequence[Actor] = ()
        self._pause = _PAUSE_SECONDS
        self._card: Message

    async def set_up(self) -> Actor:
        """Let a moderator add a room, open it, and let everyone open a panel; return the hostile member."""
        await self._bot.start()
        box, mika = self._box, self._box.person("Mika")
        place = {"channel": "library", "name": "Library", "seats": 99}
        await mika.run("quiet room add", channel="quiet-corner", options=place)
        hostile, *self._ordinary = welcome(box, _ORDINARY + 1)
        await mika.run("sit", channel="general", room="Library", minutes=50)
        await box.until(lambda: mika.sees("library"))
        self._card = mika.sees("library")[-1]
        for person in (hostile, *self._ordinary):
            self._panels[person.id] = (await person.run("checkins", channel="general")).messages[-1]
        return hostile

    async def saturation(self) -> float:
        """Return how many cheap commands a second are answered at most, if many members send them."""
        people = itertools.cycle(self._large.people)
        loop, counts = asyncio.get_running_loop(), Counter[bool]()
        since = loop.time()

        async def ask() -> None:
            while loop.time() - since < _SATURATED_SECONDS:
                reply = await next(people).run("help", channel=self._large.channel)
                counts[reply.error is None] += 1

        await asyncio.gather(*(ask() for _ in range(_AT_A_TIME)))
        rate = counts[True] / (loop.time() - since)
        self._pause = max(_PAUSE_SECONDS, _ORDINARY / (_MOST_ORDINARY * rate))
        return rate

    async def run(
        self, name: str, seconds: float, rate: float, acts: Iterator[Act], may_lose: float = 0.0
    ) -> Part:
        """Let ordinary members act, while `acts` are carried out at a rate by others."""
        part, since = Part(name, may_lose, wanted=rate), len(self._box.requests)
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        with _measured_delay(part):
            others = asyncio.create_task(self._offer(rate, acts, until))
            await asyncio.gather(*(self._live(person, part, until) for person in self._ordinary))
            offered = await others
            await asyncio.gather(*(each.answered for each in offered))
        part.offered = len(offered) / seconds
        part.served = sum(each.callback is not None for each in offered) / seconds
        statuses = Counter(one.status for one in self._box.requests[since:] if one.route == _CALLBACK)
        part.too_late = statuses[_GIVEN_UP]
        part.twice += statuses[_ANSWERED_ALREADY]
        return part

    async def _offer(self, rate: float, acts: Iterator[Act], until: float) -> list[Interaction]:
        """Carry out acts at a rate, without waiting for their answers."""
        loop, begun = asyncio.get_running_loop(), list[Interaction]()
        since = loop.time()
        while rate and (now := loop.time()) < until:
            while len(begun) < (now - since) * rate:
                begun.append(next(acts)())
            await asyncio.sleep(0.005)
        return begun

    async def _live(self, person: Actor, part: Part, until: float) -> None:
        """Let an ordinary member act once in a while, and judge each answer."""
        loop = asyncio.get_running_loop()
        await asyncio.sleep(self._random.uniform(0, self._pause))
        while loop.time() < until:
            for reply in await self._act(person):
                if reply.error is not None or reply.acknowledged_after is None:
                    part.lost += 1
                    continue
                part.seconds.append(reply.acknowledged_after)
                part.twice += len(reply.messages) > 1
            await asyncio.sleep(self._random.uniform(0.5, 1.5) * self._pause)

    async def _act(self, person: Actor) -> list[Reply]:
        """Let a member use a command, tap, or open and send a form; return the replies."""
        kind = self._random.choice(("command", "tap", "tap", "form"))
        if kind == "command":
            return [await person.run(self._random.choice(("help", "rooms")), channel="general")]
        if kind == "tap":
            button = self._random.choice(("Sit", "Nod", "Slip out"))
            return [await person.click(self._card, button)]
        opened = await person.click(self._panels[person.id], "Time zone")
        if opened.modal is None:
            return [opened]
        return [opened, await person.submit(opened.modal, {"zone": "Europe/Berlin"})]

    async def hostile_acts(self, hostile: Actor) -> Iterator[Act]:
        """Return what the hostile member does without end: commands, taps, searches and forms."""
        opened = await hostile.click(self._panels[hostile.id], "Time zone")
        if opened.modal is None:
            raise RuntimeError("the form did not open")
        modal = opened.modal
        return itertools.cycle(
            [
                lambda: hostile.begin_run("help", "general", {}),
                lambda: hostile.begin_click(self._card, "Sit"),
                lambda: hostile.begin_complete("sit", "room", "lib", "general", {}),
                lambda: _send_again(hostile, modal),
                lambda: hostile.begin_click(self._card, "Slip out"),
            ]
        )

    def crowd_acts(self) -> Iterator[Act]:
        """Return what the members of the large server do, in turn and without end."""
        channel = self._large.channel
        return itertools.cycle(
            [lambda person=person: person.begin_run("help", channel, {}) for person in self._large.people]
        )


def _send_again(person: Actor, modal: Modal) -> Interaction:
    """Send a form once more than Discord's own client does."""
    modal.interaction.modal_submitted = False
    return person.begin_submit(modal, {"zone": "Europe/Berlin"})


@contextmanager
def _measured_delay(part: Part) -> Iterator[None]:
    """Measure how late the sandbox's own event loop is meanwhile."""
    loop = asyncio.get_running_loop()

    async def measure() -> None:
        while True:
            before = loop.time()
            await asyncio.sleep(_DELAY_MEASURED_EVERY_SECONDS)
            late = loop.time() - before - _DELAY_MEASURED_EVERY_SECONDS
            part.sandbox_delay = max(part.sandbox_delay, late)

    measuring = asyncio.create_task(measure())
    try:
        yield
    finally:
        measuring.cancel()


async def flood(seconds: float, seed: int, ratio: float = _TIMES_SATURATION) -> tuple[float, list[Part]]:
    """Return the saturation rate and each part; `ratio`: how many times that rate is offered."""
    with tempfile.TemporaryDirectory() as folder:
        async with Sandbox(begin=BEGIN) as box:
            bot = BotProcess(box, Path(folder))
            try:
                run = Flood(box, bot, seed)
                hostile = await run.set_up()
                rate = await run.saturation()
                acts = await run.hostile_acts(hostile)
                parts = [
                    await run.run("nobody else does anything", seconds, 0.0, iter(())),
                    await run.run("one hostile member", seconds, ratio * rate, acts),
                    await run.run("a large server", seconds, ratio * rate, run.crowd_acts(), _LEFT_OUT),
                ]
            except Exception:
                sys.stderr.write("\n".join([*bot.log[-50:], ""]))
                raise
            finally:  # killed: a bot that is flooded takes long to end
                await bot.kill_if_running()
            return rate, parts


def main() -> int:
    """Print what became of each part; return 1 if a promise was broken."""
    seconds, seed = [*map(int, sys.argv[1:]), *(SECONDS, SEED)[len(sys.argv) - 1 :]]
    rate, parts = asyncio.run(flood(seconds, seed))
    sys.stdout.write(f"saturated at {rate:,.0f} cheap commands a second\n")
    sys.stdout.writelines(f"{part}\n" for part in parts)
    broken = [part.name for part in parts if not part.has_passed]
    sys.stdout.write(f"broken: {'; '.join(broken)}\n" if broken else "every promise held\n")
    return 1 if broken else 0


if __name__ == "__main__":
    exit_on_sigterm()
    sys.exit(main())
