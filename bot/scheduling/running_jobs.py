"""Actions of due rows that are running, and those that a failure of the database interrupted."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.scheduling import due_queue
from bot.scheduling.due_queue import Due
from bot.storage.database import Database, Statements

log = logging.getLogger(__name__)

_PAUSE = timedelta(seconds=5)


@dataclass(slots=True)
class RunningJob:
    """An action that is running, and until when its row is claimed."""

    due: Due
    task: asyncio.Task[None]
    until: datetime


class InterruptedJobs:
    """Lets the rows of interrupted actions be due again soon, and not only when their leases end."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._jobs: list[RunningJob] = []
        self._why = ""

    def note(self, job: RunningJob, why: str) -> None:
        """Remember an action that was interrupted, and why."""
        self._jobs.append(job)
        self._why = why

    async def retry(self, now: datetime) -> None:
        """Let the rows of all of them be due in some seconds. Raises the database's error if that fails."""
        jobs, until = self._jobs[:], now + _PAUSE
        if not jobs:
            return

        async def end_leases(statements: Statements) -> None:
            for job in jobs:
                await due_queue.renew(statements, job.due, job.until, until)

        await self._database.write(end_leases)
        del self._jobs[: len(jobs)]
        log.warning("%s due actions were interrupted: %s; trying again in %s", len(jobs), self._why, _PAUSE)
