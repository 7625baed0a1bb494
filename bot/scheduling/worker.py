"""The worker: sleeps until the next row of the due queue, claims it with a lease, and runs its action.

The row of an action that failed is claimed again when its lease ends, and soon if the database failed for a
moment. So an action may run more than once: it reads from the database what is left to do, and ends its row
by setting the next moment or cancelling it.

Each kind of due row has its own limit of concurrent actions, so no session's phase waits behind check-ins.
The worker extends the lease of a running action until the action ends, so no second one starts for its row.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

from bot.errors import has_lost_turn, report
from bot.scheduling import due_queue, sending
from bot.scheduling.backoff import ExponentialBackoff
from bot.scheduling.checked_clock import ClockCheck, Unchecked
from bot.scheduling.clock import Clock
from bot.scheduling.due_queue import Due, DueKind, NextDue
from bot.scheduling.running_jobs import InterruptedJobs, RunningJob
from bot.shards import ALL_SERVERS, ShardRange
from bot.storage.database import Database, Statements
from bot.storage.record import UnreadableRowError

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
MAX_CONCURRENT_PER_KIND = 32
_HOLD_FOR = timedelta(days=7)  # as long as a removed server's data is saved; then it is looked at again
_PARK_UNREADABLE_FOR = timedelta(days=1)  # by then, the tz database may have the zone
_FIRST_BACKOFF = timedelta(seconds=5)
_LONGEST_BACKOFF = timedelta(minutes=1)
_LOOK_AT_SWITCH_AFTER = timedelta(seconds=15)
_LOOK_EVERY = timedelta(seconds=15)  # in case a wake-up from another process is lost
_WRONG_CLOCK_PAUSE = timedelta(seconds=15)  # before the clock is looked at again

Action = Callable[[Due], Awaitable[None]]
Observer = Callable[[DueKind, str, timedelta], None]
"""Is called after each action: its kind, outcome, and how late it began.

