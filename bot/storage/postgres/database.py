"""The database in PostgreSQL: one connection writes, a pool reads."""

import asyncio
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Self, TypeVar, cast

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from pydantic import SecretStr

from bot.errors import LostTurnError
from bot.storage.database import TimedWork, Work
from bot.storage.erasure_log import ErasureLog
from bot.storage.postgres.alone import alone
from bot.storage.postgres.connecting import SETTINGS
from bot.storage.postgres.errors import (
    OPEN_ERRORS,
    DatabaseErrors,
    is_conflict,
    own_errors,
    to_operator_error,
    transient_reason,
)
from bot.storage.postgres.layout import write_layout
from bot.storage.postgres.migration import migrate
from bot.storage.postgres.notifications import listen, tell_others
from bot.storage.postgres.turn import Connection, PostgresTurn
from bot.storage.postgres.unit import run_batch, run_unit
from bot.storage.schema import MIGRATIONS
from bot.storage.writer import Outcome, Writer

T = TypeVar("T")

_CONNECTIONS = 4
_VACUUM_SECONDS = 3600.0
_CLOSE_SECONDS = 3.0  # supervisors kill a process that takes fifteen to stop
_SOON_SECONDS = 2.0
_MOST_RUNS = 20  # of a unit that conflicts with those of another process
_MOST_RUNS_TOGETHER = 4  # of several units that share a commit, and so conflict more easily
_FIRST_PAUSE_SECONDS = 0.002
_LONGEST_PAUSE_SECONDS = 0.1
_SET_APART = """
SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint,
    set_config('synchronous_commit', 'off', true)
"""
"""Return the server's time, and let the transaction's commit not wait for the disk."""


