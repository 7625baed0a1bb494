"""Noting the layout of the shards: again if it conflicts with others' units, and not after other errors."""

from typing import Any, cast

import asyncpg
import pytest
from pydantic import SecretStr

from bot.shards import ShardLayout
from bot.storage.postgres.connecting import connect
from bot.storage.postgres.engine import PostgresEngine
from bot.storage.postgres.layout import write_layout
from tests.postgres import Server
from tests.storage.own_server import engine, server, url

__all__ = ["engine", "server"]

LAYOUT = ShardLayout(3, 2)
_CONFLICTS = 20  # in a row, after which it is given up


class Failing:
    """A connection on which the first `times` attempts to read the layout fail with an error."""

    def __init__(self, connection: Any, error: type[Exception], times: int) -> None:
        self.attempts = 0
        self._connection = connection
        self._error = error
        self._times = times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    async def fetchrow(self, *given: object) -> Any:
        self.attempts += 1
        if self.attempts <= self._times:
            raise self._error
        return await self._connection.fetchrow(*given)


@pytest.mark.parametrize(
    ("error", "times", "attempts", "is_noted"),
    [
        (asyncpg.SerializationError, 3, 4, True),
        (asyncpg.SerializationError, _CONFLICTS, _CONFLICTS, False),
        (asyncpg.DiskFullError, 1, 1, False),
    ],
)
async def test_a_conflict_is_tried_again_some_times_and_another_error_is_not(
    engine: PostgresEngine,
    server: Server,
    error: type[Exception],
    times: int,
    attempts: int,
    *,
    is_noted: bool,
) -> None:
    await engine.migrate()
    connection = await connect(SecretStr(url(server)))
    failing = Failing(connection, error, times)
    try:
        await write_layout(cast("Any", failing), LAYOUT)
    except error:
        assert not is_noted
    known = await connection.fetchrow("SELECT shard_count, shards_per_range FROM shard_layout")
    await connection.close()
    assert failing.attempts == attempts
    assert (known is not None and tuple(known) == (3, 2)) is is_noted
