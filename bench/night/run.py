"""Runs the night: sets up the servers, lets time pass with failures, and judges what came."""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeAlias
from zoneinfo import ZoneInfo

from bench.arrivals import Arrivals, labels
from bench.failures import LIVES, Failures
from bench.night import cards, judge
from bench.night.cards import AGAIN, OPENS, SIT, OpenSession
from bench.night.figures import Figures
from bench.night.judge import WRONG, Window
from bench.night.notices import Notices
from bench.process import BEGIN, BotProcess
from bench.small_servers import ZONES, Server, add_servers
from sandbox import Actor, Reply, Sandbox
from sandbox.state import messages
from sandbox.state.models import Message

_PEOPLE = 4
_STEP = timedelta(minutes=5)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_APART = timedelta(seconds=12)  # two people who ask for check-ins: direct messages are opened slowly
_EDGE = timedelta(minutes=2)  # of the night, in which no check-in is expected
_AT_ONCE = 20  # people who answer: more would be a flood, of which the bot sheds some
_HERE = "Here"
_TAPS = (SIT, SIT, "Nod", "Slip out", AGAIN)
_TAPPED_EACH_STEP = 0.6
_OPENED_EACH_STEP = 0.05
_IN_TIME_SECONDS = 3.0
_WELL = range(200, 300)  # statuses of requests that did not fail
_WINDOWS = {"morning": (8, 11), "midday": (11, 14), "afternoon": (14, 18), "evening": (18, 21)}  # hours
_DUE_CHECKINS = """
    SELECT cadence.member_id, due.occurs_at FROM due JOIN cadence ON cadence.cadence_id = due.subject_id
    WHERE due.kind = 'checkin'
"""
_OPEN_SESSIONS = """
    SELECT session.channel_id, card.message_id, session.opened_at, session.closes_at, session.minutes,
        (SELECT COUNT(*) FROM seat WHERE seat.session_id = session.session_id AND visibility <> 'hidden')
    FROM session JOIN card ON card.room_id = session.room_id
"""


Lives: TypeAlias = Sequence[tuple[float, str, float]]


class TooShortError(Exception):
    """The night is too short for any check-in."""


@dataclass(frozen=True, slots=True)
class Asker:
    """A person with daily check-ins, whose window is inside the night."""

    person: Actor
    zone: str
    window: str

    def windows(self, since: datetime, until: datetime) -> list[Window]:
        """Return the windows that lie between two moments, computed here and not by the bot."""
        zone = ZoneInfo(self.zone)
        day, last = since.astimezone(zone).date(), until.astimezone(zone).date()
        found = []
        while day <= last:
            midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
            begin, end = (midnight.replace(hour=hour).astimezone(UTC) for hour in _WINDOWS[self.window])
            if since <= begin and end <= until:
                found.append((begin, end))
            day += _DAY
        return found


