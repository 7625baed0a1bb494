"""Code that one process of a deployment runs at a time: it holds an advisory lock on a new connection."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import SecretStr

from bot.storage.postgres.connecting import connect

_ALONE = 0x616C6F6E  # the first half of these locks' numbers; the second is made from the name
_TRY = "SELECT pg_try_advisory_lock($1, hashtext($2))"
_LOOK_SECONDS = 0.25  # a statement that waits would keep VACUUM from removing rows
_END_WHEN_SILENT = "SET idle_session_timeout = '10min'"  # the process may be frozen, or its host lost


@asynccontextmanager
async def alone(url: SecretStr, name: str) -> AsyncIterator[None]:
    """Hold the lock `name`; wait for it if another process has it. Raises what `OPEN_ERRORS` names."""
    connection = await connect(url)
    try:
        await connection.execute(_END_WHEN_SILENT)
        while not await connection.fetchval(_TRY, _ALONE, name):  # noqa: ASYNC110 - another process has it
            await asyncio.sleep(_LOOK_SECONDS)
        yield
    finally:
        connection.terminate()
