"""Simulates a night of many servers: `python -m bench.night [servers [hours [seed]]]`.

The defaults are 200 servers and 24 hours. The shipped bot runs as a separate process in a sandbox whose
clock is moved. Rooms open on schedule, people sit, nod and slip out, check-ins are due. Meanwhile Discord
limits, fails, does not answer and drops connections, servers have outages, and the bot is restarted and
killed. The exit code is 0 if in the end every card is correct, every due row was done once or skipped as
late, everyone was answered, and memory use did not grow; otherwise 1.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from bench.process import BEGIN, BotProcess, end_well
from bench.troubles import LIVES, Troubles
from bench.village import Server, settle
from bot.texts.catalogue import Texts
from sandbox import Reply, Sandbox
from sandbox.state import messages
from sandbox.state.models import Message

SERVERS, HOURS, SEED = 200, 24, 6
_PEOPLE = 4
_STEP = timedelta(minutes=5)
_LATE_AFTER = timedelta(minutes=10)
_SLACK = timedelta(seconds=30)
_TRIED_AGAIN = timedelta(seconds=90)  # what failed comes again after a minute: if the bot is there then
_TAPS = ("Sit", "Sit", "Nod", "Slip out")
_TAPPED_EACH_STEP = 0.6
_FLAT_MIB = 8.0  # how much a life may grow after it has settled
_IN_TIME_SECONDS = 3.0
_WRONG = ("twice", "lost", "untrue", "unanswered", "slow")
_CLOSED = "This session closed"
_CHECKIN = re.compile(r'"checkins:here:(?P<cadence>\d+)\.(?P<turn>\d+):')
_DUE_CHECKINS = "SELECT subject_id, occurs_at FROM due WHERE kind = 'checkin'"
_SEATED = """
    SELECT session.channel_id, session.message_id, SUM(seat.visibility <> 'hidden')
    FROM session LEFT JOIN seat ON seat.session_id = session.session_id GROUP BY session.session_id
