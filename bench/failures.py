"""Failures of a night: Discord limits, fails or does not answer; servers, connections and the bot go down.

The bot starts at most two gateway sessions in ten minutes of real time. So its session is ended for good
only once between two restarts, and otherwise the bot resumes.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta

from bench.process import BotProcess
from sandbox import Sandbox
from sandbox.state.models import Guild

_POST = ("POST", "/channels/{channel_id}/messages")
_EDIT = ("PATCH", "/channels/{channel_id}/messages/{message_id}")
_RETRY_SECONDS = 0.2
_CONNECTS_WITHIN_SECONDS = 300.0  # discord.py waits longer each time
_TROUBLED = 0.25  # of all steps
LIVES = (  # when the bot goes, as a share of the night; how; and for how long, in minutes
    (0.08, "restart", 0.0),
    (0.16, "kill", 0.0),
    (0.24, "restart", 3.0),
    (0.32, "kill", 45.0),
    (0.40, "kill", 0.0),
)
_LONGEST_MOMENT_SECONDS = 0.15

Pass = Callable[[timedelta], Awaitable[None]]


class Failures:
    """Runs the planned failures, and remembers when the bot was away."""

    def __init__(
        self, box: Sandbox, bot: BotProcess, chance: random.Random, guilds: Sequence[Guild]
    ) -> None:
        self._box = box
        self._bot = bot
        self._chance = chance
        self._guilds = guilds
        self._out: Guild | None = None
        self._away: list[tuple[datetime, datetime]] = []
        self.lives = 1
        self._session_lost = 0  # in which life
        self.injected: Counter[str] = Counter()

    def plan(self, steps: int, lives: Sequence[tuple[float, str, float]]) -> Mapping[int, str]:
        """Return which failure is injected at which step of the night; `lives` as `LIVES`."""
        small = sorted(self._small())
        troubled = [step for step in range(steps) if self._chance.random() < _TROUBLED]
        planned = {step: self._chance.choice(small) for step in troubled}
        return planned | {int(share * steps): f"{how} for {minutes}" for share, how, minutes in lives}

    def was_away(self, since: datetime, until: datetime) -> bool:
        """Return whether the bot was away the whole time."""
        return any(begun <= since and until <= ended for begun, ended in self._away)

    async def inject(self, trouble: str | None, span: timedelta, let_pass: Pass) -> None:
        """Inject a failure, if one is given, and let time pass."""
        self.end_outage()
        if trouble is None:
            await let_pass(span)
            return
        how, _, minutes = trouble.partition(" for ")
        self.injected[how] += 1
        if minutes:
            await self._leave(how, timedelta(minutes=float(minutes)), span, let_pass)
        else:
            self._small()[how]()
            await let_pass(span)
            await self._box.until_ready(_CONNECTS_WITHIN_SECONDS)

    def end(self) -> None:
        """Cancel the failures that are planned."""
        self.end_outage()
        self._box.faults.cancel_planned()

    def end_outage(self) -> None:
        """End the outage of the server."""
        if self._out is not None:
            self._box.faults.end_outage(self._out)
            self._out = None

    async def _leave(self, how: str, away: timedelta, span: timedelta, let_pass: Pass) -> None:
        """Disconnect the bot while it works, let time pass, and reconnect it."""
        passing = asyncio.ensure_future(let_pass(span))
        await asyncio.sleep(self._chance.uniform(0, _LONGEST_MOMENT_SECONDS))
        begun = self._box.clock.now()
        await self._bot.end(kill=how == "kill")
        await passing
        await let_pass(away)
        await self._bot.start()
        self.lives += 1
        self._away.append((begun, self._box.clock.now()))
        await let_pass(timedelta(seconds=1))

    def _small(self) -> Mapping[str, Callable[[], object]]:
        faults = self._box.faults
        return {
            "429 of a card": lambda: faults.rate_limit(*_POST, _RETRY_SECONDS),
            "429 of an edit, shared": lambda: faults.rate_limit(*_EDIT, _RETRY_SECONDS, scope="shared"),
            "429 of everything": lambda: faults.rate_limit("POST", "*", _RETRY_SECONDS, scope="global"),
            "500 on a card": lambda: faults.fail(*_POST, 500),
            "502 on an edit": lambda: faults.fail(*_EDIT, 502),
            "card refused by a cut": lambda: faults.reset(*_POST),
            "answer to a card lost": lambda: faults.lose_answer(*_POST),
            "answer to an edit lost": lambda: faults.lose_answer(*_EDIT),
            "connection dropped": faults.drop_gateway,
            "session dropped": self._drop_session,
            "asked to reconnect": faults.ask_to_reconnect,
            "gateway refused": self._refuse,
            "outage of a server": self._outage,
        }

    def _drop_session(self) -> None:
        self._box.faults.drop_gateway(resume=self._session_lost == self.lives)
        self._session_lost = self.lives

    def _refuse(self) -> None:
        self._box.faults.refuse_gateway(1)
        self._box.faults.drop_gateway()

    def _outage(self) -> None:
        self._out = self._chance.choice(self._guilds)
        self._box.faults.outage(self._out)
