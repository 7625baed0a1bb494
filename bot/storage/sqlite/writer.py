"""The connection that writes: one write at a time, and writes that arrive together share one commit."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

import aiosqlite

from bot.storage.sqlite.connection import SqlError

T = TypeVar("T")

_WRITES_A_COMMIT = 64


class Writer:
    """Holds the writing connection under one lock. Each write has a savepoint of its own."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._lock = asyncio.Lock()
        self._waiting = 0
        self._batch: asyncio.Future[None] | None = None
        self._batch_size = 0
        self._settling: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def write(self) -> AsyncIterator[aiosqlite.Connection]:
        """Give the connection; leave with everything durable, or, on an error, nothing changed."""
        await self._turn()
        try:
            batch = await self._begun()
            try:
                yield self._connection
            except BaseException:
                with suppress(*SqlError):  # told to the batch; the caller hears the cause
                    await finish_despite_cancel(self._end("ROLLBACK TO one_write", "RELEASE one_write"))
                raise
            await finish_despite_cancel(self._end("RELEASE one_write"))
        finally:
            self._lock.release()
        await asyncio.shield(batch)

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[aiosqlite.Connection]:
        """Give the connection without a write open on it: all that was written is committed."""
        async with self._lock:
            await finish_despite_cancel(self._commit())
            yield self._connection

    async def _turn(self) -> None:
        """Wait for the lock. Who gives up waiting may have been the one to commit for the others."""
        self._waiting += 1
        try:
            await self._lock.acquire()
        except BaseException:
            self._waiting -= 1
            if not self._waiting and self._batch is not None:
                self._settling = asyncio.create_task(self._settle())
            raise
        self._waiting -= 1

    async def _settle(self) -> None:
        async with self._lock:
            if not self._waiting:
                await self._commit()

    async def _begun(self) -> asyncio.Future[None]:
        """Begin a write, or, when cancelled meanwhile, leave nothing of it open."""
        begin = asyncio.create_task(self._begin())
        try:
            return await asyncio.shield(begin)
        except asyncio.CancelledError:
            with suppress(*SqlError):
                await finish_despite_cancel(self._undo(begin))
            raise

    async def _undo(self, begin: asyncio.Task[asyncio.Future[None]]) -> None:
        await begin
        await self._end("RELEASE one_write")

    async def _begin(self) -> asyncio.Future[None]:
        if self._batch is None:
            await self._do("BEGIN IMMEDIATE")
            self._batch = asyncio.get_running_loop().create_future()
            self._batch.add_done_callback(_seen)
            self._batch_size = 0
        self._batch_size += 1
        await self._do("SAVEPOINT one_write")
        return self._batch

    async def _end(self, *commands: str) -> None:
        try:
            await self._do(*commands)
        except BaseException as error:
            # SQLite itself may end a transaction, as on a full disk, and takes everybody's rows back.
            await self._lose(error)
            raise
        if not self._waiting or self._batch_size >= _WRITES_A_COMMIT:
            await self._commit()

    async def _commit(self) -> None:
        if self._batch is None:
            return
        try:
            await self._do("COMMIT")
        except BaseException as error:  # noqa: BLE001 - told to everybody whose rows were in it
            await self._lose(error)
        else:
            self._batch.set_result(None)
            self._batch = None

    async def _lose(self, error: BaseException) -> None:
        batch, self._batch = self._batch, None
        with suppress(*SqlError):
            await self._do("ROLLBACK")
        if batch is not None:
            batch.set_exception(error)

    async def _do(self, *commands: str) -> None:
        for command in commands:
            await self._connection.execute_fetchall(command)


async def finish_despite_cancel(work: Coroutine[Any, Any, T]) -> T:
    """Do all of `work` before a cancellation goes on: half an end would leave the lock to a half state."""
    task = asyncio.create_task(work)
    task.add_done_callback(_seen)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with suppress(asyncio.CancelledError):  # a second one does not cut it short either
                await asyncio.wait([task])
        raise


def _seen(outcome: asyncio.Future[Any]) -> None:
    """Mark the outcome as looked at: a writer that failed or was cancelled does not ask for it."""
    if not outcome.cancelled():
        outcome.exception()
