"""Which interactions are served, and in which order, when more arrive than can be answered. Pure.

Discord gives up on an interaction three seconds after it was made, so an answer later than that helps
nobody. Interactions that arrive too late are dropped before any work is done. Each member may send a few a
second. Only so many interactions are served at the same time, fewer while answers are slow. The others
wait: servers take turns, and in each server its members do. Those that waited too long are dropped, too.

Times are seconds: `now` by the event loop's clock, `created` and `wall_now` since the epoch.
"""

import math
from collections import OrderedDict, deque
from dataclasses import dataclass
from enum import Enum
from typing import Any

from bot.scheduling.token_buckets import Rate, TokenBuckets

ANSWER_SECONDS = 3.0  # Discord's limit for the first response
_TOO_OLD_SECONDS = 2.8  # less than three: sending the response takes time, too
_LONGEST_WAIT_SECONDS = 1.2  # from the interaction until it is served
_MEMBER_RATE = Rate(burst=15, every_seconds=0.2)
_RESERVED_FOR_COMMANDS = 5  # autocompletion cannot use these up
_MEMBER_NOTICE_RATE = Rate(burst=1, every_seconds=60)  # to a member whose interactions are dropped
_TOTAL_NOTICE_RATE = Rate(burst=20, every_seconds=0.1)  # to all members together
_MOST_SERVED, _LEAST_SERVED = 64, 12  # at a time
_QUICK_SECONDS, _SLOW_SECONDS = 0.4, 0.8  # from serving an interaction to its answer
_MOST_WAITING = 256
_WINDOW_SECONDS = 300.0
_EPOCH_MS, _SHIFT = 1_420_070_400_000, 22  # of Discord's ids


class Verdict(Enum):
    """What to do with an interaction."""

    SERVE = "serve"
    WAIT = "wait"
    MEMBER = "member"  # dropped: this member sent too many
    BUSY = "busy"  # dropped: too many came from everyone
    OLD = "old"  # dropped: it arrived too late


@dataclass(frozen=True, slots=True)
class Limits:
    """How many interactions are served and wait."""

    member: Rate = _MEMBER_RATE
    most_served: int = _MOST_SERVED
    most_waiting: int = _MOST_WAITING


@dataclass(frozen=True, slots=True)
class Arrival:
    """An interaction as Discord sent it. It was made at `made_at`, by the event loop's clock."""

    interaction_id: int
    server: int  # in direct messages, the member
    member_id: int
    is_completion: bool
    made_at: float
    payload: dict[str, Any]

    def age(self, now: float) -> float:
        """Return how long ago it was made."""
        return max(0.0, now - self.made_at)


def created_at(snowflake: int) -> float:
    """Return when Discord made an id, in seconds since the epoch."""
    return ((snowflake >> _SHIFT) + _EPOCH_MS) / 1000


class Delays:
    """Estimates how long ago an interaction was made, even if this machine's clock is wrong.

    It assumes that the quickest arrival of the last minutes had no delay. The wall clock may only shorten
    the estimate, in case Discord's clock and the event loop's drift apart.
    """

    def __init__(self) -> None:
        self._window_began = -math.inf
        self._least = self._least_before = math.inf

    def of(self, created: float, wall_now: float, now: float) -> float:
        """Return the delay of an interaction that arrives at `now`."""
        if now - self._window_began > _WINDOW_SECONDS:
            self._window_began = now
            self._least_before, self._least = self._least, math.inf
        difference = now - created
        self._least = min(self._least, difference)
        by_arrivals = difference - min(self._least, self._least_before)
        return max(0.0, min(by_arrivals, wall_now - created))


