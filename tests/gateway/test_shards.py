"""The client of a process that serves one range of shards."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import discord.shard
import pytest
from discord.ext import commands
from discord.shard import EventItem, EventType

from bot.app.compose import wire
from bot.errors import HeldConnectionError
from bot.gateway import shard_connections
from bot.gateway.shard_connections import ShardConnection
from bot.gateway.shards import ShardedClient, make_client
from bot.scheduling.clock import SystemClock
from bot.settings import Settings
from bot.shards import ShardLayout
from bot.storage.sqlite.database import SqliteDatabase


async def test_a_client_connects_the_shards_of_its_process_alone(tmp_path: Path) -> None:
    database = await SqliteDatabase.open(tmp_path / "alongside.db")
    settings = Settings(_env_file=None, discord_token="made-up", shard_count=40)
    services = wire(database, SystemClock(), shards=ShardLayout(40, 16).range(2))
    client = make_client(services, settings)
    assert isinstance(client, commands.AutoShardedBot)
    assert client.shard_count == 40
    assert client.shard_ids == [32, 33, 34, 35, 36, 37, 38, 39]
    await database.close()


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[ShardedClient]:
    """Return a client for two shards, connected to nobody."""
    database = await SqliteDatabase.open(tmp_path / "alongside.db")
    settings = Settings(_env_file=None, discord_token="made-up", shard_count=2)
    client = make_client(wire(database, SystemClock(), shards=ShardLayout(2, 2).range(0)), settings)
    assert isinstance(client, ShardedClient)
    await client._async_setup_hook()  # noqa: SLF001 - as its login does
    yield client
    await client.close()
    await database.close()


async def test_what_happens_on_one_shard_is_handled_while_another_one_is_not_launched_yet(
    client: ShardedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = vars(client)["_AutoShardedClient__queue"]

    async def launch(shard_id: int) -> None:
        if shard_id == 0:
            events.put_nowait(EventItem(EventType.terminate, None, LookupError("of shard 0")))
        else:
            await asyncio.Event().wait()

    monkeypatch.setattr(client, "_launch", launch)
    with pytest.raises(LookupError):
        await asyncio.wait_for(client.connect(), 30)
    assert client.is_closed()


class _Socket:
    """A connection that ended, with a session that can be resumed."""

    shard_id, session_id, sequence, gateway, open = 0, "session", 7, "wss://resume.example", False

    async def close(self, *, code: int = 1000) -> None:
        """Do nothing: it is closed."""


async def test_a_shard_resumes_after_a_failed_attempt_and_the_others_do_not_wait_for_it(
    client: ShardedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, Any]] = []
    ended = asyncio.Event()

    class Silent:
        """Discord does not answer."""

        @classmethod
        async def from_client(cls, _: object, **options: Any) -> None:
            asked.append(options)
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()

    monkeypatch.setattr(discord.shard, "DiscordWebSocket", Silent)
    client._reconnect = True  # noqa: SLF001 - as `connect` does
    socket: Any = _Socket()
    shard = ShardConnection(socket, client, lambda _: None)
    await asyncio.wait_for(shard.reconnect(), 30)
    await asyncio.sleep(0)
    assert [(each["resume"], each["session"], each["sequence"]) for each in asked] == [(True, "session", 7)]
    await shard.close()
    await asyncio.wait_for(ended.wait(), 30)


async def test_a_shard_whose_session_start_has_to_wait_tries_again_without_an_error(
    client: ShardedClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(shard_connections, "_HELD_SECONDS", 0.0)
    client._reconnect = True  # noqa: SLF001 - as `connect` does
    socket: Any = _Socket()
    asked: list[EventItem] = []
    shard = ShardConnection(socket, client, asked.append)
    await shard._handle_disconnect(HeldConnectionError("others come first"))  # noqa: SLF001 - as discord.py does
    assert [each.type for each in asked] == [EventType.reconnect]
    assert not [each for each in caplog.records if each.levelno >= logging.WARNING]
