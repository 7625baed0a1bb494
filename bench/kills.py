"""Kills the bot at random moments while it delivers check-ins: `python -m bench.kills [kills [seed]]`.

The shipped bot runs as a separate process against the sandbox, which takes 50 ms for each message, so that
some kills fall between sending a message and recording it. In each round everyone's check-in is due; the
bot is killed in the middle, often again after its next start, and then left to finish. In some rounds the
bot stays down until Discord has forgotten the nonces, in some until the check-ins are late. After each
start some people tap the newest check-in that they see, which may be one that the bot has not recorded. The
exit code is 1 if a check-in came twice, or did not come although it was not late.
"""

import asyncio
import contextlib
import random
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bench.people import welcome
from bench.process import BEGIN, BotProcess, end_well
from sandbox import Actor, Sandbox
from sandbox.state.models import Message

_PEOPLE = 24
_LATENCY_SECONDS = 0.05
_A_SECOND = 45  # requests, as fast as the setting goes
_AWAY = {"at once": 0, "nonces forgotten": 6, "late": 12}  # minutes
_DMS_OPENED, _DMS_OPENED_IN = 10, 10  # direct messages that can be opened, and within how many minutes
_AWAY_OFTEN = (4, 1, 1)
_KILLED_AGAIN = 0.4  # of the rounds
_TAPS = 0.3  # of the people, after each start
_NEVER_SECONDS = 1e6
_ROW = 1  # the component that holds buttons
_POST = "/channels/{channel_id}/messages"
_AT_ANY_TIME = """
UPDATE cadence
SET unanswered = 0, last_sent_on = NULL, sent_in_week = 0, start_minute = 0, end_minute = 24 * 60
"""
_TO_COME = "SELECT COUNT(*) FROM due WHERE kind = 'checkin' AND (due_at <= :now OR claims > 0)"


@dataclass(slots=True)
class Tally:
    """How many due check-ins were delivered, lost or repeated."""

    kills: int = 0
    due: int = 0
    once: int = 0
    late: int = 0
    twice: int = 0
    lost: int = 0
    unnoted: int = 0  # sent, and not noted when the bot was killed
    taps: int = 0
    two_in_view: int = 0  # with their buttons
    rounds: Counter[str] = field(default_factory=Counter)

    @property
    def is_well(self) -> bool:
        """Whether each came exactly once, or was skipped as late."""
        return not (self.twice or self.lost or self.two_in_view)

    def __str__(self) -> str:
        """Return the figures, a line each."""
        rounds = ", ".join(f"{count} {name}" for name, count in sorted(self.rounds.items()))
        return (
            f"{self.kills:>6,} kills, in rounds: {rounds}\n"
            f"{self.unnoted:>6,} check-ins were sent and not noted when the bot was killed\n"
            f"{self.taps:>6,} taps were answered, soon after a start\n"
            f"{self.due:>6,} check-ins were due, of which\n"
            f"{self.once:>6,} came once\n"
            f"{self.late:>6,} were skipped as late\n"
            f"{self.twice:>6,} came twice\n"
            f"{self.lost:>6,} neither came nor were late\n"
            f"{self.two_in_view:>6,} times two were in view with their buttons"
        )


