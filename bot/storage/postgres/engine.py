"""PostgreSQL as the engine of a deployment: processes share the shards, others stand by and take over."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
from pydantic import SecretStr

from bot.errors import ConfigurationError, TransientError, UnfitDatabaseError
from bot.shards import ShardLayout, ShardRange
from bot.storage.database import Database
from bot.storage.erasure_log import ErasureLog
from bot.storage.postgres import backup
from bot.storage.postgres.address import Address
from bot.storage.postgres.connecting import connect, require_sessions
from bot.storage.postgres.database import PostgresDatabase
from bot.storage.postgres.errors import OPEN_ERRORS, DatabaseErrors, to_operator_error
from bot.storage.postgres.migration import HAS_SCHEMA, require_migratable
from bot.storage.postgres.moving import copy_deployment
from bot.storage.postgres.range_locks import served_ranges
from bot.storage.postgres.turn import Connection, PostgresTurn, nobody_serving, set_up, take_turn
from bot.storage.reports import Backup, Inspection, Restored, Step
from bot.storage.schema import MIGRATIONS, newest_version
from bot.storage.sqlite import lock
from bot.storage.sqlite.engine import SqliteEngine

log = logging.getLogger(__name__)

_LOOK_SECONDS = 2.0  # between attempts of a process that stands by
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

    def __init__(self, url: SecretStr, folder: Path, migrations: Path = MIGRATIONS) -> None:
        self.folder = folder.absolute()
        self._erasures = self.folder / "alongside.db"
        self._url = url
        self._migrations = migrations
        self._turn: PostgresTurn | None = None
        self._has_sessions = False
        self.location = Address.read(url).location

    @asynccontextmanager
    async def turn(
        self, layout: ShardLayout, on_wait: Callable[[str | None], None]
    ) -> AsyncIterator[PostgresTurn]:
        """See `Engine`. Stands by until a range is free, however long that takes."""
        self._turn = turn = await self._wait_for_turn(layout, on_wait)
        keeping = asyncio.create_task(turn.keep())
        try:
            yield turn
        finally:
            keeping.cancel()
            self._turn = None
            await turn.release()

    async def open(self) -> Database:
        """See `Engine`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return await PostgresDatabase.open(self._url, self._erasures, self._migrations, turn=self._turn)

    async def open_beside(self) -> Database:
        """See `Engine`."""
        version, newest = (await self.inspect()).version, newest_version(self._migrations)
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
            if await connection.fetchval(HAS_SCHEMA):
                version = int(await connection.fetchval(_GET_VERSION) or 0)
            is_encrypted = bool(await connection.fetchval(_IS_ENCRYPTED))
            size = int(await connection.fetchval(_GET_SIZE))
            served = await served_ranges(connection)
        says, advice = "the connection to the server is encrypted", ""
        if not is_encrypted:
            says = "the connection to the server is not encrypted"
            advice = (
                "Add ?sslmode=verify-full to ALONGSIDE_DATABASE_URL, unless the server is on this machine."
            )
        return Inspection(version, size, encryption=says, advice=advice, served=served)

    async def read_note(self, name: str) -> str | None:
        """See `Engine`."""
        async with self._connected() as connection:
            if not await connection.fetchval(HAS_SCHEMA):
                return None
            value = await connection.fetchval(_GET_NOTE, name)
        return None if value is None else str(value)

    async def write_note(self, name: str, value: str) -> None:
        """See `Engine`."""
        async with self._connected() as connection:
            if await connection.fetchval(HAS_SCHEMA):
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
            if (await source.inspect()).version != newest_version(self._migrations):
                raise UnfitDatabaseError(
                    f"{file} is of another version than this program: let ALONGSIDE_DATABASE_URL name it "
                    "and run alongside migrate first"
                )
            async with self._alone(), self._connected() as connection:
                if await connection.fetchval(HAS_SCHEMA):
                    raise UnfitDatabaseError(f"{self.location} is not empty")
                count = await copy_deployment(file, connection)
            self.folder.mkdir(parents=True, exist_ok=True)
            ErasureLog(self._erasures).merge(ErasureLog(file), datetime.now(UTC))
        return count

    def to_operator_error(self, error: Exception, action: str) -> ConfigurationError | TransientError:
        """See `Engine`."""
        return to_operator_error(error)

    async def _wait_for_turn(
        self, layout: ShardLayout, on_wait: Callable[[str | None], None]
    ) -> PostgresTurn:
        """Return the right to serve. Raises ConfigurationError for a URL that cannot work."""
        said: str | None = None
        while True:
            try:
                await self._check_sessions()
                turn = await take_turn(self._url, layout, self._check_program)
                if isinstance(turn, PostgresTurn):
                    await set_up(turn)
                    _log_begin(turn.shards, has_waited=said is not None)
                    return turn
                on_wait(None)
                level, why = logging.INFO, turn.why
            except TransientError as trouble:
                on_wait(str(trouble))
                level, why = logging.WARNING, f"{trouble}; trying again every {_LOOK_SECONDS:.0f} s"
            if why != said:
                log.log(level, "%s", why)
                said = why
            await asyncio.sleep(_LOOK_SECONDS)

    async def _check_program(self, connection: Connection) -> None:
        await require_migratable(connection, self._migrations)

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        """Let no process serve meanwhile. Raises InUseError if one does."""
        await self._check_sessions()
        async with nobody_serving(self._url):
            yield

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
        await self._check_sessions()
        try:
            return await connect(self._url)
        except OPEN_ERRORS as error:
            raise to_operator_error(error) from error

    async def _check_sessions(self) -> None:
        """Raise ConfigurationError if connections lead through a pooler that shares sessions."""
        if not self._has_sessions:
            try:
                await require_sessions(self._url)
            except OPEN_ERRORS as error:
                raise to_operator_error(error) from error
            self._has_sessions = True


def _log_begin(shards: ShardRange, *, has_waited: bool) -> None:
    """Log which shards this process serves, if it has waited or others serve some too."""
    begins = "this process takes over" if has_waited else "this process serves"
    if not shards.is_whole:
        log.info("%s: shards %s to %s of %s", begins, shards.first, shards.last, shards.count)
    elif has_waited:
        log.info("%s", begins)
