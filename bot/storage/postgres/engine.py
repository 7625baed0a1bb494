"""PostgreSQL as the engine of a deployment: one process serves, others stand by and take over."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
from pydantic import SecretStr

from bot.errors import ConfigurationError, InUseError, TransientError, UnfitDatabaseError
from bot.storage.database import Database
from bot.storage.erasure_log import ErasureLog
from bot.storage.postgres import backup
from bot.storage.postgres.database import PostgresDatabase
from bot.storage.postgres.errors import OPEN_ERRORS, DatabaseErrors, to_operator_error
from bot.storage.postgres.moving import copy_deployment
from bot.storage.reports import Backup, Inspection, Restored, Step
from bot.storage.schema import newest_version
from bot.storage.sqlite import lock
from bot.storage.sqlite.engine import SqliteEngine

log = logging.getLogger(__name__)

_SERVING = 0x73657276  # the advisory lock of the process that serves
_CONNECT_SECONDS = 10.0
_LOOK_SECONDS = 2.0  # between attempts of a process that stands by
_PROBE_SECONDS = 5.0  # between checks that the lock is still held, and for how long one may take
_KEEPALIVE = {
    # The server notices within half a minute that a host is lost, and releases its lock.
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "4",
}
_HAS_SCHEMA = "SELECT to_regclass('schema_version') IS NOT NULL"
_GET_VERSION = "SELECT MAX(version) FROM schema_version"
_GET_SIZE = "SELECT pg_database_size(current_database())"
_IS_ENCRYPTED = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
_GET_NOTE = "SELECT value FROM deployment WHERE name = $1"
_SET_NOTE = """
INSERT INTO deployment (name, value) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET value = excluded.value
"""


class PostgresEngine:
    """A database in PostgreSQL. See `Engine`."""

    errors: tuple[type[Exception], ...] = DatabaseErrors

    def __init__(self, url: SecretStr, folder: Path) -> None:
        self.folder = folder.absolute()
        self._erasures = self.folder / "alongside.db"
        self._url = url
        try:
            parts = urlsplit(url.get_secret_value())
        except ValueError as error:
            raise ConfigurationError(f"the URL cannot be read: {error}") from None
        self.location = f"postgresql://{parts.hostname or ''}{parts.path}"

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[asyncio.Event]:
        """See `Engine`. Stands by until no other process serves, however long that takes."""
        connection = await self._wait_for_lock()
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        probing = asyncio.create_task(_probe(connection, lost))
        try:
            yield lost
        finally:
            probing.cancel()
            await _release(connection)

    async def open(self) -> Database:
        """See `Engine`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return await PostgresDatabase.open(self._url, self._erasures)

    async def open_beside(self) -> Database:
        """See `Engine`."""
        version, newest = (await self.inspect()).version, newest_version()
        if version == 0:
            raise ConfigurationError(f"there is no database at {self.location} yet")
        if version < newest:
            raise UnfitDatabaseError(
                f"{self.location} is of version {version} of {newest}: restart the bot with this program, "
                "or run alongside migrate while it is stopped"
            )
        return await self.open()

    async def migrate(self) -> None:
        """See `Engine`."""
        async with self._alone():
            await (await self.open()).close()

    async def inspect(self) -> Inspection:
        """See `Engine`."""
        async with self._connected() as connection:
            version = 0
            if await connection.fetchval(_HAS_SCHEMA):
                version = int(await connection.fetchval(_GET_VERSION) or 0)
            is_encrypted = bool(await connection.fetchval(_IS_ENCRYPTED))
            size = int(await connection.fetchval(_GET_SIZE))
        if is_encrypted:
            return Inspection(version, size, encryption="the connection to the server is encrypted")
        advice = "Add ?sslmode=verify-full to ALONGSIDE_DATABASE_URL, unless the server is on this machine."
        return Inspection(
            version, size, encryption="the connection to the server is not encrypted", advice=advice
        )

    async def read_note(self, name: str) -> str | None:
        """See `Engine`."""
        async with self._connected() as connection:
            if not await connection.fetchval(_HAS_SCHEMA):
                return None
            value = await connection.fetchval(_GET_NOTE, name)
        return None if value is None else str(value)

    async def write_note(self, name: str, value: str) -> None:
        """See `Engine`."""
        async with self._connected() as connection:
            if await connection.fetchval(_HAS_SCHEMA):
                await connection.execute(_SET_NOTE, name, value)

    async def back_up(self, folder: Path, keep: int, now: datetime, step: Step) -> Backup:
        """See `Engine`. Needs `pg_dump` of at least the server's version."""
        version = (await self.inspect()).version
        if version == 0:
            raise ConfigurationError(f"there is no database at {self.location} yet")
        return await asyncio.to_thread(
            backup.write, self._url, version, self._erasures, folder, keep, now, step
        )

    async def restore(self, backup_file: Path, now: datetime, step: Step) -> Restored:
        """See `Engine`. Needs `pg_restore`, and `pg_dump` to save what is there now."""
        async with self._alone():
            version = (await self.inspect()).version
            return await asyncio.to_thread(
                backup.restore, self._url, version, self._erasures, backup_file, now, step
            )

    async def copy_from(self, file: Path) -> int:
        """See `Engine`. Brings the erasure log along. An encrypted file is decrypted before."""
        source = SqliteEngine(f"sqlite:///{file}", None)
        with lock.held(file):
            if (await source.inspect()).version != newest_version():
                raise UnfitDatabaseError(
                    f"{file} is of another version than this program: let ALONGSIDE_DATABASE_URL name it "
                    "and run alongside migrate first"
                )
            async with self._alone(), self._connected() as connection:
                if await connection.fetchval(_HAS_SCHEMA):
                    raise UnfitDatabaseError(f"{self.location} is not empty")
                count = await copy_deployment(file, connection)
            self.folder.mkdir(parents=True, exist_ok=True)
            ErasureLog(self._erasures).merge(ErasureLog(file), datetime.now(UTC))
        return count

    def to_operator_error(self, error: Exception, doing: str) -> ConfigurationError | TransientError:
        """See `Engine`."""
        return to_operator_error(error)

    async def _wait_for_lock(self) -> "asyncpg.Connection[asyncpg.Record]":
        """Return a connection that holds the lock. Raises ConfigurationError for a URL that cannot work."""
        is_said = False
        while True:
            try:
                connection = await self._connect()
                if await _take_lock(connection):
                    if is_said:
                        log.info("no other process serves any more: this one takes over")
                    return connection
            except TransientError as trouble:
                log.warning("%s; trying again in %.0f s", trouble, _LOOK_SECONDS)
            else:
                if not is_said:
                    log.info("another process serves with this database: standing by")
                    is_said = True
            await asyncio.sleep(_LOOK_SECONDS)

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        """Hold the right to serve. Raises InUseError if a process has it."""
        connection = await self._connect()
        try:
            if not await _take_lock(connection):
                raise InUseError("another process of Alongside serves with this database: stop it first")
            yield
        finally:
            await _release(connection)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
        connection = await self._connect()
        try:
            yield connection
        except DatabaseErrors as error:
            raise to_operator_error(error) from error
        finally:
            connection.terminate()

    async def _connect(self) -> "asyncpg.Connection[asyncpg.Record]":
        try:
            return await asyncpg.connect(
                self._url.get_secret_value(),
                timeout=_CONNECT_SECONDS,
                command_timeout=_PROBE_SECONDS,
                server_settings={"application_name": "alongside", **_KEEPALIVE},
            )
        except OPEN_ERRORS as error:
            raise to_operator_error(error) from error


async def _take_lock(connection: "asyncpg.Connection[asyncpg.Record]") -> bool:
    """Take the lock for as long as the connection lasts, or close it; return whether the lock is held."""
    is_held = False
    try:
        is_held = bool(await connection.fetchval("SELECT pg_try_advisory_lock($1)", _SERVING))
    except DatabaseErrors as error:
        raise to_operator_error(error) from error
    finally:
        if not is_held:
            connection.terminate()
    return is_held


async def _release(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Give the lock back, then close: a server takes a moment to notice a closed connection."""
    with suppress(*DatabaseErrors):
        if not connection.is_closed():
            await connection.execute("SELECT pg_advisory_unlock_all()", timeout=1)
    connection.terminate()


async def _probe(connection: "asyncpg.Connection[asyncpg.Record]", lost: asyncio.Event) -> None:
    """Set `lost` as soon as the connection that holds the lock no longer answers."""
    while not lost.is_set():
        await asyncio.sleep(_PROBE_SECONDS)
        try:
            await connection.execute("SELECT 1", timeout=_PROBE_SECONDS)
        except DatabaseErrors:  # a TimeoutError is an OSError
            lost.set()
