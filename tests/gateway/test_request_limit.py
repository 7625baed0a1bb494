"""Requests that Discord counts for the whole bot wait for their turn; answers to interactions do not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.app.compose import wire
from bot.gateway.shards import make_client
from bot.scheduling.clock import SystemClock
from bot.scheduling.rate_limit import RateLimiter
from bot.scheduling.slots import MemorySlots, per_second
from bot.settings import Settings
from bot.storage.sqlite.database import SqliteDatabase


class _Noting(RateLimiter):
    """Counts who waits, and lets everyone go ahead."""

    def __init__(self) -> None:
        super().__init__(per_second("requests", 45), MemorySlots())
        self.count = 0

    async def acquire(self) -> None:
        self.count += 1


async def test_all_requests_with_the_bots_token_wait_and_answers_to_interactions_and_websockets_do_not(
    tmp_path: Path,
) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        if "Upgrade" in request.headers:
            socket = web.WebSocketResponse()
            await socket.prepare(request)
            return socket
        return web.Response()

    database = await SqliteDatabase.open(tmp_path / "alongside.db")
    limiter = _Noting()
    services = replace(wire(database, SystemClock()), request_limiter=limiter)
    client = make_client(services, Settings(_env_file=None, discord_token="made-up"))
    trace: Any = client.http.http_trace
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", answer)
    async with TestServer(app) as server, aiohttp.ClientSession(trace_configs=[trace]) as session:
        for method, path in (
            ("POST", "/api/v10/interactions/1/token/callback"),
            ("PATCH", "/api/v10/webhooks/1/token/messages/@original"),
            ("POST", "/api/v10/webhooks/1/token"),
        ):
            await session.request(method, server.make_url(path))
        await session.ws_connect(str(server.make_url("/?v=10")).replace("http", "ws"))
        assert limiter.count == 0
        for number, path in enumerate(
            ("/channels/1/messages", "/users/@me/channels", "/guilds/1/members/2"), 1
        ):
            await session.get(server.make_url(f"/api/v10{path}"))
            assert limiter.count == number
    await database.close()
