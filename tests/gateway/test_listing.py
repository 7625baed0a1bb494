"""When Discord lists the servers after a new connection, the bot looks at all of them at once."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
import pytest

from bot.gateway.client import Client
from tests.gateway import malformed
from tests.gateway.conftest import connection_of
from tests.gateway.test_malformed import begin, frame

READY_AFTER_SECONDS = 0.02


class Events:
    """What listeners hear."""

    def __init__(self, client: Client) -> None:
        self.heard: list[str] = []
        self.ready = asyncio.Event()
        client.add_listener(self.on_ready)
        client.add_listener(self.on_guild_available)

    async def on_ready(self) -> None:
        """Note that all servers are known."""
        self.heard.append("ready")
        self.ready.set()

    async def on_guild_available(self, _: discord.Guild) -> None:
        """Note that a server is back."""
        self.heard.append("available")


@pytest.fixture
def events(client: Client) -> Events:
    """Let the client's events reach listeners."""
    state: Any = client._connection  # noqa: SLF001 - the fixture cut it off
    state.dispatch, state.guild_ready_timeout = client.dispatch, READY_AFTER_SECONDS
    return Events(client)


async def test_listeners_hear_of_each_server_only_when_it_is_back_from_an_outage(
    client: Client, events: Events
) -> None:
    connection = connection_of(client)
    first = malformed.guilds()[0]
    for _ in range(2):  # Discord may end a session, and then it lists the servers again
        events.heard.clear()
        events.ready.clear()
        await begin(connection)
        await events.ready.wait()
        assert events.heard == ["ready"]
    await connection.received_message(frame("GUILD_DELETE", {"id": str(first.id), "unavailable": True}))
    await connection.received_message(frame("GUILD_CREATE", malformed.guild_create(first)))
    await asyncio.sleep(0)
    assert events.heard == ["ready", "available"]
