"""The database: one connection writes under one lock, another reads, and nobody else knows SQLite.

Statements are named in `queries/*.sql` and run by name, each in one hop to the connection's thread.
Writes that arrive together share one commit: each has a savepoint of its own, and each caller goes on
only after the commit that holds its rows.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, Self, TypeAlias, TypeVar, cast

import aiosql
import aiosqlite
from pydantic import SecretStr

from bot.storage.connection import SqlError, connect, require_fit
from bot.storage.deletions import Deletions
from bot.storage.migration import MIGRATIONS, migrate
from bot.storage.record import Kept, Stored, record, stored
from bot.storage.trouble import explained, is_damage, require_whole

M = TypeVar("M")
Watch: TypeAlias = Callable[[str, float], None]  # hears of each "read" or "write", with its seconds
Notice: TypeAlias = Callable[[Exception], None]

_QUERIES = Path(__file__).parent / "queries"
_WRITES_A_COMMIT = 64
_UNREACHABLE: tuple[type[Exception], ...] = (OSError, *SqlError)
_EMPTY_LOG = "PRAGMA wal_checkpoint(TRUNCATE)"


def _ignore(_: str, __: float) -> None:
    """Hear of reads and writes where nobody else does."""


@cache
def statements() -> dict[str, str]:
    """Return every statement by its name, with named parameters (`:room_id`)."""
    loaded = aiosql.from_path(_QUERIES, "aiosqlite")
    return {name: cast("str", getattr(loaded, name).sql) for name in loaded.available_queries}


class Statements:
    """Runs named statements on one connection. Values are given by name; moments and truths as such."""

    def __init__(self, connection: aiosqlite.Connection, notice: Notice, watch: Watch = _ignore) -> None:
        self._connection = connection
        self._notice = notice
        self._watch = watch

    async def rows(self, name: str, /, **values: Kept) -> list[dict[str, Stored]]:
        """Return the rows of statement `name`, by column."""
        given = {key: stored(value) for key, value in values.items()}
        begun = time.perf_counter()
        try:
            found = await self._connection.execute_fetchall(statements()[name], cast("Any", given))
        except SqlError as error:
            self._notice(error)
            raise
        self._watch("read", time.perf_counter() - begun)
        return [dict(row) for row in found]

    async def all(self, model: type[M], name: str, /, **values: Kept) -> list[M]:
        """Return the rows of statement `name` as `model`."""
        return [record(model, row) for row in await self.rows(name, **values)]

    async def one(self, model: type[M], name: str, /, **values: Kept) -> M | None:
        """Return the first row of statement `name` as `model`, or None."""
        found = await self.all(model, name, **values)
        return found[0] if found else None

    async def value(self, name: str, /, **values: Kept) -> Stored:
        """Return the first column of the first row, or None."""
        found = await self.rows(name, **values)
        return next(iter(found[0].values())) if found else None

    async def run(self, name: str, /, **values: Kept) -> int:
        """Run statement `name` and return how many rows it returned (of `RETURNING`)."""
        return len(await self.rows(name, **values))


class Database:
    """An open database. Make one with `Database.open`; close it with `close`."""

    def __init__(
        self, writer: aiosqlite.Connection, reader: aiosqlite.Connection, deletions: Deletions
    ) -> None:
        self.deletions = deletions
        self._writer = writer
        self._reader = reader
        self._lock = asyncio.Lock()
        self._waiting = 0
        self._batch: asyncio.Future[None] | None = None
        self._batch_size = 0
        self._purging = asyncio.Lock()
        self._purges_asked = 0
        self._purges_done = 0
        self._settling: asyncio.Task[None] | None = None
        self.watch: Watch = _ignore
        self.damaged = asyncio.Event()

    @classmethod
    async def open(cls, path: Path, migrations: Path = MIGRATIONS, key: SecretStr | None = None) -> Self:
        """Open the file at `path`, made and migrated where needed; encrypted at rest where `key` is given.

        Raises ConfigurationError where it cannot be reached, is not a database, needs another key or
        none, is damaged, or is newer than this program; PassingError where waiting can help.
        """
        try:
            _reach(path)
            require_fit(path, key)
            writer = await connect(path, key)
        except _UNREACHABLE as error:
            raise explained(error, "the database cannot be opened") from error
        try:
            await require_whole(writer)
            await migrate(writer, migrations, path)
            return cls(writer, await connect(path, key), Deletions(path))
        except SqlError as error:
            await writer.close()
            raise explained(error, "the database cannot be used") from error
        except BaseException:
            await writer.close()
            raise

    async def close(self) -> None:
        """Wait for the write in progress, then close both connections."""
        async with self._lock:
            await _whole(self._commit())
            await self._reader.close()
            await self._writer.close()

    def _look_at(self, error: Exception) -> None:
        if is_damage(error):
            self.damaged.set()

    @property
    def read(self) -> Statements:
        """Statements on the reading connection. Each sees what was committed before it."""
        return Statements(self._reader, self._look_at, self.watch)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Statements]:
        """Give the writing connection; leave with everything durable, or, on an error, nothing changed.

        Never wait for Discord inside: everybody who writes waits for you.
        """
        begun = time.perf_counter()
        await self._turn()
        try:
            batch = await self._begun()
            try:
                yield Statements(self._writer, self._look_at)
            except BaseException:
                with suppress(*SqlError):  # told to the batch; the caller hears the cause
                    await _whole(self._end("ROLLBACK TO one_write", "RELEASE one_write"))
                raise
            await _whole(self._end("RELEASE one_write"))
        finally:
            self._lock.release()
        await asyncio.shield(batch)
        self.watch("write", time.perf_counter() - begun)

    async def scrub(self) -> None:
        """Take what was deleted out of the write-ahead log too, by emptying it into the database.

        There it is overwritten with zeros (`secure_delete`). Rows that moved between pages while they
        lived may have left copies: where somebody asked for deletion, use `purge`.
        """
        async with self._lock:
            await _whole(self._commit())
            await self._do(_EMPTY_LOG)

    async def purge(self) -> None:
        """Leave no trace of anything deleted before this call: write the whole database anew.

        Takes about a second for a million members; calls that arrive meanwhile share the next one.
        """
        self._purges_asked += 1
        asked = self._purges_asked
        async with self._purging:
            if self._purges_done >= asked:
                return
            covered = self._purges_asked
            async with self._lock:
                await _whole(self._commit())
                await self._do("VACUUM", _EMPTY_LOG)
            self._purges_done = covered

    async def _turn(self) -> None:
        """Wait for the lock. Who gives up waiting may have been the one to commit for the others."""
        self._waiting += 1
        try:
            await self._lock.acquire()
        except BaseException:
            self._waiting -= 1
            if not self._waiting and self._batch is not None:
                self._settling = asyncio.create_task(self._settle())
            raise
        self._waiting -= 1

    async def _settle(self) -> None:
        async with self._lock:
            if not self._waiting:
                await self._commit()

    async def _begun(self) -> asyncio.Future[None]:
        """Begin a write, or, when cancelled meanwhile, leave nothing of it open."""
        begin = asyncio.create_task(self._begin())
        try:
            return await asyncio.shield(begin)
        except asyncio.CancelledError:
            with suppress(*SqlError):
                await _whole(self._undo(begin))
            raise

    async def _undo(self, begin: asyncio.Task[asyncio.Future[None]]) -> None:
        await begin
        await self._end("RELEASE one_write")

    async def _begin(self) -> asyncio.Future[None]:
        if self._batch is None:
            await self._do("BEGIN IMMEDIATE")
            self._batch = asyncio.get_running_loop().create_future()
            self._batch.add_done_callback(_seen)
            self._batch_size = 0
        self._batch_size += 1
        await self._do("SAVEPOINT one_write")
        return self._batch

    async def _end(self, *commands: str) -> None:
        try:
            await self._do(*commands)
        except BaseException as error:
            # SQLite itself may end a transaction, as on a full disk, and takes everybody's rows back.
            await self._lose(error)
            raise
        if not self._waiting or self._batch_size >= _WRITES_A_COMMIT:
            await self._commit()

    async def _commit(self) -> None:
        if self._batch is None:
            return
        try:
            await self._do("COMMIT")
        except BaseException as error:  # noqa: BLE001 - told to everybody whose rows were in it
            await self._lose(error)
        else:
            self._batch.set_result(None)
            self._batch = None

    async def _lose(self, error: BaseException) -> None:
        batch, self._batch = self._batch, None
        with suppress(*SqlError):
            await self._do("ROLLBACK")
        if batch is not None:
            batch.set_exception(error)

    async def _do(self, *commands: str) -> None:
        for command in commands:
            await self._writer.execute_fetchall(command)


async def _whole(work: Coroutine[Any, Any, None]) -> None:
    """Do all of `work` before a cancellation goes on: half an end would leave the lock to a half state."""
    task = asyncio.create_task(work)
    task.add_done_callback(_seen)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with suppress(asyncio.CancelledError):  # a second one does not cut it short either
                await asyncio.wait([task])
        raise


def _seen(outcome: asyncio.Future[None]) -> None:
    """Mark the outcome as looked at: a writer that failed or was cancelled does not ask for it."""
    if not outcome.cancelled():
        outcome.exception()


def _reach(path: Path) -> None:
    """Raise OSError where `path` cannot be written: aiosqlite's thread would complain after the end."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)  # made for its owner alone; SQLite gives its log the same mode
    path.open("ab").close()
