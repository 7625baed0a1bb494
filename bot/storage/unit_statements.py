"""What the statements of a unit of work have in common on every engine."""

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from bot.storage.database import UnitOfWorkError
from bot.storage.record import SqlValue, Stored, to_model, to_models

C = TypeVar("C")
M = TypeVar("M")


class UnitStatements(ABC, Generic[C]):
    """The statements of one unit of work, on a connection of type `C`, until `end`. See `Statements`."""

    def __init__(self, connection: C, *, may_write: bool) -> None:
        self.topics: set[str] = set()
        self.sql_error: Exception | None = None  # the newest, also if the unit caught it
        self._connection: C | None = connection
        self._may_write = may_write

    @abstractmethod
    async def rows(self, name: str, /, **values: SqlValue) -> list[dict[str, Stored]]:
        """See `Statements`."""

    async def all(self, model: type[M], name: str, /, **values: SqlValue) -> list[M]:
        """See `Statements`."""
        return to_models(model, await self.rows(name, **values))

    async def one(self, model: type[M], name: str, /, **values: SqlValue) -> M | None:
        """See `Statements`."""
        found = await self.rows(name, **values)
        return to_model(model, found[0]) if found else None

    async def value(self, name: str, /, **values: SqlValue) -> Stored:
        """See `Statements`."""
        found = await self.rows(name, **values)
        return next(iter(found[0].values())) if found else None

    async def run(self, name: str, /, **values: SqlValue) -> int:
        """See `Statements`."""
        return len(await self.rows(name, **values))

    def notify(self, topic: str) -> None:
        """See `Statements`."""
        if not self._may_write:
            raise UnitOfWorkError(f"a unit of work that only reads notifies of {topic}")
        self.topics.add(topic)

    def connection_for(self, name: str) -> C:
        """Return the connection to run a statement on. Raises UnitOfWorkError after the end of the unit."""
        if self._connection is None:
            raise UnitOfWorkError(f"statement {name} is used after its unit of work has ended")
        return self._connection

    def end(self) -> None:
        """Refuse every further statement."""
        self._connection = None