class FairQueue:
    """Waiting interactions. Servers take turns, then members; each member's are served in their order."""

    def __init__(self) -> None:
        self._servers: OrderedDict[int, OrderedDict[int, deque[Arrival]]] = OrderedDict()
        self._counts: dict[int, int] = {}  # by server

    def __len__(self) -> int:
        """Return how many are waiting."""
        return sum(self._counts.values())

    def add(self, arrival: Arrival) -> None:
        """Add an interaction."""
        members = self._servers.setdefault(arrival.server, OrderedDict())
        members.setdefault(arrival.member_id, deque()).append(arrival)
        self._counts[arrival.server] = self._counts.get(arrival.server, 0) + 1

    def pop(self) -> Arrival | None:
        """Remove and return the next one, or None."""
        if not self._servers:
            return None
        server, members = next(iter(self._servers.items()))
        member = next(iter(members))
        arrival = self._take(server, member)
        if server in self._servers:
            self._servers.move_to_end(server)
            if member in members:
                members.move_to_end(member)
        return arrival

    def drop_from_largest(self) -> Arrival:
        """Remove and return an interaction: the oldest of the busiest member in the busiest server."""
        server = max(self._counts, key=self._counts.__getitem__)
        members = self._servers[server]
        return self._take(server, max(members, key=lambda member: len(members[member])))

    def _take(self, server: int, member: int) -> Arrival:
        members = self._servers[server]
        arrival = members[member].popleft()
        if not members[member]:
            del members[member]
        self._counts[server] -= 1
        if not self._counts[server]:
            del self._counts[server], self._servers[server]
        return arrival


class Admission:
    """Decides whether an arriving interaction is served, waits or is dropped, and which one is next."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._delays = Delays()
        self._members = TokenBuckets(self._limits.member)
        self._noticed = TokenBuckets(_MEMBER_NOTICE_RATE)
        self._notices = TokenBuckets(_TOTAL_NOTICE_RATE)
        self._queue = FairQueue()
        self._served: dict[int, tuple[Arrival, float]] = {}  # with the time since when
        self._most_served = self._limits.most_served

    @property
    def waiting(self) -> int:
        """How many interactions wait to be served."""
        return len(self._queue)

    def read(self, payload: dict[str, Any], wall_now: float, now: float) -> Arrival:
        """Return an interaction that arrives. Raises KeyError, TypeError or ValueError if malformed."""
        interaction_id = int(payload["id"])
        user = payload["member"]["user"] if payload.get("member") else payload["user"]
        member_id = int(user["id"])
        delay = self._delays.of(created_at(interaction_id), wall_now, now)
        server = int(payload.get("guild_id") or member_id)
        is_completion = payload["type"] == 4  # noqa: PLR2004 - Discord's number for autocompletion
        return Arrival(interaction_id, server, member_id, is_completion, now - delay, payload)

    def offer(self, arrival: Arrival, now: float) -> Verdict:
        """Decide what to do with an arriving interaction. `next` returns those that wait later."""
        if arrival.age(now) > _TOO_OLD_SECONDS:
            return Verdict.OLD
        spare = _RESERVED_FOR_COMMANDS if arrival.is_completion else 0
        if not self._members.take(arrival.member_id, now, spare):
            return Verdict.MEMBER
        if len(self._served) < self._most_served:
            self._served[arrival.interaction_id] = (arrival, now)
            return Verdict.SERVE
        self._queue.add(arrival)
        return Verdict.WAIT

    def overflow(self) -> Arrival | None:
        """Return a waiting interaction to drop, if too many are waiting."""
        return self._queue.drop_from_largest() if self.waiting > self._limits.most_waiting else None

    def next(self, now: float) -> tuple[Verdict, Arrival] | None:
        """Return the next waiting interaction, to be served or dropped, or None if none may be served."""
        if len(self._served) >= self._most_served:
            return None
        arrival = self._queue.pop()
        if arrival is None:
            return None
        if arrival.age(now) > _LONGEST_WAIT_SECONDS:
            return Verdict.BUSY, arrival
        self._served[arrival.interaction_id] = (arrival, now)
        return Verdict.SERVE, arrival

    def finish(self, interaction_id: int, now: float) -> bool:
        """Note that an interaction was answered or given up; return whether it was being served.

        After a slow answer, one interaction fewer is served at the same time; after a quick one, one more,
        within limits. The more are served, the longer each answer takes.
        """
        _, since = self._served.pop(interaction_id, (None, None))
        if since is None:
            return False
        if now - since > _SLOW_SECONDS:
            self._most_served = max(min(_LEAST_SERVED, self._limits.most_served), self._most_served - 1)
        elif now - since < _QUICK_SECONDS:
            self._most_served = min(self._limits.most_served, self._most_served + 1)
        return True

    def served(self, interaction_id: int) -> Arrival | None:
        """Return an interaction that is being served."""
        return self._served.get(interaction_id, (None,))[0]

    def may_notice(self, arrival: Arrival, now: float) -> bool:
        """Return whether to tell the member now that their interaction was dropped; counts it if so."""
        if arrival.is_completion or not self._noticed.take(arrival.member_id, now):
            return False
        return self._notices.take(None, now)