class Night:
    """The night, from setting up the servers to the final checks."""

    def __init__(self, box: Sandbox, bot: BotProcess, servers: int, seed: int) -> None:
        self._box = box
        self._bot = bot
        self._chance = random.Random(seed)
        self._servers: Sequence[Server] = add_servers(box, servers, _PEOPLE, self._chance)
        self._failures = Failures(box, bot, self._chance, [each.guild for each in self._servers])
        self._arrivals = Arrivals(box)
        self._askers: list[Asker] = []
        self._notices = Notices(self._arrivals, self._chance)
        self._due: set[tuple[int, int]] = set()  # check-ins: member and moment
        self.figures = Figures(lives=[[]])

    async def set_up(self, hours: int) -> None:
        """Let one person of each server ask for check-ins, and a day later for notices of its new room.

        Raises TooShortError if the night is too short for any check-in.
        """
        midnight = self._box.clock.now().replace(hour=0, minute=0, second=0, microsecond=0) + _DAY
        await self._box.clock.move(midnight)  # each night of a seed is the same
        self._box.limits.enabled = False  # what takes days in life is not what is looked at
        await self._bot.start()
        await self._ask_for_checkins(midnight + _DAY, hours)
        await self._box.clock.move(midnight + _DAY)
        await self._answer_checkins()
        if not self.figures.taps["answered"]:
            raise RuntimeError("no check-in could be answered")
        for server in self._servers:
            await server.set_up()
        for server in self._servers:
            ((room_id,),) = self._bot.rows("SELECT room_id FROM room WHERE guild_id = ?", server.guild.id)
            await self._notices.ask_for(server, server.people[0], room_id)
        await self._pass(timedelta(minutes=1))
        self._box.limits.enabled = True

    async def _ask_for_checkins(self, since: datetime, hours: int) -> None:
        edges = (since + _EDGE, since + timedelta(hours=hours) - _EDGE)
        possible = [(zone, window) for zone in ZONES for window in _WINDOWS]
        for server in self._servers:
            person = server.people[0]
            fitting = [each for each in possible if Asker(person, *each).windows(*edges)]
            if not fitting:
                raise TooShortError(f"no window of a check-in is inside a night of {hours} hours")
            asker = Asker(person, *self._chance.choice(fitting))
            options = {"zone": asker.zone, "window": asker.window, "days": "daily", "per_week": 7}
            proposal = await person.run("checkins", channel=server.channel, options=options)
            agreed = await (await person.click(proposal.messages[-1], "Yes, begin")).settled()
            if "Check-ins are on" not in agreed.text:
                raise RuntimeError(agreed.error or agreed.text)
            self._askers.append(asker)
            await self._pass(_APART)

    async def live(self, hours: int, lives: Lives) -> None:
        """Run through the night with all its failures, then check the result of everything."""
        since, first_request = self._box.clock.now(), len(self._box.requests)
        steps = int(timedelta(hours=hours) / _STEP)
        every = max(1, int(timedelta(hours=1) / _STEP))
        plan = self._failures.plan(steps, lives)
        for step in range(steps):
            if self._box.bot_connected:
                await self._tap()
                await self._answer_checkins()
                for reply in await self._notices.tap():
                    self._judge(reply)
                self._note_due()
            before, first = self._failures.lives, len(self._box.requests)
            await self._failures.inject(plan.get(step), _STEP, self._pass)
            if self._failures.lives > before:
                self.figures.lives.append([])
            if step not in plan and all(one.status in _WELL for one in self._box.requests[first:]):
                self._look_at_cards()
                self.figures.notices["left"] += self._notices.count_left(self._box.clock.now())
            if not step % every:
                self.figures.lives[-1].append(self._bot.resident_mib)
        await self._calm()
        self._look(since, first_request)

    async def _calm(self) -> None:
        """Give the bot a few minutes without failures to finish what is left."""
        self._failures.end()
        await self._box.until_ready()
        for _ in range(3):
            self._note_due()
            await self._pass(timedelta(minutes=1))

    async def _pass(self, span: timedelta) -> None:
        await self._box.clock.move(self._box.clock.now() + span)

    def _note_due(self) -> None:
        self._due.update(self._bot.rows(_DUE_CHECKINS))

    async def _tap(self) -> None:
        """Let people tap on cards, several at once; each is answered, whatever happens meanwhile."""
        acts = []
        for server in self._servers:
            for card in self._posted(server) if server.guild.available else []:
                wanted = OPENS if self._chance.random() < _OPENED_EACH_STEP else self._chance.choice(_TAPS)
                is_tapped = wanted == OPENS or self._chance.random() < _TAPPED_EACH_STEP
                if is_tapped and wanted in labels(card):
                    acts.append(server.people[self._chance.randrange(_PEOPLE)].click(card, wanted))
        for reply in await asyncio.gather(*acts):
            self._judge(reply)

    async def _answer_checkins(self) -> None:
        """Let everyone answer the check-in in view, so that check-ins keep coming as often."""
        seen = [(asker.person, _in_view(asker.person)) for asker in self._askers]
        asked = [(person, message) for person, message in seen if message is not None]
        for start in range(0, len(asked), _AT_ONCE):
            some = asked[start : start + _AT_ONCE]
            for reply in await asyncio.gather(*(person.click(message, _HERE) for person, message in some)):
                self._judge(reply)

    def _judge(self, reply: Reply) -> None:
        after = reply.acknowledged_after
        if reply.error or after is None:
            self.figures.taps["unanswered"] += 1
            return
        self.figures.seconds.append(after)
        self.figures.taps["answered" if after < _IN_TIME_SECONDS else "slow"] += 1

    def _posted(self, server: Server) -> list[Message]:
        return [one for one in server.keeper.sees(server.channel) if one.ephemeral_to is None]

    # Results

    def _look(self, since: datetime, first_request: int) -> None:
        until = self._box.clock.now()
        for server in self._servers:
            self._look_at_openings(server, since, until)
        self._look_at_cards()
        self.figures.notices += self._notices.look(since, until)
        self.figures.notices["left"] += self._notices.count_left(until)
        for asker in self._askers:
            self._look_at_checkins(asker, since, until)
        self.figures.failures = self._failures.injected
        self.figures.requests = Counter(one.status for one in self._box.requests[first_request:])
        self.figures.errors = [line for line in self._bot.log if " ERROR " in line]

    def _look_at_openings(self, server: Server, since: datetime, until: datetime) -> None:
        came = [each.at for each in self._arrivals.in_channel(server.channel.id) if each.at > since]
        due = server.openings(since, until)
        for opening in due:
            verdict = judge.opening(opening, came, until, self._failures.was_away)
            self.figures.openings[verdict] += 1
            if verdict in WRONG:
                self._record_failure(f"{verdict}: due {opening:%H:%M}", server, opening)
        self.figures.openings["unasked"] += judge.unasked_openings(due, came)

    def _record_failure(self, what: str, server: Server, since: datetime) -> None:
        """Record a failure, with the requests to Discord about it in the hour after."""
        place = f"/channels/{server.channel.id}/"
        asked = [
            f"{one.at:%H:%M:%S} {one.method} {one.status}"
            for one in self._box.requests
            if place in one.path and timedelta(minutes=-1) < one.at - since < timedelta(hours=1)
        ]
        self.figures.remarks.append(f"{server.guild.name}, {what}: {'; '.join(asked) or 'nothing asked'}")

    def _look_at_cards(self) -> None:
        """Judge all cards as they are now."""
        now, sessions = self._box.clock.now(), self._open_sessions()
        for server in self._servers:
            posted, session = self._posted(server), sessions.get(server.channel.id)
            verdict = cards.verdict(posted, session, server.openings(now, now + _DAY)[0], now)
            self.figures.cards[verdict] += 1
            if verdict != "true":
                said = " and ".join(repr(messages.plain_text(each)) for each in posted) or "nothing"
                self._record_failure(
                    f"card {verdict} at {now:%H:%M}: {said} for {session}", server, now - _HOUR
                )

    def _open_sessions(self) -> dict[int, OpenSession]:
        """Return the open sessions by their channel."""
        found = {}
        for channel, message, opened, closes, minutes, counted in self._bot.rows(_OPEN_SESSIONS):
            begin, end = (datetime.fromtimestamp(at, UTC) for at in (opened, closes))
            found[channel] = OpenSession(message, begin, end, minutes, counted)
        return found

    def _look_at_checkins(self, asker: Asker, since: datetime, until: datetime) -> None:
        arrivals = self._arrivals.in_dm(asker.person.id)
        came = [each.at for each in arrivals if each.at > since and _HERE in each.labels]
        due = [datetime.fromtimestamp(at, UTC) for member, at in self._due if member == asker.person.id]
        windows = asker.windows(since, until)
        for window in windows:
            verdict = judge.checkin(window, came, due, self._failures.was_away)
            self.figures.checkins[verdict] += 1
            if verdict in WRONG:
                planned = ", ".join(f"{at:%d %H:%M}" for at in sorted(due))
                self.figures.remarks.append(f"check-in {verdict}: {window[0]:%H:%M}, planned {planned}")
        possible = asker.windows(since - _DAY, until + _DAY)  # those that the night begins or ends in, too
        self.figures.checkins["unasked"] += judge.unasked_checkins(possible, came)


def _in_view(person: Actor) -> Message | None:
    """Return a person's newest check-in that still has its buttons, or None."""
    return next((one for one in reversed(person.dm()) if _HERE in labels(one)), None)


async def spend(servers: int, hours: int, seed: int, lives: Lives = LIVES) -> Figures:
    """Return the results of a night with this many servers and hours."""
    with tempfile.TemporaryDirectory() as folder:
        async with Sandbox(begin=BEGIN) as box:
            bot = BotProcess(box, Path(folder))
            night = Night(box, bot, servers, seed)
            try:
                await night.set_up(hours)
                await night.live(hours, lives)
                await bot.end()
            except Exception:
                sys.stderr.write("\n".join([*bot.log[-50:], ""]))
                raise
            finally:
                await bot.kill_if_running()
            return night.figures
