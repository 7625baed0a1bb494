"""The right to serve with a database in PostgreSQL: an advisory lock, and the connection that holds it.

The units of work that write use the same connection. So nothing more is saved by a process whose lock the
server has released, even if the process was frozen meanwhile and does not know it yet.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from pydantic import SecretStr

from bot.errors import LostTurnError, TransientError
from bot.storage.postgres.connecting import connect
from bot.storage.postgres.errors import OPEN_ERRORS, READ_ONLY, DatabaseErrors, to_operator_error
from bot.storage.turn import Turn

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"
"""A connection of its own, or one of a pool."""

_SERVING = 0x73657276  # the advisory lock of the process that serves
_TAKE = """
SELECT current_setting('transaction_read_only') = 'on' AS is_read_only,
       pg_try_advisory_lock($1) AS is_taken,
       pg_backend_pid() AS process
"""
_SILENT_FOR = """
SELECT CASE state
    WHEN 'active' THEN 0
    ELSE COALESCE(extract(epoch FROM clock_timestamp() - state_change), 'infinity')
END
FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'advisory' AND granted AND pid = $1 AND classid = 0 AND objid = $2
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
"""How long the server has waited for the session that holds the lock; no row if that does not hold it."""

_PROBE_SECONDS = 5.0  # between checks that the lock is still held, and for how long one may take
_SURE_SECONDS = 15.0  # after an answer of the server; well below the time after which it ends the session
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
    """The right to serve, for as long as a connection lasts. See `Turn`.

    `process` is the server's process at the other end of the connection. `on_lost` is called once the right
    is lost.
    """

    def __init__(
        self, url: SecretStr, connection: "asyncpg.Connection[asyncpg.Record]", process: int
    ) -> None:
        super().__init__()
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
            yield self._connection
            self._sure_until = begun + _SURE_SECONDS

    async def confirm(self) -> None:
        """See `Turn`. Asks the server if it has not answered for a while."""
        if _now() >= self._sure_until:
            await self._ask()
        if self.lost.is_set() or _now() >= self._sure_until:
            raise LostTurnError

    async def keep(self) -> None:
        """Ask the server every few seconds, until the lock is lost: it ends silent sessions."""
        while not self.lost.is_set():
            await asyncio.sleep(_PROBE_SECONDS)
            await self._ask()

    async def release(self) -> None:
        """Give the lock back, then close: a server takes a moment to notice a closed connection."""
        with suppress(*DatabaseErrors):
            if not self._connection.is_closed():
                await self._connection.execute("SELECT pg_advisory_unlock_all()", timeout=1)
        self._connection.terminate()

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
        """Let everything fail at once that still waits for the server, and who serves know."""
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
                    found = await other.fetchval(_SILENT_FOR, self._process, _SERVING)
                finally:
                    other.terminate()
        except OPEN_ERRORS:
            return None
        return None if found is None else float(found)


async def take_turn(url: SecretStr) -> PostgresTurn | None:
    """Take the lock on a new connection; return None if another process has it.

    Raises ConfigurationError for a URL that cannot work, and TransientError if waiting can help, as for a
    server that is read-only: nobody can serve there.
    """
    connection, turn = None, None
    try:
        connection = await connect(url)
        row = await connection.fetchrow(_TAKE, _SERVING)
        assert row is not None  # noqa: S101 - a query without a table has a row
        if row["is_read_only"]:
            raise TransientError(READ_ONLY)
        if row["is_taken"]:
            turn = PostgresTurn(url, connection, row["process"])
    except OPEN_ERRORS as error:
        raise to_operator_error(error) from error
    finally:
        if connection is not None and turn is None:
            connection.terminate()
    return turn


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
