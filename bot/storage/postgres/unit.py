"""Units of work on PostgreSQL: each runs in a transaction on a connection of its own."""

import asyncio
from collections.abc import Awaitable, Coroutine, Generator, Sequence
from contextlib import suppress
from types import coroutine
from typing import Any, TypeVar, cast

from bot.storage.database import UnitOfWorkError, Work
from bot.storage.postgres.dialect import numbered_statements
from bot.storage.postgres.errors import DatabaseErrors, is_conflict, own_errors
from bot.storage.postgres.turn import Connection
from bot.storage.record import SqlValue, Stored, to_stored
from bot.storage.unit_statements import UnitStatements
from bot.storage.writer import Outcome

M = TypeVar("M")
T = TypeVar("T")

_RULE = "a unit of work may await nothing but its statements"


class PostgresStatements(UnitStatements[Connection]):
    """The statements of one unit of work, on a connection with an open transaction."""

    def __init__(self, connection: Connection, *, may_write: bool) -> None:
        super().__init__(connection, may_write=may_write)
        self.is_running = False

    async def rows(self, name: str, /, **values: SqlValue) -> list[dict[str, Stored]]:
        """See `Statements`. Raises UnitOfWorkError after the end of the unit."""
        connection = self.connection_for(name)
        statement = numbered_statements()[name]
        given = [to_stored(values[each]) for each in statement.names]
        self.is_running = True
        try:
            with own_errors():
                found = await connection.fetch(statement.text, *given)
        except DatabaseErrors as error:
            self.sql_error = error
            raise
        finally:
            self.is_running = False
        return [{column: _to_stored(value) for column, value in row.items()} for row in found]


def _to_stored(value: Any) -> Stored:  # noqa: ANN401 - any value of PostgreSQL
    """Return a value as SQLite gives it: truth values and sums are whole numbers there."""
    return value if value is None or isinstance(value, str) else int(value)


async def run_unit(connection: Connection, work: Work[T], *, may_write: bool) -> Outcome[T]:
    """Run a unit in the transaction that is open on `connection`; return how it ended."""
    statements = PostgresStatements(connection, may_write=may_write)
    try:
        value = await _watched(work(statements), statements)
    except asyncio.CancelledError:
        raise
    except BaseException as error:  # noqa: BLE001 - raised again where the caller waits
        return Outcome(None, error, statements.sql_error)
    finally:
        statements.end()
    return Outcome(value, None, statements.sql_error, frozenset(statements.topics))


async def run_batch(connection: Connection, works: Sequence[Work[Any]]) -> list[Outcome[Any]]:
    """Run units one after the other in the open transaction, each in a savepoint.

    A unit that raises an error is rolled back alone. Raises the error of PostgreSQL if the whole
    transaction has failed: then nothing of any unit is saved.
    """
    return [await _run_in_savepoint(connection, work) for work in works]


async def _run_in_savepoint(connection: Connection, work: Work[T]) -> Outcome[T]:
    await connection.execute("SAVEPOINT unit")
    outcome = await run_unit(connection, work, may_write=True)
    if outcome.sql_error is not None:
        if connection.is_closed() or is_conflict(outcome.sql_error):
            raise outcome.sql_error
        # PostgreSQL refuses what follows a failed statement, even if the unit caught the error.
        outcome = Outcome(None, outcome.error or outcome.sql_error, outcome.sql_error)
    await connection.execute("RELEASE unit" if outcome.error is None else "ROLLBACK TO unit")
    return outcome


@coroutine
def _watched(unit: Awaitable[T], statements: PostgresStatements) -> Generator[Any, Any, T]:
    """Run a unit. Raises UnitOfWorkError if it waits for anything but a statement."""
    steps = unit.__await__()
    sent: Any = None
    error: BaseException | None = None
    while True:
        try:
            waits_for = steps.send(sent) if error is None else steps.throw(error)
        except StopIteration as end:
            return cast("T", end.value)
        if not statements.is_running:
            with suppress(Exception):  # the mistake to report is the one below
                cast("Coroutine[Any, Any, T]", steps).close()
            raise UnitOfWorkError(_RULE)
        sent, error = None, None
        try:
            sent = yield waits_for
        except BaseException as raised:  # noqa: BLE001 - the unit sees it
            error = raised
