"""A client without a connection to Discord: tests give it frames as if they had arrived."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.app.compose import wire
from bot.gateway.client import Client
from bot.gateway.shards import make_client
from bot.gateway.websocket import GatewayWebSocket
from bot.scheduling.clock import SystemClock
from bot.settings import Settings
from bot.storage.sqlite.database import SqliteDatabase


class DeadSocket:
    """A WebSocket on which nothing is sent."""

    closed = False
    close_code: int | None = None

    async def send_str(self, _: str) -> None:
        """Send nothing."""

    async def close(self, *, code: int = 1000) -> None:
        """Note the close code."""
        self.closed, self.close_code = True, code


def connection_of(client: Client) -> GatewayWebSocket:
    """Return a connection, as discord.py sets it up for the client."""
    connection: Any = GatewayWebSocket(DeadSocket(), loop=asyncio.get_running_loop())  # type: ignore[arg-type] # a double
    state = client._connection  # noqa: SLF001 - as discord.py does it
    connection.token, connection._connection = "a-token", state  # noqa: SLF001 - the same
    connection._discord_parsers, connection._dispatch = state.parsers, client.dispatch  # noqa: SLF001 - the same
    connection.gateway, connection.shard_id, connection.shard_count = None, None, None
    connection._max_heartbeat_timeout = 60.0  # noqa: SLF001 - the same
    client.ws = connection
    return connection  # type: ignore[no-any-return] # it has more attributes than its class declares


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    """Return the shipped client. Its events reach no handler: only the parsers are under test."""
    database = await SqliteDatabase.open(tmp_path / "alongside.db")
    settings = Settings(_env_file=None, discord_token="made-up")
    client = make_client(wire(database, SystemClock()), settings)
    await client._async_setup_hook()  # noqa: SLF001 - as its login does
    state: Any = client._connection  # noqa: SLF001 - to cut it off
    state.dispatch, state._command_tree = (lambda *_: None), None  # noqa: SLF001 - the same
    yield client
    if state._ready_task is not None:  # noqa: SLF001 - the same
        state._ready_task.cancel()  # noqa: SLF001 - the same
    await database.close()
