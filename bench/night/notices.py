"""People who get a silent message when their server's room opens by schedule, and what came of it.

It uses the times that a moderator set and the messages that were posted, but not the bot's rules.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from bench.arrivals import Arrival, Arrivals, labels
from bench.night.cards import SETTLING, SIT
from bench.night.judge import LATE_AFTER, SLACK
from bench.small_servers import Server
from sandbox import Actor, Reply
from sandbox.state.models import Message

_TAPPED = 0.7
_REMOVED_WITHIN = timedelta(minutes=12)  # after the close: a late opening, and a request that failed
_BEFORE = timedelta(days=1)


class Notices:
    """One person of each server who has notices."""

    def __init__(self, arrivals: Arrivals, chance: random.Random) -> None:
        self._arrivals = arrivals
        self._chance = chance
        self._people: list[tuple[Server, Actor]] = []
        self._tapped: set[int] = set()  # messages on which the person decided

    async def ask_for(self, server: Server, person: Actor, room_id: int) -> None:
        """Let a person choose their server's room. Raises RuntimeError where that is refused."""
        rooms = await person.run("rooms", channel=server.channel)
        asked = await person.click(rooms.messages[-1], "Tell me when a room opens")
        panel = asked.messages[-1]
        await person.choose(panel, "Choose rooms", [str(room_id)])
        done = await (await person.click(panel, "Turn on")).settled()
        if "Room notices are on" not in done.text:
            raise RuntimeError(done.error or done.text)
        self._people.append((server, person))

    async def tap(self) -> list[Reply]:
        """Let most people sit from a notice that they have not seen before."""
        replies = []
        for _, person in self._people:
            for notice in in_view(person):
                if notice.id not in self._tapped and self._chance.random() < _TAPPED:
                    replies.append(await person.click(notice, SIT))
                self._tapped.add(notice.id)
        return replies

    def look(self, since: datetime, until: datetime) -> Counter[str]:
        """Return what became of the notices that were due between two moments, by kind of result."""
        found: Counter[str] = Counter()
        for server, person in self._people:
            came = [each for each in self._arrivals.in_dm(person.id) if SIT in each.labels]
            cards = [each.at for each in self._arrivals.in_channel(server.channel.id)]
            openings = server.openings(since, until)
            found.update(verdict(due, came, cards, server.minutes) for due in openings)
            found["unasked"] += sum(
                each.at > since and not any(is_about(due, each.at) for due in openings) for each in came
            )
        return found

    def count_left(self, now: datetime) -> int:
        """Return how many notices are in view although their session closed more than a few minutes ago."""
        left = 0
        for server, person in self._people:
            for notice in in_view(person):
                opened = [due for due in server.openings(now - _BEFORE, now) if is_about(due, notice.at)]
                closes = [due + timedelta(minutes=server.minutes) for due in opened]
                left += any(at + _REMOVED_WITHIN < now for at in closes)
        return left


def in_view(person: Actor) -> list[Message]:
    """Return the notices among a person's direct messages."""
    return [each for each in person.dm() if SIT in labels(each)]


def is_about(due: datetime, at: datetime) -> bool:
    """Return whether a message at a moment can be about the session that was due."""
    return due - SLACK <= at <= due + LATE_AFTER + SLACK


def verdict(due: datetime, came: Sequence[Arrival], cards: Sequence[datetime], minutes: int) -> str:
    """Return what became of the notice of a session that was due; `cards` are when the room's cards came.

    "none" is no failure: people who sit already get none, and late ones are skipped.
    """
    about = [each for each in came if is_about(due, each.at)]
    if len(about) != 1:
        return "twice" if about else "none"
    opened = min((at for at in cards if is_about(due, at)), default=due)
    settles_until = opened + timedelta(minutes=max(1, minutes // SETTLING))
    if about[0].at > settles_until + SLACK:
        return "late"
    return "once" if about[0].is_silent else "loud"
