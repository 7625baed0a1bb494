"""The right to serve a range of shards in PostgreSQL: an advisory lock, and the connection that holds it.

The units of work that write use the same connection. So nothing more is saved by a process whose lock the
server has released, even if the process was frozen meanwhile and does not know it yet.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from pydantic import SecretStr

from bot.errors import InUseError, LostTurnError, TransientError
from bot.shards import ShardLayout, ShardRange
from bot.storage.postgres.connecting import connect
from bot.storage.postgres.errors import (
    OPEN_ERRORS,
    READ_ONLY,
    DatabaseErrors,
    ends_session,
    to_operator_error,
)
from bot.storage.postgres.range_locks import Occupied, key_of, take_all, take_range
from bot.storage.turn import Turn

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"
"""A connection of its own, or one of a pool."""

_BEGIN = """
SELECT current_setting('transaction_read_only') = 'on' AS is_read_only, pg_backend_pid() AS process
"""
_SILENT_FOR = """
SELECT CASE state
    WHEN 'active' THEN 0
    ELSE COALESCE(extract(epoch FROM clock_timestamp() - state_change), 'infinity')
END
FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'advisory' AND granted AND pid = $1
    AND objsubid = 1 AND (classid::bigint << 32) | objid::bigint = $2
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
"""How long the server has waited for the session that holds the lock; no row if that does not hold it."""

_PROBE_SECONDS = 5.0  # between checks that the lock is still held, and for how long one may take
_SURE_SECONDS = 15.0  # after an answer of the server; well below the time after which it ends the session
_RELEASE_SECONDS = 1.0
_SILENT_SECONDS = 30.0  # after which the server ends a session, and so releases its lock
_SET_UP = """
SET jit = off;
SET idle_session_timeout = '{milliseconds}ms';
SET idle_in_transaction_session_timeout = '{milliseconds}ms';
SET tcp_user_timeout = '{milliseconds}ms';
SET tcp_keepalives_idle = 10;
SET tcp_keepalives_interval = 5;
SET tcp_keepalives_count = 4
"""
"""The server ends a silent session: the process may be frozen, its host lost, or its network cut."""


class PostgresTurn(Turn):
    """The right to serve a range, for as long as a connection lasts. See `Turn`.

    `process` is the server's process at the other end of the connection. `on_lost` is called once the right
    is lost.
    """

    def __init__(
        self,
        url: SecretStr,
        connection: "asyncpg.Connection[asyncpg.Record]",
        process: int,
        layout: ShardLayout,
        shards: ShardRange,
    ) -> None:
        super().__init__(shards)
        self.layout = layout
        self._key = key_of(layout, shards.number)
        self._url = url
        self._connection = connection
        self._process = process
        self._using = asyncio.Lock()
        self._sure_until = 0.0
        self.on_lost: Callable[[], None] | None = None
        connection.add_termination_listener(lambda _: self._lose())

    @asynccontextmanager
    async def connection(self) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
        """Use the connection that holds the lock, alone."""
        async with self._using:
            begun = _now()
            try:
                yield self._connection
            except DatabaseErrors as error:
                if self._connection.is_closed() or ends_session(error):
                    self._lose()  # at once: whoever waits for the connection fails for the same reason
                raise
            self._sure_until = begun + _SURE_SECONDS

    async def confirm(self) -> None:
        """See `Turn`. Asks the server if it has not answered for a while."""
        if _now() >= self._sure_until:
            await self._ask()
        if self.lost.is_set() or _now() >= self._sure_until:
            raise LostTurnError

    async def keep(self) -> None:
        """Ask the server every few seconds, so that it does not end the session, until the lock is lost."""
        while not self.lost.is_set():
            await asyncio.sleep(_PROBE_SECONDS)
            await self._ask()

    async def release(self) -> None:
        """Give the lock back."""
        await _release(self._connection)

    async def _ask(self) -> None:
        """Ask the server on the connection itself; if that is busy or silent, on another one."""
        try:
            async with asyncio.timeout(_PROBE_SECONDS), self.connection() as connection:
                await connection.execute("SELECT 1")
        except DatabaseErrors:  # a TimeoutError is an OSError
            begun, silent_for = _now(), await self._ask_elsewhere()
            if silent_for is None:
                self._lose()
            else:
                self._sure_until = max(self._sure_until, begun + _SURE_SECONDS - silent_for)

    def _lose(self) -> None:
        """End the connection, so that all that wait for the server fail at once, and report the loss."""
        if not self.lost.is_set():
            self.lost.set()
            self._connection.terminate()
            if self.on_lost is not None:
                self.on_lost()

    async def _ask_elsewhere(self) -> float | None:
        """Return for how many seconds the server has waited for the session; None if the lock is lost."""
        try:
            async with asyncio.timeout(_PROBE_SECONDS):
                other = await connect(self._url)
                try:
                    found = await other.fetchval(_SILENT_FOR, self._process, self._key)
                finally:
                    other.terminate()
        except OPEN_ERRORS:
            return None
        return None if found is None else float(found)


