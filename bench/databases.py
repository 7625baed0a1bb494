"""Reads and changes the bot's database from a measurement, beside the bot and on either engine."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import asyncpg
from pydantic import SecretStr

from bot.storage.postgres.dialect import number_parameters
from tests import postgres


@dataclass(frozen=True, slots=True)
class DatabaseChoice:
    """The settings that choose an engine, for `bot.storage.engine.engine_for`."""

    database_url: SecretStr
    data_folder: Path
    database_key: SecretStr | None = None


class BotDatabase(Protocol):
    """The database of a bot that is measured."""

    url: str

    def run(self, query: str, **values: int) -> list[tuple[Any, ...]]:
        """Run one command with named parameters (`:now`); return its rows."""
        ...

    def run_all(self, commands: Iterable[str]) -> None:
        """Run commands one after the other, on one connection."""
        ...


class SqliteFile:
    """A database in a file."""

    def __init__(self, path: Path) -> None:
        self.url = f"sqlite:///{path}"
        self._path = path

    def run(self, query: str, **values: int) -> list[tuple[Any, ...]]:
        """See `BotDatabase`."""
        with contextlib.closing(sqlite3.connect(self._path)) as connection, connection:
            return connection.execute(query, values).fetchall()

    def run_all(self, commands: Iterable[str]) -> None:
        """See `BotDatabase`."""
        with contextlib.closing(sqlite3.connect(self._path)) as connection, connection:
            for each in commands:
                connection.execute(each)


class PostgresServer:
    """A database on a server; its connection lives on a thread, since callers do not wait."""

    def __init__(self, url: str, thread: ThreadPoolExecutor) -> None:
        self.url = url
        self._thread = thread
        self._runner = asyncio.Runner()
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None

    def run(self, query: str, **values: int) -> list[tuple[Any, ...]]:
        """See `BotDatabase`."""
        statement = number_parameters(query)
        given = [values[name] for name in statement.names]
        return self._thread.submit(self._runner.run, self._fetch(statement.text, given)).result()

    def run_all(self, commands: Iterable[str]) -> None:
        """See `BotDatabase`."""
        for each in commands:
            self.run(each)

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._connection is not None:
            self._connection.terminate()
        self._thread.submit(self._runner.close).result()

    async def _fetch(self, text: str, given: list[int]) -> list[tuple[Any, ...]]:
        if self._connection is None:
            self._connection = await asyncpg.connect(self.url)
        try:
            found = await self._connection.fetch(text, *given)
        except (asyncpg.PostgresConnectionError, asyncpg.InterfaceError):  # the server was started again
            self._connection = await asyncpg.connect(self.url)
            found = await self._connection.fetch(text, *given)
        return [tuple(row.values()) for row in found]


@contextlib.contextmanager
def new_database(folder: Path, engine: str, *, durable: bool = False) -> Iterator[BotDatabase]:
    """Give a database that does not exist yet, on `sqlite` or on a new server of `postgres`.

    `durable`: see `tests.postgres.new_server`.
    """
    if engine == "sqlite":
        yield SqliteFile(folder / "alongside.db")
        return
    with postgres.running_server(durable=durable) as url, ThreadPoolExecutor(1) as thread:
        database = PostgresServer(url, thread)
        try:
            yield database
        finally:
            database.close()