class KillRun:
    """The people, and the bot that is killed and started again."""

    def __init__(self, box: Sandbox, bot: BotProcess, seed: int, people: int) -> None:
        self._box = box
        self._bot = bot
        self._people_count = people
        self._longest_seconds = 2 * people / _A_SECOND  # a deletion and a message each
        self._random = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
        self._people: Sequence[Actor] = ()
        self._arrived: dict[int, set[int]] = {}  # by channel, also those that are deleted by now
        self.tally = Tally()

    async def run(self, kills: int) -> None:
        """Let people agree, then kill the bot the given number of times."""
        watching = asyncio.create_task(self._box.until(self._watch, _NEVER_SECONDS))
        try:
            await self._run_kills(kills)
        finally:
            watching.cancel()

    def _watch(self) -> bool:
        """Record every check-in that arrived so far, without private answers to taps."""
        for dm in self._box.world.dms.values():
            arrived = (each.id for each in dm.messages.values() if each.ephemeral_to is None)
            self._arrived.setdefault(dm.id, set()).update(arrived)
        return False

    async def _run_kills(self, kills: int) -> None:
        await self._bot.start()
        self._people = welcome(self._box, self._people_count)
        for number, person in enumerate(self._people, 1):
            await _agree(person)
            if not number % _DMS_OPENED:
                await self._pass(_DMS_OPENED_IN)
        await self._settle()
        self._box.faults.hang("POST", _POST, _LATENCY_SECONDS, times=sys.maxsize)
        await self._bot.end(kill=True)
        while self.tally.kills < kills:
            await self._round(kills)

    async def _round(self, kills: int) -> None:
        """Make everyone's check-in due, kill the bot meanwhile, let it finish, and count what arrived."""
        (away,) = self._random.choices(list(_AWAY), _AWAY_OFTEN)
        self.tally.rounds[away] += 1
        before = self._counts()
        self._let_all_be_due()
        noted = self._noted()
        while True:
            await self._bot.start()
            async with self._tapping():
                await self._kill_meanwhile()
            arrived = sum(self._counts()) - sum(before)
            self.tally.unnoted += arrived - (self._noted() - noted)
            if self.tally.kills >= kills or self._random.random() > _KILLED_AGAIN:
                break
        await self._pass(_AWAY[away])
        await self._bot.start()
        async with self._tapping():
            await self._settle()
        for person, was, now in zip(self._people, before, self._counts(), strict=True):
            self._judge(person, now - was, may_be_late=away == "late")
        if self._noted() - noted != sum(self._counts()) - sum(before):
            raise RuntimeError("what was noted is not what was sent")
        await self._bot.end(kill=True)

    def _judge(self, person: Actor, came: int, *, may_be_late: bool) -> None:
        tally = self.tally
        tally.due += 1
        tally.once += came == 1
        tally.twice += came > 1
        tally.late += came == 0 and may_be_late
        tally.lost += came == 0 and not may_be_late
        tally.two_in_view += sum(_has_buttons(each) for each in person.dm()) > 1

    @contextlib.asynccontextmanager
    async def _tapping(self) -> AsyncIterator[None]:
        """Let some people tap meanwhile, even if the bot is not there to answer."""
        tappers = [person for person in self._people if self._random.random() < _TAPS]
        taps = [asyncio.create_task(self._tap(person)) for person in tappers]
        yield
        await asyncio.gather(*taps)

    async def _tap(self, person: Actor) -> None:
        await asyncio.sleep(self._random.uniform(0, self._longest_seconds))
        asked = [each for each in person.dm() if _has_buttons(each)]
        if asked:
            reply = await person.click(asked[-1], "Here")
            self.tally.taps += reply.error is None

    async def _kill_meanwhile(self) -> None:
        """Kill the bot at a random moment after it began to deliver."""
        since = len(self._box.requests)
        await self._box.until(
            lambda: any("/messages" in r.path for r in self._box.requests[since:]) or not self._to_come()
        )
        await asyncio.sleep(self._random.uniform(0, self._longest_seconds))
        await self._kill()
        await asyncio.sleep(2 * _LATENCY_SECONDS)  # what is on its way arrives after its sender's death

    def _counts(self) -> list[int]:
        """Return how many check-ins ever arrived, by person."""
        dms = {user_id: dm.id for dm in self._box.world.dms.values() for user_id in dm.recipients}
        return [len(self._arrived[dms[person.id]]) for person in self._people]

    # What is saved

    def _let_all_be_due(self) -> None:
        """Make everyone's next check-in due now, at any time of day and whatever their weekly maximum."""
        now = int(self._box.clock.unix())
        with self._database() as database:
            database.execute("UPDATE due SET due_at = ?, occurs_at = ? WHERE kind = 'checkin'", (now, now))
            database.execute(_AT_ANY_TIME)

    def _noted(self) -> int:
        with self._database() as database:
            return int(database.execute("SELECT SUM(sent) FROM cadence").fetchone()[0])

    def _to_come(self) -> int:
        with self._database() as database:
            return int(database.execute(_TO_COME, {"now": int(self._box.clock.unix())}).fetchone()[0])

    @contextlib.contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        with contextlib.closing(sqlite3.connect(self._bot.database)) as connection, connection:
            yield connection

    async def _settle(self) -> None:
        """Wait until all that is due is done."""
        await self._pass(0)
        await self._box.until(lambda: not self._to_come())
        await self._pass(0)

    async def _pass(self, minutes: int) -> None:
        """Let time pass."""
        await self._box.clock.move(self._box.clock.now() + timedelta(minutes=minutes, milliseconds=1))

    async def _kill(self) -> None:
        self.tally.kills += 1
        await self._bot.end(kill=True)


async def measure(kills: int, seed: int, people: int = _PEOPLE) -> Tally:
    """Return how the check-ins of `people` ended while the bot was killed the given number of times."""
    with tempfile.TemporaryDirectory() as folder:
        async with Sandbox(begin=BEGIN) as box:
            bot = BotProcess(box, Path(folder), SENDS_PER_SECOND=str(_A_SECOND), LOG_LEVEL="WARNING")
            kill_run = KillRun(box, bot, seed, people)
            try:
                await kill_run.run(kills)
            finally:
                await bot.kill_if_running()
            return kill_run.tally


async def main(kills: int, seed: int) -> int:
    """Print the figures; return 1 if a check-in came twice or was lost."""
    tally = await measure(kills, seed)
    sys.stdout.write(f"{tally}\n")
    return 0 if tally.is_well else 1


def _has_buttons(message: Message) -> bool:
    return any(each["type"] == _ROW for each in message.components)


async def _agree(person: Actor) -> None:
    proposal = await person.run("checkins", channel="general", options={"days": "daily", "per_week": 7})
    agreed = await (await person.click(proposal.messages[-1], "Yes, begin")).settled()
    if "Check-ins are on" not in agreed.text:
        raise RuntimeError(agreed.text)


if __name__ == "__main__":
    end_well()
    _given = dict(enumerate(map(int, sys.argv[1:])))
    sys.exit(asyncio.run(main(_given.get(0, 200), _given.get(1, 1))))
