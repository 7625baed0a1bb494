"""The database: one connection writes under one lock, another reads, and nobody else knows SQLite.

Statements are named in `queries/*.sql` and run by name, each in one hop to the connection's thread.
Writes that arrive together share one commit; each caller goes on only after the commit that holds its rows.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Self, TypeAlias, TypeVar, cast

import aiosql
import aiosqlite
from pydantic import SecretStr

from bot.storage.erasure_log import ErasureLog
from bot.storage.record import SqlValue, Stored, record, stored
from bot.storage.sqlite.connection import SqlError, connect, emptied, require_fit
from bot.storage.sqlite.errors import check_integrity, is_damage, to_operator_error
from bot.storage.sqlite.migration import MIGRATIONS, drop_copies, migrate
from bot.storage.sqlite.writer import Writer, finish_despite_cancel

log = logging.getLogger(__name__)

M = TypeVar("M")
Observer: TypeAlias = Callable[[str, float], None]  # hears of each "read" or "write", with its seconds
Notice: TypeAlias = Callable[[Exception], None]

_QUERIES = Path(__file__).parent / "queries"
_PAUSES = tuple(0.05 * 2**turn for turn in range(13))  # in seconds, between tries: seven minutes in all
_WAITED_FOR = 6  # by who deletes: three seconds
_UNREACHABLE: tuple[type[Exception], ...] = (OSError, *SqlError)


def _ignore(_: str, __: float) -> None:
    """Hear of reads and writes where nobody else does."""


@cache
def statements() -> dict[str, str]:
    """Return every statement by its name, with named parameters (`:room_id`)."""
    loaded = aiosql.from_path(_QUERIES, "aiosqlite")
    return {name: cast("str", getattr(loaded, name).sql) for name in loaded.available_queries}


class Statements:
    """Runs named statements on one connection. Values are given by name; moments and truths as such."""

    def __init__(self, connection: aiosqlite.Connection, notice: Notice, watch: Observer = _ignore) -> None:
        self._connection = connection
        self._notice = notice
        self._watch = watch
        self.topics: set[str] = set()

    async def rows(self, name: str, /, **values: SqlValue) -> list[dict[str, Stored]]:
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

    async def all(self, model: type[M], name: str, /, **values: SqlValue) -> list[M]:
        """Return the rows of statement `name` as `model`."""
        return [record(model, row) for row in await self.rows(name, **values)]

    async def one(self, model: type[M], name: str, /, **values: SqlValue) -> M | None:
        """Return the first row of statement `name` as `model`, or None."""
        found = await self.all(model, name, **values)
        return found[0] if found else None

    async def value(self, name: str, /, **values: SqlValue) -> Stored:
        """Return the first column of the first row, or None."""
        found = await self.rows(name, **values)
        return next(iter(found[0].values())) if found else None

    def notify(self, topic: str) -> None:
        """Call back the subscribers of `topic` after the commit."""
        self.topics.add(topic)

    async def run(self, name: str, /, **values: SqlValue) -> int:
        """Run statement `name` and return how many rows it returned (of `RETURNING`)."""
        return len(await self.rows(name, **values))


class Database:
    """An open database. Make one with `Database.open`; close it with `close`."""

    def __init__(self, writer: aiosqlite.Connection, reader: aiosqlite.Connection, path: Path) -> None:
        self.erasure_log = ErasureLog(path)
        self._path = path
        self._writer = Writer(writer)
        self._reader = reader
        self._subscribers: dict[str, list[Callable[[], None]]] = {}
        self._purging = asyncio.Lock()
        self._purges_asked = 0
        self._purges_done = 0
        self._rewritten = 0  # up to which owed purge the database was written anew
        self._noted = 0  # up to which of them that is noted, the log being empty
        self._emptying: asyncio.Task[None] | None = None
        self.watch: Observer = _ignore
        self.damaged = asyncio.Event()

    @classmethod
    async def open(
        cls,
        path: Path,
        migrations: Path = MIGRATIONS,
        key: SecretStr | None = None,
        *,
        is_alone: bool = True,
    ) -> Self:
        """Open the file at `path`, made and migrated where needed; encrypted at rest where `key` is given.

        What a migration or a conversion left beside it is cleared away, unless others may use it:
        `is_alone` false.

        Raises ConfigurationError where it cannot be reached, is not a database, needs another key or
        none, is damaged, or is newer than this program; TransientError where waiting can help.
        """
        try:
            _reach(path)
            require_fit(path, key)
            writer = await connect(path, key)
        except _UNREACHABLE as error:
            raise to_operator_error(error, "the database cannot be opened") from error
        try:
            await check_integrity(writer)
            await migrate(writer, migrations, path, is_alone=is_alone)
            return cls(writer, await connect(path, key), path)
        except SqlError as error:
            await writer.close()
            raise to_operator_error(error, "the database cannot be used") from error
        except BaseException:
            await writer.close()
            raise

    async def close(self) -> None:
        """Wait for the write in progress, then close both connections."""
        if self._emptying is not None:
            self._emptying.cancel()
            await asyncio.wait([self._emptying])
        async with self._writer.alone() as connection:
            await self._reader.close()
            await connection.close()

    async def drop_copies(self, before: datetime) -> None:
        """Remove the copies that migrations left beside the database before then."""
        await asyncio.to_thread(drop_copies, self._path, before)

    def _look_at(self, error: Exception) -> None:
        if is_damage(error):
            self.damaged.set()

    def subscribe(self, topic: str, callback: Callable[[], None]) -> None:
        """Call `callback` after each commit whose unit notified `topic`."""
        self._subscribers.setdefault(topic, []).append(callback)

    @property
    def legacy_read(self) -> Statements:
        """Statements on the reading connection. Each sees what was committed before it."""
        return Statements(self._reader, self._look_at, self.watch)

    @asynccontextmanager
    async def legacy_write(self) -> AsyncIterator[Statements]:
        """Give the writing connection; leave with everything durable, or, on an error, nothing changed.

        Never wait for Discord inside: everybody who writes waits for you.
        """
        begun = time.perf_counter()
        async with self._writer.write() as connection:
            statements = Statements(connection, self._look_at)
            yield statements
        for topic in statements.topics:
            for callback in self._subscribers.get(topic, ()):
                callback()
        self.watch("write", time.perf_counter() - begun)

    async def truncate_wal(self) -> None:
        """Take what was deleted out of the write-ahead log too, by emptying it into the database.

        There it is overwritten with zeros (`secure_delete`). Where somebody reads at that moment, this
        returns, and it is done soon. Rows that moved between pages while they lived may have left copies:
        where somebody asked for deletion, use `purge`.
        """
        if not await self._empty():
            self._empty_soon()

    async def vacuum(self) -> bool:
        """Leave no trace of anything deleted before this call: write the whole database anew.

        Takes some seconds for a million members; calls that arrive meanwhile share the next one. Returns
        whether it is done. It is not where somebody goes on reading what was deleted, or where there is no
        room: so owe it, in the write that deletes (`request_vacuum`), and it is done later.
        """
        self._purges_asked += 1
        asked = self._purges_asked
        async with self._purging:
            covered = self._purges_asked
            if self._purges_done < asked and await self._vacuum():
                self._purges_done = covered
        return self._purges_done >= asked

    async def run_pending_vacuum(self) -> None:
        """Purge if a deletion of before is still owed it."""
        if await self.legacy_read.rows("pending_vacuum"):
            await self.vacuum()

    async def _vacuum(self) -> bool:
        try:
            owed = int(await self.legacy_read.value("pending_vacuum") or 0)
            async with self._writer.alone() as connection:
                await connection.execute_fetchall("VACUUM")
        except SqlError as error:
            self._look_at(error)
            log.warning("what was deleted could not be taken out of the files yet: %s", error)
            return False
        self._rewritten = max(self._rewritten, owed)
        for pause in _PAUSES[:_WAITED_FOR]:
            if await self._empty():
                return True
            await asyncio.sleep(pause)
        self._empty_soon()
        return False

    async def _empty(self) -> bool:
        """Empty the log unless somebody reads from it, and note the purges that this completes."""
        rewritten = self._rewritten
        try:
            async with self._writer.alone() as connection:
                if not await finish_despite_cancel(emptied(connection)):
                    return False
            if rewritten > self._noted:
                async with self.legacy_write() as tx:
                    await tx.run("note_vacuum", number=str(rewritten))
                self._noted = rewritten
        except SqlError as error:
            self._look_at(error)
            log.warning("the write-ahead log could not be emptied yet: %s", error)
            return False
        return True

    def _empty_soon(self) -> None:
        if self._emptying is None or self._emptying.done():
            self._emptying = asyncio.create_task(self._keep_trying())

    async def _keep_trying(self) -> None:
        """Empty the log as soon as nobody reads from it; where that does not happen, owe a purge."""
        for pause in _PAUSES:
            await asyncio.sleep(pause)
            if await self._empty():
                return
        log.warning("somebody keeps reading the database: what was deleted is in its log until tomorrow")
        with suppress(*SqlError):
            async with self.legacy_write() as tx:
                await tx.run("request_vacuum")


def _reach(path: Path) -> None:
    """Raise OSError where `path` cannot be written: aiosqlite's thread would complain after the end."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)  # made for its owner alone; SQLite gives its log the same mode
    path.open("ab").close()
