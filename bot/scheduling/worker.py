"""The one worker: sleeps until the next due row, claims it by a lease, acts.

An action that fails is claimed again when its lease ends, so actions are repeatable: each works out
from the database what is left to do, and sends with a nonce made from what it is about. Actions end
their own row, by setting the next moment or clearing it.

Each kind has places of its own, so that no phase waits behind check-ins. An action that takes long (Discord
lets it wait) keeps its lease until it ends, and its row is not begun again meanwhile.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.errors import report
from bot.scheduling.backoff import ExponentialBackoff
from bot.scheduling.clock import Clock
from bot.storage.database import Database, Statements
from bot.storage.sqlite.errors import passing

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
MAX_CONCURRENT_PER_KIND = 32  # actions of one kind at once
_PARKED = timedelta(days=7)
_AFTER_FAILURE = timedelta(seconds=5)
_LONGEST_AFTER_FAILURE = timedelta(minutes=1)


class DueKind(StrEnum):
    """What can be due, by what it is about."""

    OPEN = "open"  # a schedule's next session
    PHASE = "phase"  # a session's next phase
    CHECKIN = "checkin"  # a member's next check-in
    LEAVE = "leave"  # somebody's own end in a session
    EVENT = "event"  # the native event of a schedule's next occurrence
    FORGET = "forget"  # a server that the bot was removed from
    ASK = "ask"  # a server's next open check-in, or the end of the one in view
    EXPIRE = "expire"  # whatever ends by itself, once a day


@dataclass(frozen=True, slots=True)
class Due:
    """A claimed row: `occurs_at` is when it was to be.

    `subject_id` is a schedule, session, cadence, server or open check-in; `removed_at` is set where the bot
    was removed from the server that it belongs to; `claims` counts how often it was begun, with this time.
    """

    kind: DueKind
    subject_id: int
    occurs_at: datetime
    removed_at: datetime | None = None
    claims: int = 1


@dataclass(frozen=True, slots=True)
class Upcoming:
    """When a row of a kind is due next, those left out that are under way."""

    kind: DueKind
    due_at: datetime | None


@dataclass(slots=True)
class _RunningJob:
    """An action under way, and until when its row is claimed."""

    due: Due
    task: asyncio.Task[None]
    until: datetime


async def is_current(tx: Statements, due: Due) -> bool:
    """Return whether a row still waits for the moment that it was claimed for.

    It does not where it was acted on, moved or cleared meanwhile.
    """
    waits_for = await tx.value("get_due", kind=due.kind, subject_id=due.subject_id)
    return waits_for == int(due.occurs_at.timestamp())


Action = Callable[[Due], Awaitable[None]]
Observer = Callable[
    [DueKind, str, timedelta], None
]  # hears what became of a row, and how late it was begun


class Worker:
    """Runs what is due. `wake` is set by whoever writes a row that may be nearer than the next one."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        wake: asyncio.Event,
        watch: Observer | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._wake = wake
        self._actions: dict[DueKind, Action] = {}
        self._running: dict[tuple[DueKind, int], _RunningJob] = {}
        self._ended = 0
        self._claiming = asyncio.Lock()
        self._stopping = asyncio.Event()
        self._watch = watch

    def on(self, kind: DueKind, action: Action) -> None:
        """Let `action` take care of rows of `kind`."""
        self._actions[kind] = action

    def stop(self) -> None:
        """Let `run` return once what it has begun is done: nothing more is claimed."""
        self._stopping.set()
        self._wake.set()

    async def run(self) -> None:
        """Run until stopped or cancelled. Rows that it left claimed when it died come first."""
        pauses, is_released = ExponentialBackoff(_AFTER_FAILURE, _LONGEST_AFTER_FAILURE), False
        try:
            while not self._stopping.is_set():
                try:
                    if not is_released:
                        await self._release()
                        is_released = True
                    again_at = await self._begin_due()
                except Exception as error:  # noqa: BLE001 - the boundary: the worker never ends by itself
                    await self._rest(error, pauses.after(timedelta()))
                    continue
                pauses = ExponentialBackoff(_AFTER_FAILURE, _LONGEST_AFTER_FAILURE)
                await self._clock.sleep_until(again_at, self._wake, busy=bool(self._running))
            await asyncio.gather(*self._tasks())
        finally:
            tasks = self._tasks()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _rest(self, error: Exception, pause: timedelta) -> None:
        trouble = passing(error)
        if trouble is None:
            report("reading what is due", error)
        else:
            log.error("nothing that is due can be done: %s; trying again in %s", trouble, pause)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), pause.total_seconds())

    async def _release(self) -> None:
        async with self._database.legacy_write() as tx:
            await tx.run("release_due")

    async def run_due(self) -> None:
        """Do all that is due now; return when it is done."""
        while True:
            ended = self._ended
            await self._begin_due()
            if self._running:
                await asyncio.wait(self._tasks(), return_when=asyncio.FIRST_COMPLETED)
            elif self._ended == ended:  # else what ended during the look may have set more due after it
                return

    async def _begin_due(self) -> datetime | None:
        """Begin what is due and has a place; return when to look again, if not woken before."""
        async with self._claiming:
            await self._renew()
            while True:
                now = self._clock.now()
                upcoming = await self._upcoming()
                kinds = [each.kind for each in upcoming if each.due_at is not None and each.due_at <= now]
                if not kinds:
                    break
                await self._claim(kinds, now)
        moments = [each.due_at for each in upcoming if each.due_at is not None]
        moments += [deed.until - LEASE / 2 for deed in self._running.values()]
        return min(moments, default=None)

    async def _upcoming(self) -> list[Upcoming]:
        found = await self._database.legacy_read.all(Upcoming, "next_due", under_way=self._under_way())
        return [each for each in found if self._places(each.kind)]

    async def _claim(self, kinds: list[DueKind], now: datetime) -> None:
        until, claimed = now + LEASE, list[Due]()
        async with self._database.legacy_write() as tx:
            for kind in kinds:
                claimed += await tx.all(
                    Due,
                    "claim_due",
                    kind=kind,
                    now=now,
                    lease_until=until,
                    most=self._places(kind),
                    under_way=self._under_way(),
                )
        for due in claimed:  # only now: what was done has to be known as begun after a crash
            self._begin(due, until)

    def _begin(self, due: Due, until: datetime) -> None:
        key = (due.kind, due.subject_id)
        task = asyncio.create_task(self._act(due))
        self._running[key] = _RunningJob(due, task, until)
        task.add_done_callback(lambda _: self._end(key))

    def _end(self, key: tuple[DueKind, int]) -> None:
        del self._running[key]
        self._ended += 1
        self._wake.set()

    async def _renew(self) -> None:
        """Keep what is under way claimed. A row that was set anew meanwhile is left as it is."""
        now = self._clock.now()
        ending = [deed for deed in self._running.values() if deed.until - now <= LEASE / 2]
        if not ending:
            return
        until = now + LEASE
        async with self._database.legacy_write() as tx:
            for deed in ending:
                kind, subject_id = deed.due.kind, deed.due.subject_id
                await tx.run(
                    "renew_due", kind=kind, subject_id=subject_id, held_until=deed.until, until=until
                )
                deed.until = until

    def _places(self, kind: DueKind) -> int:
        """Return how many more actions of a kind may be begun."""
        if self._stopping.is_set():
            return 0
        return MAX_CONCURRENT_PER_KIND - sum(each is kind for each, _ in self._running)

    def _under_way(self) -> str:
        """Return the rows under way as the statements take them."""
        return "".join([",", *(f"{kind}:{subject_id}," for kind, subject_id in self._running)])

    def _tasks(self) -> list[asyncio.Task[None]]:
        return [deed.task for deed in self._running.values()]

    async def _act(self, due: Due) -> None:
        lag, outcome = self._clock.now() - due.occurs_at, "done"
        try:
            if due.removed_at is None:
                await self._actions[due.kind](due)
            else:
                outcome = "parked"
                await self._park(due)
        except Exception as error:  # noqa: BLE001 - the boundary: one action is not another's trouble
            outcome = "failed"
            report(f"action {due.kind}", error)
        if self._watch:
            self._watch(due.kind, outcome, lag)

    async def _park(self, due: Due) -> None:
        """Put a row aside until the bot is invited again (`Removals`), or until it goes with the server."""
        async with self._database.legacy_write() as tx:
            await tx.run(
                "park_due", kind=due.kind, subject_id=due.subject_id, until=self._clock.now() + _PARKED
            )