async def take_turn(
    url: SecretStr, layout: ShardLayout, check: Callable[[Connection], Awaitable[None]]
) -> PostgresTurn | Occupied:
    """Take the first free range on a new connection; return why there is none otherwise.

    `check` raises TransientError if this process could not serve now: then it leaves the range to others.
    Raises ConfigurationError for a URL that cannot work, and TransientError if waiting can help, as for a
    server that is read-only: nobody can serve there.
    """
    async with _own_connection(url) as (connection, process):
        await check(connection)
        found = await take_range(connection, layout)
        if isinstance(found, Occupied):
            connection.terminate()
            return found
        return PostgresTurn(url, connection, process, layout, found)


@asynccontextmanager
async def nobody_serving(url: SecretStr) -> AsyncIterator[None]:
    """Let no process serve meanwhile. Raises InUseError if one does, and what `take_turn` raises."""
    async with _own_connection(url) as (connection, _):
        occupied = await take_all(connection)
        if occupied is not None:
            connection.terminate()
            raise InUseError(occupied.why)
    try:
        yield
    finally:
        await _release(connection)


@asynccontextmanager
async def _own_connection(
    url: SecretStr,
) -> AsyncIterator[tuple["asyncpg.Connection[asyncpg.Record]", int]]:
    """Yield a new connection and the server's process there. It stays open unless an error is raised."""
    connection = None
    try:
        connection = await connect(url)
        row = await connection.fetchrow(_BEGIN)
        assert row is not None  # noqa: S101 - a query without a table has a row
        if row["is_read_only"]:
            raise TransientError(READ_ONLY)  # noqa: TRY301 - it closes the connection too
        yield connection, row["process"]
    except BaseException as error:
        if connection is not None:
            connection.terminate()
        if isinstance(error, OPEN_ERRORS):
            raise to_operator_error(error) from error
        raise


async def _release(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Release the locks, then close: a server takes a moment to notice a closed connection."""
    with suppress(*DatabaseErrors):
        if not connection.is_closed():
            await connection.execute("SELECT pg_advisory_unlock_all()", timeout=_RELEASE_SECONDS)
    connection.terminate()


async def set_up(turn: PostgresTurn) -> None:
    """Let the server release the lock soon after this process falls silent. Raises as `take_turn` does."""
    try:
        async with turn.connection() as connection:
            milliseconds = int(_SILENT_SECONDS * 1000)
            await connection.execute(_SET_UP.format(milliseconds=milliseconds))
    except DatabaseErrors as error:
        await turn.release()
        raise to_operator_error(error) from error


def _now() -> float:
    """Return seconds of a clock that goes on while the machine is suspended, where there is one."""
    boot_time = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot_time is None else time.clock_gettime(boot_time)
