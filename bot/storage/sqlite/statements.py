"""The named statements of `queries/*.sql`, run on SQLite."""

import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import aiosql
import aiosqlite

from bot.storage.database import Observer, UnitOfWorkError
from bot.storage.record import SqlValue, Stored, to_model, to_stored
from bot.storage.sqlite.connection import SqlError
from bot.storage.table_statements import table_statements

M = TypeVar("M")

_QUERIES = Path(__file__).parents[1] / "queries"


@cache
def statement_texts() -> dict[str, str]:
    """Return the SQL of every statement by its name, with named parameters (`:room_id`)."""
    loaded = [aiosql.from_path(_QUERIES, "aiosqlite"), aiosql.from_str(table_statements(), "aiosqlite")]
    return {
        name: cast("str", getattr(each, name).sql) for each in loaded for name in each.available_queries
    }


class _NamedStatements(ABC):
    """What `Statements` offers, on top of `rows`."""

    def __init__(self) -> None:
        self.topics: set[str] = set()

    @abstractmethod
    async def rows(self, name: str, /, **values: SqlValue) -> list[dict[str, Stored]]:
        """See `Statements`."""

    async def all(self, model: type[M], name: str, /, **values: SqlValue) -> list[M]:
        """See `Statements`."""
        return [to_model(model, row) for row in await self.rows(name, **values)]

    async def one(self, model: type[M], name: str, /, **values: SqlValue) -> M | None:
        """See `Statements`."""
        found = await self.all(model, name, **values)
        return found[0] if found else None

    async def value(self, name: str, /, **values: SqlValue) -> Stored:
        """See `Statements`."""
        found = await self.rows(name, **values)
        return next(iter(found[0].values())) if found else None

    async def run(self, name: str, /, **values: SqlValue) -> int:
        """See `Statements`."""
        return len(await self.rows(name, **values))

    def notify(self, topic: str) -> None:
        """See `Statements`."""
        self.topics.add(topic)


class UnitStatements(_NamedStatements):
    """The statements of one unit of work, on its connection's thread. No method suspends."""

    def __init__(self, connection: sqlite3.Connection, *, may_write: bool) -> None:
        super().__init__()
        self.sql_error: Exception | None = None  # the newest, also if the unit caught it
        self._connection: sqlite3.Connection | None = connection
        self._may_write = may_write

    async def rows(self, name: str, /, **values: SqlValue) -> list[dict[str, Stored]]:
        """See `Statements`. Raises UnitOfWorkError after the end of the unit or of its transaction."""
        if self._connection is None:
            raise UnitOfWorkError(f"statement {name} is used after its unit of work has ended")
        given = {key: to_stored(value) for key, value in values.items()}
        try:
            found = self._connection.execute(statement_texts()[name], given).fetchall()
        except SqlError as error:
            self.sql_error = error
            if not self._connection.in_transaction:  # SQLite ended it: the next statement would be alone
                self.end()
            raise
        return [dict(row) for row in found]

    def notify(self, topic: str) -> None:
        """See `Statements`."""
        if not self._may_write:
            raise UnitOfWorkError(f"a unit of work that only reads notifies of {topic}")
        super().notify(topic)

    def end(self) -> None:
        """Refuse every further statement."""
        self._connection = None


class LegacyStatements(_NamedStatements):
    """To be removed with `legacy_read` and `legacy_write`: each statement is one hop to the thread."""

    def __init__(
        self,
        connection: aiosqlite.Connection,
        on_sql_error: Callable[[Exception], None],
        observer: Observer | None = None,
    ) -> None:
        super().__init__()
        self._connection = connection
        self._on_sql_error = on_sql_error
        self._observer = observer

    async def rows(self, name: str, /, **values: SqlValue) -> list[dict[str, Stored]]:
        """See `Statements`."""
        given = {key: to_stored(value) for key, value in values.items()}
        begun = time.perf_counter()
        try:
            found = await self._connection.execute_fetchall(statement_texts()[name], cast("Any", given))
        except SqlError as error:
            self._on_sql_error(error)
            raise
        if self._observer is not None:
            self._observer("read", time.perf_counter() - begun)
        return [dict(row) for row in found]