class PostgresDatabase(Writer):
    """An open database. Make one with `PostgresDatabase.open`; close it with `close`. See `Database`.

    Units that may write share SERIALIZABLE transactions. PostgreSQL ends one of two transactions that could
    not have run one after the other, and its units run again after a short pause. In a process that serves
    they run on the connection that holds its right to serve, and that also hears from other processes.
    """

    def __init__(
        self,
        url: SecretStr,
        pool: "asyncpg.Pool[asyncpg.Record]",
        erasures: Path,
        turn: PostgresTurn | None,
        soon_seconds: float,
    ) -> None:
        super().__init__(soon_seconds)
        self.erasure_log = ErasureLog(erasures)
        self._url = url
        self._pool = pool
        self._turn = turn

    @classmethod
    async def open(
        cls,
        url: SecretStr,
        erasures: Path,
        migrations: Path = MIGRATIONS,
        *,
        turn: PostgresTurn | None = None,
        soon_seconds: float = _SOON_SECONDS,
    ) -> Self:
        """Connect to the database at `url`, and migrate it if necessary.

        `erasures` is the path beside which the erasure log is written, outside the database. `turn` is the
        right to serve, if this process serves: what is due follows its layout of the shards. A unit given
        to `write_soon` waits for at most `soon_seconds`. Raises ConfigurationError if the database cannot
        be used with this program or these settings; TransientError if waiting can help.
        """
        try:
            pool = await asyncpg.create_pool(
                url.get_secret_value(),
                min_size=0,
                max_size=_CONNECTIONS,
                **SETTINGS,
                init=_set_up,
                reset=_keep_as_it_is,
            )
        except OPEN_ERRORS as error:
            raise to_operator_error(error) from error
        database = cls(url, pool, erasures, turn, soon_seconds)
        try:
            async with database._writing() as connection:
                await migrate(connection, migrations, serves=turn is not None)
                if turn is not None:
                    await write_layout(connection, turn.layout)
                    await listen(connection, database.announce)
        except DatabaseErrors as error:
            pool.terminate()
            raise to_operator_error(error) from error
        except BaseException:
            pool.terminate()
            raise
        if turn is not None:
            turn.on_lost = pool.terminate
        return database

    async def read(self, work: Work[T]) -> T:
        """See `Database`."""
        begun = time.perf_counter()
        try:
            with self._own_errors():
                outcome = await self._read(work)
                if is_conflict(outcome.sql_error):  # with a migration
                    outcome = await self._read(work)
                if outcome.error is not None:
                    raise outcome.error
        except DatabaseErrors as error:
            self.note_sql_error(error)
            raise
        self.observer("read", time.perf_counter() - begun)
        return cast("T", outcome.value)

    async def _read(self, work: Work[T]) -> Outcome[T]:
        async with (
            self._pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            return await run_unit(connection, work, may_write=False)

    async def run_units(self, works: Sequence[Work[Any]]) -> list[Outcome[Any]]:
        """See `Writer`. Units that conflict again and again are divided, until each has its own commit."""
        pause, most = _FIRST_PAUSE_SECONDS, _MOST_RUNS if len(works) == 1 else _MOST_RUNS_TOGETHER
        for left in reversed(range(most)):
            try:
                return await self._run_together(works)
            except DatabaseErrors as error:
                if not is_conflict(error) or (len(works) == 1 and not left):
                    raise
            await asyncio.sleep(random.uniform(0, pause))  # noqa: S311 - spreads attempts, guards nothing
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
        half = len(works) // 2
        return [*await self._run_part(works[:half]), *await self._run_part(works[half:])]

    async def _run_together(self, works: Sequence[Work[Any]]) -> list[Outcome[Any]]:
        """Run units in one transaction, once."""
        with self._own_errors():
            async with self._writing() as connection, connection.transaction(isolation="serializable"):
                outcomes = await run_batch(connection, works)
                await tell_others(connection, self.topics_of_others(outcomes))
        return outcomes

    async def _run_part(self, works: Sequence[Work[Any]]) -> list[Outcome[Any]]:
        """Run some of the units of a batch. If that fails, nothing of these is saved; others may be."""
        try:
            return await self.run_units(works)
        except DatabaseErrors as error:
            return [Outcome(None, error, error) for _ in works]

    async def write_apart(self, work: TimedWork[T]) -> T:
        """See `Database`. Uses a connection of the pool, also in the process that serves."""
        try:
            with self._own_errors():
                outcome = await self._run_apart(work)
        except DatabaseErrors as error:
            self.note_sql_error(error)
            raise
        return cast("T", outcome.value)

    async def _run_apart(self, work: TimedWork[T]) -> Outcome[T]:
        async with (
            self._pool.acquire() as connection,
            connection.transaction(isolation="read_committed"),
        ):
            now_us = int(await connection.fetchval(_SET_APART))
            outcome = await run_unit(connection, lambda each: work(each, now_us), may_write=True)
            if outcome.error is not None:
                raise outcome.error
            return outcome

    def note_sql_error(self, error: BaseException) -> None:
        """See `Writer`."""
        if isinstance(error, DatabaseErrors):
            self.wrote_at = None

    def alone(self, name: str) -> AbstractAsyncContextManager[None]:
        """See `Database`."""
        return alone(self._url, name)

    def transient_reason(self, error: Exception) -> str | None:
        """See `Database`."""
        return transient_reason(error)

    async def truncate_wal(self) -> None:
        """Do nothing: the server keeps its log for as long as its own settings say."""

    async def vacuum(self) -> bool:
        """Remove the rows that were deleted before from the tables.

        The server's log keeps what it has of them for as long as its own settings say.
        """
        request = await self._newest_request()
        async with self.connection() as connection:
            await connection.execute("VACUUM", timeout=_VACUUM_SECONDS)
        await self.write(lambda statements: statements.run("note_vacuum", number=str(request)))
        return True

    async def run_pending_vacuum(self) -> None:
        """See `Database`."""
        if await self._newest_request():
            await self.vacuum()

    async def drop_copies(self, before: datetime) -> None:
        """Do nothing: migrations make no copies here."""

    def connection(self) -> AbstractAsyncContextManager["PoolConnectionProxy[asyncpg.Record]"]:
        """Return a connection of the pool, for a command that is no unit of work."""
        return self._pool.acquire()

    async def close(self) -> None:
        """See `Database`."""
        await self.finish()
        try:
            await asyncio.wait_for(self._pool.close(), _CLOSE_SECONDS)
        except TimeoutError:
            self._pool.terminate()

    @contextmanager
    def _own_errors(self) -> Iterator[None]:
        """Raise LostTurnError for what fails because the right to serve is lost, and see `own_errors`."""
        try:
            with own_errors():
                yield
        except DatabaseErrors as error:
            if self._turn is None or not self._turn.lost.is_set() or isinstance(error, LostTurnError):
                raise
            raise LostTurnError from error

    def _writing(self) -> AbstractAsyncContextManager[Connection]:
        return self._pool.acquire() if self._turn is None else self._turn.connection()

    async def _newest_request(self) -> int:
        return int(await self.read(lambda statements: statements.value("pending_vacuum")) or 0)


async def _set_up(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    await connection.execute("SET jit = off")


async def _keep_as_it_is(connection: object) -> None:
    """Leave a connection as it is: a unit ends its transaction, and changes nothing else there."""
