"""The page's HTTP endpoints, and who may use them.

The page acts as any person, so these endpoints accept only requests of the page itself: the Host must be
this server's loopback name and, wherever something can change, the Origin must be the same.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

from aiohttp import web

from sandbox.client.actor import Actor
from sandbox.client.errors import ClientRefusal
from sandbox.state.models import Json, User
from sandbox.state.simulation import Simulation
from sandbox.web import serializers
from sandbox.web.actions import ACTIONS, Context
from sandbox.web.clock_socket import serve_clock
from sandbox.web.files import HEADERS, attachment, static_file
from sandbox.web.guide import Guide, as_json
from sandbox.web.live import serve_live

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_NEED_ORIGIN = {"/page/act", "/page/live"}
_NOT_AN_ACTION = "A person can't do that here."


class PageEndpoints:
    """What the browser, and the processes that follow the clock, connect to.

    `count_requests` returns how many REST requests the bot has made; `guide` starts a newcomer off.
    """

    def __init__(
        self, simulation: Simulation, count_requests: Callable[[], int], guide: Guide | None = None
    ) -> None:
        self._simulation = simulation
        self._count_requests = count_requests
        self._guide = guide

    def add_routes(self, app: web.Application) -> None:
        """Add the page's routes."""
        app.router.add_get("/", self._index)
        app.router.add_get("/page/state", self._state)
        app.router.add_get("/page/messages", self._messages)
        app.router.add_get("/page/live", self._live)
        app.router.add_post("/page/act", self._act)
        app.router.add_get("/page/{name:.+}", self._file)
        app.router.add_get("/sandbox/files/{id}/{name}", self._attachment)
        app.router.add_get("/sandbox/clock", self._clock)

    @web.middleware
    async def guard(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Refuse foreign hosts everywhere, and foreign origins where something can change."""
        port = self._simulation.base_url.rpartition(":")[2]
        own = {f"127.0.0.1:{port}", f"localhost:{port}"}
        if request.headers.get("Host") not in own:
            return web.Response(status=403, text="This server answers only on loopback.")
        origin = request.headers.get("Origin")
        if origin is not None and origin != f"http://{request.headers['Host']}":
            return web.Response(status=403, text="This server answers only its own page.")
        if origin is None and request.path in _NEED_ORIGIN:
            return web.Response(status=403, text="This server answers only its own page.")
        return await handler(request)

    async def _index(self, _: web.Request) -> web.StreamResponse:
        return static_file("index.html")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        return static_file(request.match_info["name"])

    async def _attachment(self, request: web.Request) -> web.StreamResponse:
        return attachment(self._simulation, request.match_info["id"], request.match_info["name"])

    async def _clock(self, request: web.Request) -> web.StreamResponse:
        return await serve_clock(self._simulation.clock, request)

    def _viewer(self, request: web.Request) -> User:
        wanted = request.query.get("as", "")
        found = self._simulation.world.users.get(int(wanted)) if wanted.isdecimal() else None
        if found is None:
            return self._simulation.world.people()[0]
        return found

    async def _state(self, request: web.Request) -> web.StreamResponse:
        state = serializers.state(self._simulation, self._viewer(request))
        return _json({**state, "guide": as_json(self._guide, self._simulation.world)})

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        actor = Actor(self._simulation, self._viewer(request))
        try:
            channel = actor.channel(request.query.get("channel", ""))
        except ClientRefusal as refusal:
            return _json({"messages": [], "why": str(refusal)}, 404)
        return _json({"messages": serializers.channel_messages(self._simulation, channel, actor.user)})

    async def _act(self, request: web.Request) -> web.StreamResponse:
        try:
            body: Json = json.loads(await request.text())
            user = self._simulation.world.users[int(body["as"])]
            action = ACTIONS[body["do"]]
        except (ValueError, KeyError, TypeError):
            return _json({"ok": False, "why": _NOT_AN_ACTION}, 400)
        if user.bot:
            return _json({"ok": False, "why": _NOT_AN_ACTION}, 400)
        context = Context(self._simulation, Actor(self._simulation, user), self._count_requests)
        try:
            done = action(context, body)
            result = await done if isinstance(done, Awaitable) else done
        except ClientRefusal as refusal:
            return _json({"ok": False, "why": str(refusal)})
        except (AttributeError, KeyError, ValueError, TypeError) as error:
            return _json({"ok": False, "why": f"The page sent something incomplete: {error}."}, 400)
        return _json({"ok": True, **(result or {})})

    async def _live(self, request: web.Request) -> web.StreamResponse:
        return await serve_live(self._simulation, self._viewer(request), request)


def _json(data: Json, status: int = 200) -> web.Response:
    return web.json_response(data, status=status, headers=HEADERS)
