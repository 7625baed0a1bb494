"""A connection of aiosqlite that runs a whole function on its thread, in one hop.

aiosqlite makes one hop to the thread and back for each statement; a unit of work has many.
"""

import sqlite3
from collections.abc import Callable
from typing import TypeVar, cast

import aiosqlite

T = TypeVar("T")

_ROWS_AT_ONCE = 64  # aiosqlite wants a number; it concerns its own cursors alone, which are not used


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
        function runs all the same. Raises what it raises, and ValueError once the connection is closed.
        """
        return cast("T", await self._execute(function, self._conn))  # type: ignore[no-untyped-call]
