"""Removes deleted data from the database's files, later if it is not possible now.

SQLite overwrites what a unit deletes with zeros (`secure_delete`), but the write-ahead log still holds
older pages, and rows that moved between pages may have left copies in the database. So the log is emptied a
few seconds after a commit, whatever was committed, and the database is vacuumed after a member's data were
deleted, and daily.
"""

import asyncio
import logging
from contextlib import AbstractAsyncContextManager
from itertools import chain, repeat
from typing import Protocol, TypeVar

from bot.storage.database import Work
from bot.storage.sqlite.connection import truncate_wal
from bot.storage.sqlite.driver import sql_errors
from bot.storage.sqlite.unit import ThreadConnection

T = TypeVar("T")

log = logging.getLogger(__name__)

_PAUSES = tuple(0.05 * 2**number for number in range(13))  # seconds between attempts: seven minutes in all
_ATTEMPTS_WAITED_FOR = 6  # by the caller of `vacuum`: three seconds


class VacuumedDatabase(Protocol):
    """What a vacuum needs of its database."""

    async def read(self, work: Work[T]) -> T:
        """See `Database`."""
        ...

    async def write(self, work: Work[T]) -> T:
        """See `Database`."""
        ...

    def exclusive(self) -> AbstractAsyncContextManager[ThreadConnection]:
        """Yield the writing connection while no transaction is open on it."""
        ...

    def note_sql_error(self, error: Exception) -> None:
        """Note an error of SQLite, which may say that the file is damaged."""
        ...


class Vacuum:
    """Truncates the write-ahead log and vacuums the database. `Database` documents the methods."""

    def __init__(self, database: VacuumedDatabase, truncate_seconds: float) -> None:
        self.truncated = asyncio.Event()
        """Set while the log holds nothing."""
        self._database = database
        self._truncate_seconds = truncate_seconds
        self._timer: asyncio.TimerHandle | None = None
        self._lock = asyncio.Lock()
        self._calls = 0
        self._calls_done = 0
        self._vacuumed_for = 0  # the newest request that a VACUUM was run for
        self._noted_for = 0  # the newest request that is noted as done, the log being empty too
        self._truncating: asyncio.Task[None] | None = None

    async def truncate_wal(self) -> None:
        """Truncate the write-ahead log now, or soon if another connection reads it."""
        if not await self._truncate():
            self._truncate_soon()

    def truncate_later(self) -> None:
        """Truncate the log some seconds after the first commit since it was truncated."""
        self.truncated.clear()
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._truncate_seconds, self._truncate_now)

    async def run(self) -> bool:
        """Write the whole database again, then truncate the log; return whether both succeeded.

        Takes some seconds for a million members; calls that arrive meanwhile share the next run.
        """
        self._calls += 1
        call = self._calls
        async with self._lock:
            covered = self._calls
            if self._calls_done < call and await self._run():
                self._calls_done = covered
        return self._calls_done >= call

    async def run_if_pending(self) -> None:
        """Vacuum if `request_vacuum` was run since the last time."""
        if await self._newest_request():
            await self.run()

    async def stop(self) -> None:
        """Stop trying to truncate the log; the next start does it."""
        if self._timer is not None:
            self._timer.cancel()
        if self._truncating is not None:
            self._truncating.cancel()
            await asyncio.wait([self._truncating])

    async def _newest_request(self) -> int:
        return int(await self._database.read(lambda statements: statements.value("pending_vacuum")) or 0)

    async def _run(self) -> bool:
        try:
            request = await self._newest_request()
            async with self._database.exclusive() as connection:
                await connection.execute_fetchall("VACUUM")
        except sql_errors() as error:
            self._database.note_sql_error(error)
            log.warning("deleted data could not be removed from the database's files yet: %s", error)
            return False
        self._vacuumed_for = max(self._vacuumed_for, request)
        for pause in _PAUSES[:_ATTEMPTS_WAITED_FOR]:
            if await self._truncate():
                return True
            await asyncio.sleep(pause)
        self._truncate_soon()
        return False

    async def _truncate(self) -> bool:
        """Truncate the log unless another connection reads it; note the requests that this completes."""
        request = self._vacuumed_for
        try:
            async with self._database.exclusive() as connection:
                if not await connection.run_on_thread(truncate_wal):
                    return False
                if self._timer is None:
                    self.truncated.set()
            if request > self._noted_for:
                await self._database.write(
                    lambda statements: statements.run("note_vacuum", number=str(request))
                )
                self._noted_for = request
        except sql_errors() as error:
            self._database.note_sql_error(error)
            log.warning("the write-ahead log could not be truncated yet: %s", error)
            return False
        return True

    def _truncate_soon(self) -> None:
        if self._truncating is None or self._truncating.done():
            self._truncating = asyncio.create_task(self._keep_truncating())

    def _truncate_now(self) -> None:
        self._timer = None
        self._truncate_soon()

    async def _keep_truncating(self) -> None:
        """Truncate the log as soon as no other connection reads it."""
        for attempt, pause in enumerate(chain((0, *_PAUSES), repeat(_PAUSES[-1]))):
            await asyncio.sleep(pause)
            if await self._truncate():
                return
            if attempt == len(_PAUSES):
                log.warning(
                    "another program keeps reading the database: until it stops, "
                    "the write-ahead log holds deleted data"
                )
