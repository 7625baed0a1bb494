"""The engine that a deployment uses, before its database is open."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from pydantic import SecretStr

from bot.errors import ConfigurationError, TransientError
from bot.shards import ShardLayout
from bot.storage.database import Database
from bot.storage.reports import Backup, Inspection, Restored, Step
from bot.storage.sqlite.engine import PREFIX as SQLITE
from bot.storage.sqlite.engine import SqliteEngine
from bot.storage.turn import Turn


class Engine(Protocol):
    """A database that is not open.

    Methods raise ConfigurationError if it cannot be used as it is, TransientError if waiting can help.
    """

    location: str
    """Where the database is, for messages: a path, or a URL without its password."""
    folder: Path
    """Where files beside the database are: the erasure log, and backups."""

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """What units of work raise when the database fails."""
        ...

    def turn(
        self, layout: ShardLayout, on_wait: Callable[[str | None], None]
    ) -> AbstractAsyncContextManager[Turn]:
        """Hold the right to serve a range of `layout`, which one process has at a time.

        Waits for it as long as that makes sense with this engine. `on_wait` is called meanwhile: with None
        if others serve and this process can take over, else with why it waits. Processes with different
        layouts never serve at once. Raises InUseError.
        """
        ...

    async def open(self) -> Database:
        """Open the database for the process that serves, and migrate it if necessary."""
        ...

    async def open_beside(self) -> Database:
        """Open the database while another process may serve with it. It is not migrated.

        Raises ConfigurationError if there is none yet, UnfitDatabaseError if its schema is older.
        """
        ...

    async def migrate(self) -> None:
        """Migrate the database, while no process serves. Raises InUseError."""
        ...

    async def inspect(self) -> Inspection:
        """Return what is where the database should be, whether a process serves or not."""
        ...

    async def read_note(self, name: str) -> str | None:
        """Return the deployment's note `name`, or None if there is no such note or no database."""
        ...

    async def write_note(self, name: str, value: str) -> None:
        """Save a note of the deployment, unless there is no database yet."""
        ...

    async def back_up(self, folder: Path, keep: int, now: datetime, step: Step) -> Backup:
        """Write a checked backup into `folder`, and remove all but the newest `keep`. The bot may run."""
        ...

    async def restore(self, backup: Path, now: datetime, step: Step) -> Restored:
        """Put a backup in the place of the database. If that fails, the database is unchanged.

        Raises InUseError if a process serves, UnfitDatabaseError if the backup cannot be used.
        """
        ...

    async def copy_from(self, file: Path) -> int:
        """Copy a deployment from a SQLite file into this database, which is empty; return how many rows.

        Raises InUseError if a process serves with either of them.
        """
        ...

    def to_operator_error(self, error: Exception, action: str) -> ConfigurationError | TransientError:
        """Return the operator's version of one of `errors`; TransientError if waiting can help."""
        ...


class DatabaseSettings(Protocol):
    """The settings that choose an engine."""

    @property
    def database_url(self) -> SecretStr:
        """`sqlite:///PATH` or `postgresql://...`."""
        ...

    @property
    def database_key(self) -> SecretStr | None:
        """The key of an encrypted SQLite database."""
        ...

    @property
    def data_folder(self) -> Path:
        """Where files beside a database in PostgreSQL are."""
        ...


def engine_for(chosen: DatabaseSettings) -> Engine:
    """Return the engine that the settings choose.

    Raises ConfigurationError for PostgreSQL with a key, or where its driver is not installed.
    """
    url = chosen.database_url.get_secret_value()
    if url.startswith(SQLITE):
        return SqliteEngine(url, chosen.database_key)
    if chosen.database_key is not None:
        raise ConfigurationError(
            "ALONGSIDE_DATABASE_KEY is for SQLite alone: encrypt the disk of the PostgreSQL server, and "
            "the connection with ?sslmode=verify-full in its URL"
        )
    try:
        from bot.storage.postgres.engine import PostgresEngine  # noqa: PLC0415 - asyncpg is an extra
    except ImportError:
        raise ConfigurationError(
            "PostgreSQL needs a package that is not installed: pip install 'alongside-bot[postgres]'"
        ) from None
    return PostgresEngine(chosen.database_url, chosen.data_folder)
