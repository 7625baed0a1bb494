"""Garbage collections leave out what stays, and nothing that a bot no longer needs."""

from __future__ import annotations

import asyncio
import gc
import weakref
from typing import Any

from bot.app.collecting import skipping_what_stays
from bot.gateway.client import Client
from tests.gateway import malformed
from tests.gateway.conftest import connection_of
from tests.gateway.test_listing import Events, events
from tests.gateway.test_malformed import begin

__all__ = ["events"]


class Part:
    """Something that a server in memory refers to."""


async def test_servers_are_left_out_of_collections_until_another_session_replaces_them(
    client: Client, events: Events
) -> None:
    connection = connection_of(client)
    with skipping_what_stays(client):
        await begin(connection)
        await events.ready.wait()
        await asyncio.sleep(0)
        assert gc.get_freeze_count() > 10_000
        events.ready.clear()
        guild: Any = client.get_guild(malformed.guilds()[0].id)
        guild.description = Part()
        before = weakref.ref(guild.description)
        del guild
        await begin(connection)
        await events.ready.wait()
        await asyncio.sleep(0)
        assert before() is None
    assert gc.get_freeze_count() == 0
