"""SQLite as the engine of a deployment: one file, with which one process serves."""

import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from pydantic import SecretStr

from bot.errors import ConfigurationError, TransientError, UnfitDatabaseError
from bot.shards import ShardLayout
from bot.storage.database import Database
from bot.storage.reports import Backup, Inspection, Restored, Step
from bot.storage.schema import newest_version
from bot.storage.sqlite import backup, inspection, lock
from bot.storage.sqlite.database import SqliteDatabase
from bot.storage.sqlite.driver import failures
from bot.storage.sqlite.errors import to_operator_error
from bot.storage.sqlite.restore import restore
from bot.storage.turn import Turn

PREFIX = "sqlite:///"


class SqliteEngine:
    """A database in one file. See `Engine`. Its commands block the event loop while they read the file."""

    def __init__(self, url: str, key: SecretStr | None) -> None:
        self.path = Path(url.removeprefix(PREFIX)).absolute()
        self.location = str(self.path)
        self.folder = self.path.parent
        self._key = key

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """See `Engine`."""
        return failures()

    @asynccontextmanager
    async def turn(self, layout: ShardLayout, on_wait: Callable[[str | None], None]) -> AsyncIterator[Turn]:
        """See `Engine`. One process serves all shards; another one waits for fifteen seconds.

        That is as long as an update takes. The right is never lost.
        """
        with contextlib.ExitStack() as holding:
            await lock.wait_for(self.path, holding, on_wait)
            yield Turn(ShardLayout(layout.count, layout.count).range(0))

    async def open(self) -> Database:
        """See `Engine`."""
        return await SqliteDatabase.open(self.path, key=self._key)

    async def open_beside(self) -> Database:
        """See `Engine`. SQLite's locks make it safe beside a process that serves."""
        version, newest = inspection.inspect(self.path, self._key).version, newest_version()
        if version == 0:
            raise ConfigurationError(f"there is no database at {self.path} yet")
        if version < newest:  # opening it would migrate it, and the bot on it may be of that version
            raise UnfitDatabaseError(
                f"{self.path} is of version {version} of {newest}: restart the bot with this program, "
                "or run alongside migrate while it is stopped"
            )
        return await SqliteDatabase.open(self.path, key=self._key, exclusive=False)

    async def migrate(self) -> None:
        """See `Engine`."""
        with lock.held(self.path):
            await (await self.open()).close()

    async def inspect(self) -> Inspection:
        """See `Engine`."""
        return inspection.inspect(self.path, self._key)

    async def read_note(self, name: str) -> str | None:
        """See `Engine`."""
        return inspection.read_note(self.path, self._key, name)

    async def write_note(self, name: str, value: str) -> None:
        """See `Engine`."""
        inspection.write_note(self.path, self._key, name, value)

    async def back_up(self, folder: Path, keep: int, now: datetime, step: Step) -> Backup:
        """See `Engine`."""
        return backup.write(self.path, self._key, folder, keep, now, step)

    async def restore(self, backup: Path, now: datetime, step: Step) -> Restored:
        """See `Engine`."""
        with lock.held(self.path):
            return restore(backup, self.path, self._key, now, step)

    async def copy_from(self, file: Path) -> int:
        """See `Engine`. Raises ConfigurationError: a file is copied as it is."""
        raise ConfigurationError(
            "ALONGSIDE_DATABASE_URL names a file: to move a database into PostgreSQL, set it to "
            "postgresql://USER:PASSWORD@HOST/NAME"
        )

    def to_operator_error(self, error: Exception, action: str) -> ConfigurationError | TransientError:
        """See `Engine`."""
        return to_operator_error(error, action)
