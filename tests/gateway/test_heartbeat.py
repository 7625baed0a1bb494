"""How long Discord takes to answer a heartbeat."""

from __future__ import annotations

from typing import Any

import pytest
from discord.gateway import KeepAliveHandler

from bot.gateway.client import Client
from tests.gateway.conftest import connection_of

INTERVAL = 41.25  # seconds between two heartbeats


async def test_an_answer_before_discord_py_notes_the_heartbeat_is_measured_from_it(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    connection: Any = connection_of(client)
    alive: Any = KeepAliveHandler(ws=connection, interval=INTERVAL)
    alive._last_send -= INTERVAL  # noqa: SLF001 - discord.py has no clock: the heartbeat before
    connection._keep_alive = alive  # noqa: SLF001 - as discord.py does it

    async def answer_at_once(_: str) -> None:
        alive.ack()

    connection.socket.send_str = answer_at_once
    await connection.send_heartbeat(alive.get_payload())
    assert alive.latency < 1
    assert "behind" not in caplog.text
