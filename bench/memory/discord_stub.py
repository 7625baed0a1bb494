"""A stand-in for Discord that can list many servers: as much of its API and gateway as a start needs.

The sandbox is truer but holds each server as objects, so that its own memory and time would be measured.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import WSMsgType, web

from bench.memory.servers import BOT_ID, Servers

_HELLO, _HEARTBEAT, _HEARTBEAT_ACK, _IDENTIFY = 10, 1, 11, 2
_USER = {"id": str(BOT_ID), "username": "alongside", "discriminator": "0", "avatar": None, "bot": True}
_APPLICATION = {
    "id": str(BOT_ID),
    "name": "Alongside",
    "icon": None,
    "description": "",
    "bot_public": True,
    "bot_require_code_grant": False,
    "verify_key": "0" * 64,
    "flags": 0,
    "team": None,
    "owner": _USER,
}


class DiscordStub:
    """Serves one bot that is in `servers` servers. Find it at `api_url` and `gateway_url`."""

    def __init__(self, servers: int) -> None:
        self._count = servers
        self._servers = Servers()
        self.port = 0

    @property
    def api_url(self) -> str:
        """The address of the API."""
        return f"http://127.0.0.1:{self.port}/api/v10"

    @property
    def gateway_url(self) -> str:
        """The address of the gateway."""
        return f"ws://127.0.0.1:{self.port}/gateway"

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Serve on a free port of this machine."""
        app = web.Application(client_max_size=2**24)
        app.router.add_get("/gateway", self._gateway)
        app.router.add_route("*", "/api/v10/{path:.*}", self._api)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.port = runner.addresses[0][1]
        try:
            yield
        finally:
            await runner.cleanup()

    async def _api(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        if path == "gateway/bot":
            starts = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
            return _json({"url": self.gateway_url, "shards": 1, "session_start_limit": starts})
        if path == "users/@me":
            return _json(_USER)
        if path in {"oauth2/applications/@me", "applications/@me"}:
            return _json(_APPLICATION)
        if path.endswith("/commands"):
            given = await request.json() if request.can_read_body else []
            own = {"application_id": str(BOT_ID), "version": "1"}
            return _json([each | own | {"id": str(n)} for n, each in enumerate(given, start=1)])
        return _json({"message": "404: Not Found", "code": 0}, status=404)

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        await socket.send_str(_frame(_HELLO, {"heartbeat_interval": 41250}))
        listing: asyncio.Task[None] | None = None
        with contextlib.suppress(ConnectionError):
            async for message in socket:
                if message.type is not WSMsgType.TEXT:
                    continue
                op = json.loads(message.data)["op"]
                if op == _HEARTBEAT:
                    await socket.send_str(_frame(_HEARTBEAT_ACK, None))
                elif op == _IDENTIFY:
                    listing = asyncio.create_task(self._list_servers(socket))
        if listing is not None:
            listing.cancel()
        return socket

    async def _list_servers(self, socket: web.WebSocketResponse) -> None:
        """Send READY and every server, as fast as the bot reads."""
        ids = [self._servers.guild_id(number) for number in range(self._count)]
        data = {
            "v": 10,
            "user": _USER,
            "guilds": [{"id": each, "unavailable": True} for each in ids],
            "session_id": "0" * 32,
            "resume_gateway_url": self.gateway_url,
            "shard": [0, 1],
            "application": {"id": str(BOT_ID), "flags": 0},
        }
        await socket.send_str(_event("READY", 1, json.dumps(data)))
        for number in range(self._count):
            await socket.send_str(_event("GUILD_CREATE", number + 2, self._servers.create(number)))


def _frame(op: int, data: object) -> str:
    return json.dumps({"op": op, "d": data, "s": None, "t": None})


def _event(name: str, sequence: int, data: str) -> str:
    return f'{{"t":"{name}","s":{sequence},"op":0,"d":{data}}}'


def _json(body: Any, status: int = 200) -> web.Response:  # noqa: ANN401 - JSON of any shape
    """Answer with exactly the content type that discord.py reads as JSON."""
    text = json.dumps(body).encode()
    return web.Response(body=text, status=status, headers={"Content-Type": "application/json"})
