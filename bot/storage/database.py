"""The database as the rest of the bot knows it: units of work that run named statements.

Statements are written once, in `queries/*.sql`, in the SQL that SQLite and PostgreSQL share. Two engines
implement the protocols: `bot.storage.sqlite.database.SqliteDatabase` and
`bot.storage.postgres.database.PostgresDatabase`. On PostgreSQL, units run again after a conflict with those
of another process.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol, TypeAlias, TypeVar

from bot.storage.erasure_log import ErasureLog
from bot.storage.record import SqlValue, Stored

M = TypeVar("M")
T = TypeVar("T")


class UnitOfWorkError(Exception):
    """A unit of work awaited something other than its statements, or used them after its end.

    This is always a mistake in the code of the unit. Nothing of the unit is saved.
    """


class Statements(Protocol):
    """The named statements, inside one unit of work.

    Pass values by name; datetimes, dates, enums and booleans are converted.
    """

    async def rows(self, name: str, /, **values: SqlValue) -> list[dict[str, Stored]]:
        """Return the rows of statement `name`, each by column."""
        ...

    async def all(self, model: type[M], name: str, /, **values: SqlValue) -> list[M]:
        """Return the rows of statement `name` as instances of the dataclass `model`.

        A row with a value that cannot be read is left out.
        """
        ...

    async def one(self, model: type[M], name: str, /, **values: SqlValue) -> M | None:
        """Return the first row of statement `name` as an instance of `model`, or None.

        Raises UnreadableRowError for a row with a value that cannot be read.
        """
        ...

    async def value(self, name: str, /, **values: SqlValue) -> Stored:
        """Return the first column of the first row of statement `name`, or None."""
        ...

    async def run(self, name: str, /, **values: SqlValue) -> int:
        """Run statement `name` and return how many rows it returned (those of `RETURNING`)."""
        ...

    def notify(self, topic: str) -> None:
        """Call the subscribers of `topic` after the commit; never, if this unit is rolled back.

        Raises UnitOfWorkError in a unit that only reads.
        """
        ...


Work: TypeAlias = Callable[[Statements], Awaitable[T]]
"""A unit of work: an `async def work(statements)` that awaits nothing but statements.

It has no side effects but its result, since an engine may run it again. Read the clock before it, and talk
to Discord after it.
"""

TimedWork: TypeAlias = Callable[[Statements, int], Awaitable[T]]
"""A unit of work that is also given the time in microseconds since 1970, by the database's own clock."""

Observer: TypeAlias = Callable[[str, float], None]
"""Is called for each unit that succeeded, with "read" or "write" and the seconds that its caller waited."""


class Database(Protocol):
    """An open database."""

    erasure_log: ErasureLog
    observer: Observer
    damaged: asyncio.Event
    """Set when a unit finds the database's file damaged, or deleted or replaced."""
    damage: str
    """A line for the operator, once `damaged` is set."""
    wrote_at: float | None
    """When a commit last succeeded, by `time.monotonic`; None if a statement has failed since."""

    async def read(self, work: Work[T]) -> T:
        """Run a unit that only reads, on one snapshot of what is committed; return its result."""
        ...

    async def write(self, work: Work[T]) -> T:
        """Run a unit that may write; return its result once its changes are durable.

        An error raised inside rolls back this unit alone and reaches the caller. If the caller is cancelled
        before the unit began, the unit does not run; if later, the unit completes before the cancellation
        takes effect.
        """
        ...

    async def write_apart(self, work: TimedWork[T]) -> T:
        """Run a small unit that many processes run often, such as reserving a slot of a shared limit.

        On PostgreSQL it is a separate transaction (READ COMMITTED), so it neither waits for other units
        nor makes them run again. One statement has to do all, since other processes may write between two
        of them. What it wrote may be lost if the server crashes within the next second.
        """
        ...

    def write_soon(self, work: Work[object]) -> None:
        """Run a unit that shares the next write's commit, or is committed within a few seconds.

        For notes that may be lost in a crash. Errors are logged.
        """
        ...

    def subscribe(self, topic: str, callback: Callable[[], None]) -> None:
        """Call `callback` on the event loop after each commit in which a unit notified `topic`.

        It is called once for a commit, also if several units notified, and before any of them returns. On
        PostgreSQL it is also called soon after such a commit in another process that has no subscriber.
        """
        ...

    def alone(self, name: str) -> AbstractAsyncContextManager[None]:
        """Wait until no other process is in a block of this name, and let none in until the end.

        For what is done once in a deployment: who comes second finds the note of the first. If the
        connection to the server breaks meanwhile, another process may do it too.
        """
        ...

    def transient_reason(self, error: Exception) -> str | None:
        """Return one line about a failure of the database that can pass; None for any other error."""
        ...

    async def truncate_wal(self) -> None:
        """Remove deleted data from the write-ahead log too, at once or when no other connection reads.

        Without a call, that happens some seconds after every commit.
        """
        ...

    async def vacuum(self) -> bool:
        """Remove every trace of data that was deleted before this call; return whether that succeeded.

        If it did not (another connection reads, or the disk is full), `run_pending_vacuum` does it later,
        provided that the unit that deleted ran the statement `request_vacuum`.
        """
        ...

    async def run_pending_vacuum(self) -> None:
        """Vacuum if an earlier deletion still needs it."""
        ...

    async def drop_copies(self, before: datetime) -> None:
        """Remove the copies of the database that migrations made before `before`."""
        ...

    async def close(self) -> None:
        """Finish all pending units, those of `write_soon` too, and close the database."""
        ...
