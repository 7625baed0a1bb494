"""A process that may have lost its turn makes no more requests to Discord."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.app.compose import wire
from bot.errors import LostTurnError
from bot.gateway.shards import make_client
from bot.gateway.undelivered import reason_of
from bot.scheduling.clock import SystemClock
from bot.settings import Settings
from bot.storage.sqlite.database import SqliteDatabase


async def test_no_request_is_made_after_the_turn_was_lost_and_that_is_not_taken_for_trouble_of_discord(
    tmp_path: Path,
) -> None:
    received = list[str]()

    async def answer(request: web.Request) -> web.Response:
        received.append(request.path)
        return web.Response()

    async def refuse() -> None:
        raise LostTurnError

    database = await SqliteDatabase.open(tmp_path / "alongside.db")
    services, settings = wire(database, SystemClock()), Settings(_env_file=None, discord_token="made-up")
    trace: Any = make_client(services, settings, confirm=refuse).http.http_trace
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", answer)
    async with TestServer(app) as server, aiohttp.ClientSession(trace_configs=[trace]) as session:
        with pytest.raises((aiohttp.ClientError, OSError)) as raised:
            await session.post(server.make_url("/api/v10/interactions/1/token/callback"))
    await database.close()
    assert received == []
    assert reason_of(raised.value, cast("Any", None)) == "interrupted"
