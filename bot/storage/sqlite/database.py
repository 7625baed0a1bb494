"""The database in one SQLite file, for one process: one connection writes, another reads."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Self, TypeVar, cast

from pydantic import SecretStr

from bot.errors import UnfitDatabaseError
from bot.storage.database import Work
from bot.storage.erasure_log import ErasureLog
from bot.storage.schema import MIGRATIONS
from bot.storage.sqlite.connection import Shape, check_key_fits, connect, shape
from bot.storage.sqlite.driver import failures, sql_errors
from bot.storage.sqlite.errors import check_integrity, damage_of, to_operator_error, transient_reason
from bot.storage.sqlite.file_identity import FileIdentity, get_stamp, read_stamp, set_stamp
from bot.storage.sqlite.migration import drop_copies, migrate
from bot.storage.sqlite.unit import ThreadConnection, run_batch, run_read
from bot.storage.sqlite.vacuum import Vacuum
from bot.storage.writer import Outcome, Writer

T = TypeVar("T")

_SOON_SECONDS = 2.0
_TRUNCATE_SECONDS = 3.0


class SqliteDatabase(Writer):
    """An open database. Make one with `SqliteDatabase.open`; close it with `close`. See `Database`."""

    def __init__(
        self,
        writing: ThreadConnection,
        reading: ThreadConnection,
        path: Path,
        files: FileIdentity,
        soon_seconds: float,
        truncate_seconds: float = _TRUNCATE_SECONDS,
    ) -> None:
        super().__init__(soon_seconds)
        self._writing = writing
        self._files = files
        self.erasure_log = ErasureLog(path)
        self._path = path
        self._reading = reading
        self._vacuum = Vacuum(self, truncate_seconds)
        self.truncated = self._vacuum.truncated
        self.after_commit = self._vacuum.truncate_later

    @classmethod
    async def open(
        cls,
        path: Path,
        migrations: Path = MIGRATIONS,
        key: SecretStr | None = None,
        *,
        exclusive: bool = True,
        soon_seconds: float = _SOON_SECONDS,
        truncate_seconds: float = _TRUNCATE_SECONDS,
    ) -> Self:
        """Open the file at `path`, encrypted if `key` is given. Creates and migrates it if necessary.

        Removes files that a migration or conversion left, if no other process may be using the database
        (`exclusive`). A unit given to `write_soon` waits for a commit for at most `soon_seconds`.
        The log is truncated `truncate_seconds` after the first commit since then: no deleted data is left.

        Raises ConfigurationError if the file cannot be reached, is not a database, needs another key or
        none, is damaged, lost, or newer than this program; TransientError if waiting can help.
        """
        try:
            _require_not_lost(path)
            _check_writable(path)
            check_key_fits(path, key)
            writing = await connect(path, key)
        except failures() as error:
            raise to_operator_error(error, "the database cannot be opened") from error
        try:
            await check_integrity(writing)
            await migrate(writing, migrations, path, exclusive=exclusive)
            if exclusive:
                await writing.run_on_thread(set_stamp)
            stamp = await writing.run_on_thread(get_stamp)
            reading = await connect(path, key, read_only=True)
            files = FileIdentity(path, stamp, partial(read_stamp, path, key))
            opened = cls(writing, reading, path, files, soon_seconds, truncate_seconds)
            opened.after_commit()  # a crash may have left a log
            return opened  # noqa: TRY300 - an else would be further from the errors
        except sql_errors() as error:
            await writing.close()
            raise to_operator_error(error, "the database cannot be used") from error
        except BaseException:
            await writing.close()
            raise

    async def read(self, work: Work[T]) -> T:
        """See `Database`."""
        begun = time.perf_counter()
        try:
            outcome = await self._reading.run_on_thread(
                partial(run_read, work=work, check_files=self._files.check)
            )
        except sql_errors() as error:
            self.note_sql_error(error)
            raise
        if outcome.sql_error is not None:
            self.note_sql_error(outcome.sql_error)
        if outcome.error is not None:
            raise outcome.error
        self.observer("read", time.perf_counter() - begun)
        return cast("T", outcome.value)

    async def run_units(self, works: Sequence[Work[Any]]) -> list[Outcome[Any]]:
        """See `Writer`."""
        return await self._writing.run_on_thread(
            partial(run_batch, works=works, check_files=self._files.check)
        )

    def note_sql_error(self, error: BaseException) -> None:
        """See `Writer`. Sets `damaged` if the file is damaged or no longer there."""
        if not isinstance(error, sql_errors()):
            return
        self.wrote_at = None
        damage = damage_of(error)
        if damage is not None:
            self.damage = damage
            self.damaged.set()

    @asynccontextmanager
    async def exclusive(self) -> AsyncIterator[ThreadConnection]:
        """Yield the writing connection while no transaction is open on it and none begins."""
        async with self._lock:
            yield self._writing

    @asynccontextmanager
    async def alone(self, name: str) -> AsyncIterator[None]:
        """See `Database`. One process serves with the file, so there is nothing to wait for."""
        yield

    def transient_reason(self, error: Exception) -> str | None:
        """See `Database`."""
        return transient_reason(error)

    async def truncate_wal(self) -> None:
        """See `Database`."""
        await self._vacuum.truncate_wal()

    async def vacuum(self) -> bool:
        """See `Database`."""
        return await self._vacuum.run()

    async def run_pending_vacuum(self) -> None:
        """See `Database`."""
        await self._vacuum.run_if_pending()

    async def drop_copies(self, before: datetime) -> None:
        """See `Database`."""
        await asyncio.to_thread(drop_copies, self._path, before)

    async def close(self) -> None:
        """See `Database`."""
        await self._vacuum.stop()
        await self.finish()
        async with self.exclusive() as writing:
            await self._reading.close()
            await writing.close()


def _require_not_lost(path: Path) -> None:
    """Raise UnfitDatabaseError if there is no database beside an erasure log: it was deleted or moved.

    An empty one in its place would forget every consent, and the operator would not notice.
    """
    log = ErasureLog(path).path
    if log.exists() and shape(path) is Shape.ABSENT:
        raise UnfitDatabaseError(
            f"the database is missing, and its erasure log {log.name} is there: put it back, or restore "
            "the newest backup with `alongside restore`; to begin with an empty one, move the log away"
        )


def _check_writable(path: Path) -> None:
    """Raise OSError if `path` cannot be written: on SQLite's thread the error would come too late."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)  # for its owner alone; SQLite gives its log the same mode
    path.open("ab").close()
