"""The one runner: sleeps until the next due row, claims it by a lease, acts.

An action that fails is claimed again when its lease ends, so actions are repeatable: each works out
from the database what is left to do, and sends with a nonce made from what it is about. Actions end
their own row, by setting the next moment or clearing it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.clock import Clock
from bot.errors import report
from bot.storage.database import Database

_LEASE = timedelta(seconds=60)
_PARKED = timedelta(days=7)
_CLAIMED_AT_ONCE = 32
_AFTER_FAILURE_SECONDS = 5.0


class Kind(StrEnum):
    """What can be due, by what it is about."""

    OPEN = "open"  # a schedule's next session
    PHASE = "phase"  # a session's next phase
    CHECKIN = "checkin"  # a member's next check-in
    LEAVE = "leave"  # somebody's own end in a session
    EVENT = "event"  # the native event of a schedule's next occurrence
    FORGET = "forget"  # a server that the bot was removed from


@dataclass(frozen=True, slots=True)
class Due:
    """A claimed row: `occurs_at` is when it was to be.

    `subject_id` is a schedule, session, cadence or server; `removed_at` is set where the bot was removed
    from the server that it belongs to.
    """

    kind: Kind
    subject_id: int
    occurs_at: datetime
    removed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Upcoming:
    """When the runner has to look again."""

    due_at: datetime | None


Action = Callable[[Due], Awaitable[None]]


class Runner:
    """Runs what is due. `wake` is set by whoever writes a row that may be nearer than the next one."""

    def __init__(self, database: Database, clock: Clock, wake: asyncio.Event) -> None:
        self._database = database
        self._clock = clock
        self._wake = wake
        self._actions: dict[Kind, Action] = {}

    def on(self, kind: Kind, action: Action) -> None:
        """Let `action` take care of rows of `kind`."""
        self._actions[kind] = action

    async def run(self) -> None:
        """Run until cancelled. Rows that a process left claimed when it died are released first."""
        async with self._database.write() as tx:
            await tx.run("release_due")
        while True:
            try:
                await self.run_due()
                upcoming = await self._database.read.one(Upcoming, "next_due")
            except Exception as error:  # noqa: BLE001 - the boundary: the runner never ends by itself
                report("reading what is due", error)
                await asyncio.sleep(_AFTER_FAILURE_SECONDS)
                continue
            await self._clock.sleep_until(upcoming.due_at if upcoming else None, self._wake)

    async def run_due(self) -> None:
        """Do all that is due now, some of it at once."""
        while claimed := await self._claim():
            await asyncio.gather(*(self._act(due) for due in claimed))

    async def _claim(self) -> list[Due]:
        now = self._clock.now()
        upcoming = await self._database.read.one(Upcoming, "next_due")
        if upcoming is None or upcoming.due_at is None or upcoming.due_at > now:
            return []
        async with self._database.write() as tx:
            return await tx.all(Due, "claim_due", now=now, lease_until=now + _LEASE, most=_CLAIMED_AT_ONCE)

    async def _act(self, due: Due) -> None:
        try:
            if due.removed_at is None:
                await self._actions[due.kind](due)
            else:
                await self._park(due)
        except Exception as error:  # noqa: BLE001 - the boundary: one action is not another's trouble
            report(f"action {due.kind}", error)

    async def _park(self, due: Due) -> None:
        """Put a row aside until the bot is invited again (`Removals`), or until it goes with the server."""
        async with self._database.write() as tx:
            await tx.run(
                "park_due", kind=due.kind, subject_id=due.subject_id, until=self._clock.now() + _PARKED
            )