"""


Lives: TypeAlias = Sequence[tuple[float, str, float]]


@dataclass(slots=True)
class Figures:
    """The results of a night."""

    openings: Counter[str] = field(default_factory=Counter)
    checkins: Counter[str] = field(default_factory=Counter)
    cards: Counter[str] = field(default_factory=Counter)
    taps: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    lives: list[list[float]] = field(default_factory=list)  # memory by the hour, a list a life
    troubles: Counter[str] = field(default_factory=Counter)
    requests: Counter[int] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)  # on what was not as it has to be

    @property
    def growth_mib(self) -> float:
        """How much memory use grew in the longest run without a restart, after its first hours."""
        longest = max(self.lives, key=len)
        early, rest = longest[: max(1, len(longest) // 3)], longest[len(longest) // 3 :]
        return max(rest) - max(early)

    @property
    def is_well(self) -> bool:
        """Whether the night ended without any failure of the bot."""
        counts = (self.openings, self.checkins, self.cards, self.taps)
        return not any(count[name] for count in counts for name in _WRONG) and self.growth_mib <= _FLAT_MIB

    def __str__(self) -> str:
        """Return the figures, a line each."""
        seconds = sorted(self.seconds)
        at = [seconds[int(len(seconds) * share)] for share in (0.5, 0.95, 0.99)]
        lives = "; ".join(f"{one[0]:.0f} to {one[-1]:.0f} in {len(one)} h" for one in self.lives if one)
        quick = ", ".join(f"{each:.3f}" for each in [*at, seconds[-1]])
        return "\n".join(
            [
                f"openings     {_format_counts(self.openings)}",
                f"check-ins    {_format_counts(self.checkins)}",
                f"cards        {_format_counts(self.cards)}",
                f"taps         {_format_counts(self.taps)}",
                f"answers, s   p50, p95, p99, last: {quick}",
                f"requests     {_format_counts(self.requests)}",
                f"troubles     {_format_counts(self.troubles)}",
                f"memory, MiB  {lives}; growth of the longest life {self.growth_mib:+.1f}",
                f"log          {len(self.errors)} lines at ERROR",
                *self.remarks,
                f"the night was {'' if self.is_well else 'NOT '}well",
            ]
        )


def _format_counts(counts: Counter[str] | Counter[int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in sorted(counts.items(), key=str))


class Night:
    """The night, from setting up the servers to the final checks."""

    def __init__(self, box: Sandbox, bot: BotProcess, servers: int, seed: int) -> None:
        self._box = box
        self._bot = bot
        self._chance = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
        self._servers: Sequence[Server] = settle(box, servers, _PEOPLE, self._chance)
        self._troubles = Troubles(box, bot, self._chance, [each.guild for each in self._servers])
        self._due: set[tuple[int, int]] = set()  # check-ins: cadence and moment
        self.figures = Figures(lives=[[]])

    async def set_up(self) -> None:
        """In each server, let the moderator add a room and its times, and one person ask for check-ins."""
        midnight = self._box.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
        await self._box.clock.move(midnight + timedelta(days=1))  # each night of a seed is the same
        self._box.limits.enabled = False  # what takes days in life is not what is looked at
        await self._bot.start()
        for server in self._servers:
            await server.set_up()
            asker = server.people[0]
            options = {"zone": server.zone, "days": "daily", "per_week": 5}
            proposal = await asker.run("checkins", channel=server.channel, options=options)
            agreed = await (await asker.click(proposal.messages[-1], "Yes, begin")).settled()
            if "Check-ins are on" not in agreed.text:
                raise RuntimeError(agreed.error or agreed.text)
        await self._pass(timedelta(minutes=1))
        self._box.limits.enabled = True

    async def live(self, hours: int, lives: Lives) -> None:
        """Run through the night with all its failures, then check the result of everything."""
        since = self._box.clock.now()
        first_request = len(self._box.requests)
        steps = int(timedelta(hours=hours) / _STEP)
        every = max(1, int(timedelta(hours=1) / _STEP))
        plan = self._troubles.plan(steps, lives)
        for step in range(steps):
            if self._box.bot_connected:
                await self._tap()
                self._note_due()
            before = self._troubles.lives
            await self._troubles.inject(plan.get(step), _STEP, self._pass)
            if self._troubles.lives > before:
                self.figures.lives.append([])
            if not step % every:
                self.figures.lives[-1].append(self._bot.resident_mib)
        await self._calm()
        self._look(since, first_request)

    async def _calm(self) -> None:
        """Give the bot a few minutes without failures to finish what is left."""
        self._troubles.end()
        await self._box.until_ready()
        for _ in range(3):
            self._note_due()
            await self._pass(timedelta(minutes=1))

    async def _pass(self, span: timedelta) -> None:
        await self._box.clock.move(self._box.clock.now() + span)

    def _note_due(self) -> None:
        self._due.update(self._bot.rows(_DUE_CHECKINS))

    async def _tap(self) -> None:
        """Let people tap on open cards, several at once; each is answered, whatever happens meanwhile."""
        open_cards = [(server, card) for server in self._servers for card in self._open(server)]
        acts = [
            server.people[self._chance.randrange(_PEOPLE)].click(card, self._chance.choice(_TAPS))
            for server, card in open_cards
            if server.guild.available and self._chance.random() < _TAPPED_EACH_STEP
        ]
        for reply in await asyncio.gather(*acts):
            self._judge(reply)

    def _judge(self, reply: Reply) -> None:
        after = reply.acknowledged_after
        if reply.error or after is None:
            self.figures.taps["unanswered"] += 1
            return
        self.figures.seconds.append(after)
        self.figures.taps["answered" if after < _IN_TIME_SECONDS else "slow"] += 1

    def _open(self, server: Server) -> list[Message]:
        return [one for one in self._posted(server) if _CLOSED not in messages.plain_text(one)]

    def _posted(self, server: Server) -> list[Message]:
        return [one for one in server.keeper.sees(server.channel) if one.ephemeral_to is None]

    # Results

    def _look(self, since: datetime, first_request: int) -> None:
        until = self._box.clock.now()
        for server in self._servers:
            self._look_at_openings(server, since, until)
        self._look_at_cards()
        self._look_at_checkins(since, until, first_request)
        self.figures.troubles = self._troubles.befallen
        self.figures.requests = Counter(one.status for one in self._box.requests[first_request:])
        self.figures.errors = [line for line in self._bot.log if " ERROR " in line]

    def _look_at_openings(self, server: Server, since: datetime, until: datetime) -> None:
        cards = [one.at for one in self._posted(server)]
        for opening in server.openings(since, until):
            came = [at for at in cards if opening - _SLACK <= at <= opening + _LATE_AFTER + _SLACK]
            verdict = self._verdict(len(came), opening, until)
            self.figures.openings[verdict] += 1
            if verdict in _WRONG:
                self._record_failure(f"{verdict}: due {opening:%H:%M}", server, opening)

    def _record_failure(self, what: str, server: Server, since: datetime) -> None:
        """Record a failure, with the requests to Discord about it in the hour after."""
        place = f"/channels/{server.channel.id}/"
        asked = [
            f"{one.at:%H:%M:%S} {one.method} {one.status}"
            for one in self._box.requests
            if place in one.path and timedelta(minutes=-1) < one.at - since < timedelta(hours=1)
        ]
        self.figures.remarks.append(f"{server.guild.name}, {what}: {'; '.join(asked) or 'nothing asked'}")

    def _verdict(self, came: int, due: datetime, until: datetime) -> str:
        if came > 1:
            return "twice"
        if came:
            return "once"
        if self._troubles.was_away(due + _TRIED_AGAIN, due + _LATE_AFTER - _SLACK):
            return "skipped as late"
        return "still to come" if due > until - _SLACK else "lost"

    def _look_at_cards(self) -> None:
        seated = {(channel, message): count or 0 for channel, message, count in self._bot.rows(_SEATED)}
        for server in self._servers:
            for card in self._posted(server):
                text = messages.plain_text(card)
                count = seated.pop((server.channel.id, card.id), None)
                is_true = _CLOSED in text if count is None else _people(count) in text
                self.figures.cards["true" if is_true else "untrue"] += 1
                if not is_true:
                    self._record_failure(f"untrue, {count} sit: {text!r}", server, card.at)
        self.figures.cards["untrue"] += len(seated)  # sessions whose card is nowhere

    def _look_at_checkins(self, since: datetime, until: datetime, first_request: int) -> None:
        sent: Counter[int] = Counter()
        turns = {
            (found["cadence"], found["turn"])
            for one in self._box.requests[first_request:]
            if one.method == "POST" and one.status < 300  # noqa: PLR2004 - HTTP's
            if (found := _CHECKIN.search(json.dumps(one.body)))
        }
        for number, _ in turns:
            sent[int(number)] += 1
        for cadence, at in sorted(self._due):
            due = datetime.fromtimestamp(at, UTC)
            if since < due <= until:
                sent[cadence] -= 1
                self.figures.checkins[self._verdict(int(sent[cadence] >= 0), due, until)] += 1
        self.figures.checkins["twice"] += sum(count for count in sent.values() if count > 0)


def _people(count: int) -> str:
    """Return how a card says how many are here."""
    say = Texts("en").to(None)
    return str(say("rooms.card.here", count=count) if count else say("rooms.card.nobody"))


async def spend(servers: int, hours: int, seed: int, lives: Lives = LIVES) -> Figures:
    """Return the results of a night with this many servers and hours."""
    with tempfile.TemporaryDirectory() as folder:
        async with Sandbox(begin=BEGIN) as box:
            bot = BotProcess(box, Path(folder))
            night = Night(box, bot, servers, seed)
            try:
                await night.set_up()
                await night.live(hours, lives)
                await bot.end()
            except Exception:
                sys.stderr.write("\n".join([*bot.log[-50:], ""]))
                raise
            finally:
                await bot.kill_if_running()
            return night.figures


def main() -> int:
    """Print the results of a night; return 1 if the bot failed in it."""
    servers, hours, seed = [*map(int, sys.argv[1:]), *(SERVERS, HOURS, SEED)[len(sys.argv) - 1 :]]
    began = time.monotonic()
    figures = asyncio.run(spend(servers, hours, seed))
    sys.stdout.write(f"{servers} servers, {hours} hours, in {time.monotonic() - began:.0f} s\n{figures}\n")
    return 0 if figures.is_well else 1


if __name__ == "__main__":
    end_well()
    sys.exit(main())