Outcomes are done, failed, parked, put_off, and interrupted: the database failed, and it can pass.
"""


class Worker:
    """Runs the actions of due rows of one range of shards, while the clock is right.

    A commit that changes those rows wakes it. Where others serve further ranges, it also looks every
    `look_every`.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        observer: Observer | None = None,
        clock_check: ClockCheck | None = None,
        shards: ShardRange = ALL_SERVERS,
        look_every: timedelta = _LOOK_EVERY,
    ) -> None:
        self._shard_range = shards.number
        self._look_every = None if shards.is_whole else look_every
        self._database = database
        self._clock = clock
        self._observer = observer
        self._clock_check = clock_check or Unchecked()
        self._actions: dict[DueKind, Action] = {}
        self._running: dict[tuple[DueKind, int], RunningJob] = {}
        self._interrupted = InterruptedJobs(database)
        self._finished = 0
        self._sending_stopped = False
        self._claiming = asyncio.Lock()
        self._stopping = asyncio.Event()
        self._wake = asyncio.Event()
        database.subscribe(due_queue.topic_of(self._shard_range), self._wake.set)

    def on(self, kind: DueKind, action: Action) -> None:
        """Run `action` for due rows of `kind`."""
        self._actions[kind] = action

    def stop(self) -> None:
        """Claim no more rows, and let `run` return once the running actions are done."""
        self._stopping.set()
        self._wake.set()

    async def run(self) -> None:
        """Run until stopped or cancelled. First releases the claims that an earlier process left."""
        backoff: ExponentialBackoff | None = None  # of failures in a row
        is_released = False
        try:
            while not self._stopping.is_set():
                try:
                    if not is_released:
                        await self._database.write(
                            partial(due_queue.release_claims, shard_range=self._shard_range)
                        )
                        is_released = True
                    again_at = await self._begin_due()
                except Exception as error:  # noqa: BLE001 - the boundary: the worker must not end
                    backoff = backoff or ExponentialBackoff(_FIRST_BACKOFF, _LONGEST_BACKOFF)
                    await self._back_off(error, backoff.after(timedelta()))
                    continue
                backoff = None
                await self._clock.sleep_until(again_at, self._wake, busy=bool(self._running))
            await asyncio.gather(*self._tasks())
        finally:
            tasks = self._tasks()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def wait_for_clock(self) -> None:
        """Return once the clock is right, or the worker is stopped."""
        while not self._stopping.is_set() and not await self._clock_check.confirm():
            await self._wait_unless_stopped(_WRONG_CLOCK_PAUSE)

    async def run_due(self) -> None:
        """Run all actions that are due now; return when they are done."""
        while True:
            finished = self._finished
            await self._begin_due()
            if self._running:
                await asyncio.wait(self._tasks(), return_when=asyncio.FIRST_COMPLETED)
            elif self._finished == finished:  # else an action that just ended may have made more due
                return

    async def finish_starting(self, guild_id: int) -> None:
        """Wait until no running action still starts something in a server: a pause stops the next ones."""
        async with self._claiming:  # what was claimed before the pause is running by then
            tasks = [
                job.task
                for job in self._running.values()
                if job.due.guild_id == guild_id and job.due.kind in due_queue.STARTING
            ]
        if tasks:
            await asyncio.wait(tasks)

    async def _back_off(self, error: Exception, pause: timedelta) -> None:
        reason = self._database.transient_reason(error)
        if has_lost_turn(error):
            log.info("due actions are left to the process that serves next: %s", reason)
        elif reason is None:
            report("reading the due queue", error)
        else:
            log.error("due actions cannot run: %s; trying again in %s", reason, pause)
        await self._wait_unless_stopped(pause)

    async def _wait_unless_stopped(self, pause: timedelta) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), pause.total_seconds())

    async def _begin_due(self) -> datetime | None:
        """Start what is due, within the limits; return when to look again if nothing wakes the worker."""
        async with self._claiming:
            await self._renew_leases()
            await self._interrupted.retry(self._clock.now())
            if not await self._clock_check.confirm():
                return self._clock.now() + _WRONG_CLOCK_PAUSE
            while True:
                now = self._clock.now()
                upcoming = await self._upcoming(now)
                kinds = [each.kind for each in upcoming if each.due_at is not None and each.due_at <= now]
                if not kinds:
                    break
                await self._claim(kinds, now)
        moments = [each.due_at for each in upcoming if each.due_at is not None]
        moments += [job.until - LEASE / 2 for job in self._running.values()]
        if self._sending_stopped:  # another process starts it again, and that wakes nobody here
            moments.append(self._clock.now() + _LOOK_AT_SWITCH_AFTER)
        if self._look_every is not None:
            moments.append(self._clock.now() + self._look_every)
        return min(moments, default=None)

    async def _upcoming(self, now: datetime) -> list[NextDue]:
        """Return when each kind that may begin is due next; read the operators' switch if one is now."""
        under_way = self._under_way()

        async def work(statements: Statements) -> tuple[list[NextDue], bool]:
            found = await due_queue.next_due(statements, self._shard_range, under_way)
            if not any(each.due_at is not None and each.due_at <= now for each in found):
                return found, self._sending_stopped
            return found, await sending.stopped_at(statements) is not None

        found, is_stopped = await self._database.read(work)
        self._note_switch(is_stopped=is_stopped)
        left_out = due_queue.SENDING if is_stopped else frozenset[DueKind]()
        return [each for each in found if self._free(each.kind) and each.kind not in left_out]

    def _note_switch(self, *, is_stopped: bool) -> None:
        """Log when operators stopped all sending, or started it again."""
        if is_stopped != self._sending_stopped:
            log.warning("an operator %s", "stopped all sending" if is_stopped else "started sending again")
            self._sending_stopped = is_stopped

    async def _claim(self, kinds: list[DueKind], now: datetime) -> None:
        until, under_way = now + LEASE, self._under_way()
        free = {kind: self._free(kind) for kind in kinds}

        async def claim(statements: Statements) -> list[Due]:
            claimed = list[Due]()
            for kind, most in free.items():
                claimed += await due_queue.claim(
                    statements, self._shard_range, kind, now, until, most, under_way
                )
            return claimed

        for due in await self._database.write(claim):  # after the commit: a crash must find them claimed
            self._begin(due, until)

    def _begin(self, due: Due, until: datetime) -> None:
        key = (due.kind, due.subject_id)
        task = asyncio.create_task(self._act(due))
        self._running[key] = RunningJob(due, task, until)
        task.add_done_callback(lambda _: self._end(key))

    def _end(self, key: tuple[DueKind, int]) -> None:
        del self._running[key]
        self._finished += 1
        self._wake.set()

    async def _renew_leases(self) -> None:
        """Extend the leases of running actions. A row that changed meanwhile is not touched."""
        now = self._clock.now()
        ending = [job for job in self._running.values() if job.until - now <= LEASE / 2]
        if not ending:
            return
        until, held = now + LEASE, [(job.due, job.until) for job in ending]

        async def renew(statements: Statements) -> None:
            for due, held_until in held:
                await due_queue.renew(statements, due, held_until, until)

        await self._database.write(renew)
        for job in ending:
            job.until = until

    def _free(self, kind: DueKind) -> int:
        """Return how many more actions of a kind may begin."""
        if self._stopping.is_set():
            return 0
        return MAX_CONCURRENT_PER_KIND - sum(each is kind for each, _ in self._running)

    def _under_way(self) -> str:
        """Return the rows of running actions in the form that the statements need: `,checkin:17,`."""
        return "".join([",", *(f"{kind}:{subject_id}," for kind, subject_id in self._running)])

    def _tasks(self) -> list[asyncio.Task[None]]:
        return [job.task for job in self._running.values()]

    async def _act(self, due: Due) -> None:
        lag = self._clock.now() - due.occurs_at
        try:
            outcome = await self._outcome_of(due)
        except Exception as error:  # noqa: BLE001 - the boundary: one action must not stop another
            outcome = self._note_failure(due, error)
        if self._observer:
            self._observer(due.kind, outcome, lag)

    async def _outcome_of(self, due: Due) -> str:
        """Run the action of a row, or put the row aside; return the outcome for the observer."""
        if not self._clock_check.is_plausible:
            return "put_off"  # until the lease ends
        if due.is_held:
            await self._database.write(
                partial(due_queue.hold, due=due, until=self._clock.now() + _HOLD_FOR)
            )
            return "parked"
        try:
            await self._actions[due.kind](due)
        except UnreadableRowError as error:
            log.warning("action %s waits for a day: %s", due.kind, error)
            until = self._clock.now() + _PARK_UNREADABLE_FOR
            await self._database.write(partial(due_queue.park, due=due, until=until))
            return "parked"
        return "done"

    def _note_failure(self, due: Due, error: Exception) -> str:
        """Return the outcome of an action that raised an error."""
        reason = self._database.transient_reason(error)
        if reason is None:
            report(f"action {due.kind}", error)
            return "failed"
        self._interrupted.note(self._running[due.kind, due.subject_id], reason)
        return "interrupted"
