"""Units of work on SQLite: each runs from beginning to end on the thread of a connection."""

import sqlite3
from asyncio import AbstractEventLoop, _get_running_loop, _set_running_loop
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, NoReturn, TypeVar, cast

import aiosqlite

from bot.storage.database import UnitOfWorkError, Work
from bot.storage.record import SqlValue, Stored, to_stored
from bot.storage.sqlite.driver import sql_errors
from bot.storage.statements import statement_texts
from bot.storage.unit_statements import UnitStatements
from bot.storage.writer import Outcome

M = TypeVar("M")
T = TypeVar("T")

_ROWS_AT_ONCE = 64  # aiosqlite wants a number; it concerns its own cursors alone, which are not used
_RULE = "a unit of work may await nothing but its statements"


class ThreadConnection(aiosqlite.Connection):
    """An aiosqlite connection, made by `connector` on the thread; await it to open it.

    Two private attributes of aiosqlite 0.22 are used here and nowhere else: `Connection._execute`, which
    queues a function for the thread and awaits its result, and `Connection._conn`, the SQLite connection.
    """

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector, _ROWS_AT_ONCE)

    async def run_on_thread(self, function: Callable[[sqlite3.Connection], T]) -> T:
        """Call `function` with the SQLite connection on the thread and return its result.

        Functions run one after the other, in the order of the calls. If the caller is cancelled, the
        function runs anyway. Raises what it raises, and ValueError once the connection is closed.
        """
        return cast("T", await self._execute(function, self._conn))  # type: ignore[no-untyped-call] # aiosqlite gives it no types


class SqliteStatements(UnitStatements[sqlite3.Connection]):
    """The statements of one unit of work, on its connection's thread. No method suspends."""

    async def rows(self, name: str, /, **values: SqlValue) -> list[dict[str, Stored]]:
        """See `Statements`. Raises UnitOfWorkError after the end of the unit or of its transaction."""
        connection = self.connection_for(name)
        given = {key: to_stored(value) for key, value in values.items()}
        try:
            found = connection.execute(statement_texts()[name], given).fetchall()
        except sql_errors() as error:
            self.sql_error = error
            if not connection.in_transaction:  # SQLite ended it: the next statement would be alone
                self.end()
            raise
        return [dict(row) for row in found]


def run_read(connection: sqlite3.Connection, work: Work[T], check_files: Callable[[], None]) -> Outcome[T]:
    """Run a unit that only reads, on one snapshot. `check_files` raises FileMovedError."""
    check_files()
    connection.execute("BEGIN")
    try:
        return _run(connection, work, may_write=False)
    finally:
        _roll_back(connection)


def run_batch(
    connection: sqlite3.Connection, works: Sequence[Work[Any]], check_files: Callable[[], None]
) -> list[Outcome[Any]]:
    """Run units one after the other, each in a savepoint, and commit them together.

    `check_files` raises FileMovedError; then nothing is committed.

    A unit that raises an error is rolled back alone. Raises the error of SQLite if the transaction did not
    begin, ended early (for example on a full disk) or was not committed: then nothing of any unit is saved.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        outcomes = [_run_in_savepoint(connection, work) for work in works]
        check_files()
        connection.execute("COMMIT")
    except BaseException:
        with suppress(*sql_errors()):
            _roll_back(connection)
        raise
    return outcomes


def _run_in_savepoint(connection: sqlite3.Connection, work: Work[T]) -> Outcome[T]:
    connection.execute("SAVEPOINT unit")
    outcome = _run(connection, work, may_write=True)
    if outcome.sql_error is not None and not connection.in_transaction:
        raise outcome.sql_error
    if outcome.error is not None:
        connection.execute("ROLLBACK TO unit")
    connection.execute("RELEASE unit")
    return outcome


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def _run(connection: sqlite3.Connection, work: Work[T], *, may_write: bool) -> Outcome[T]:
    statements = SqliteStatements(connection, may_write=may_write)
    try:
        value = _drive(work(statements))
    except BaseException as error:  # noqa: BLE001 - raised again where the caller waits
        return Outcome(None, error, statements.sql_error)
    finally:
        statements.end()
    return Outcome(value, None, statements.sql_error, frozenset(statements.topics))


class _NoLoop:
    """Replaces the event loop while a unit runs, so that the unit cannot wait for anything."""

    def __getattr__(self, name: str) -> NoReturn:
        raise UnitOfWorkError(_RULE)


def _drive(unit: Awaitable[T]) -> T:
    """Run a coroutine to its end at once. If it has to wait, close it and raise UnitOfWorkError."""
    loop = _get_running_loop()  # none on the thread; one in tests that run everything in one thread
    _set_running_loop(cast("AbstractEventLoop", _NoLoop()))
    try:
        return _run_to_end(unit)
    finally:
        _set_running_loop(loop)


def _run_to_end(unit: Awaitable[T]) -> T:
    steps = unit.__await__()
    try:
        next(steps)
    except StopIteration as end:
        return cast("T", end.value)
    with suppress(Exception):  # the mistake to report is the one below
        steps.close()
    raise UnitOfWorkError(_RULE)
