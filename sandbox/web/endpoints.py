"""The page: its files, its JSON API, its live socket, and who may talk to them.

The page's API acts as any person, so it answers only requests that the page itself makes: the Host must be
this server's loopback name and, wherever something can change, the Origin must be the same.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.client.actor import Actor
from sandbox.client.commands import ClientRefusal
from sandbox.state import permissions
from sandbox.state.models import Kind
from sandbox.web import serializers
from sandbox.web.actions import ACTS

if TYPE_CHECKING:
    from sandbox.state.models import Json, Message, User
    from sandbox.state.simulation import Core, News

PAGE_FILES = Path(__file__).parent / "static"
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_TYPES: Mapping[str, str] = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".png": "image/png",
    ".woff2": "font/woff2",
}
_SHOWN = frozenset({"image/png", "image/gif", "image/jpeg", "image/webp"})
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Pages:
    """Everything that the browser talks to."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def add_routes(self, app: web.Application) -> None:
        """Add the page's routes."""
        app.router.add_get("/", self._index)
        app.router.add_get("/page/state", self._state)
        app.router.add_get("/page/messages", self._messages)
        app.router.add_get("/page/live", self._live)
        app.router.add_post("/page/act", self._act)
        app.router.add_get("/page/{name:.+}", self._file)
        app.router.add_get("/sandbox/files/{id}/{name}", self._attachment)

    @web.middleware
    async def guard(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Refuse foreign hosts everywhere and foreign origins where something can change."""
        port = self._core.base_url.rpartition(":")[2]
        own = {f"127.0.0.1:{port}", f"localhost:{port}"}
        if request.headers.get("Host") not in own:
            return web.Response(status=403, text="This server answers only on loopback.")
        origin = request.headers.get("Origin")
        if origin is not None and origin != f"http://{request.headers['Host']}":
            return web.Response(status=403, text="This server answers only its own page.")
        if origin is None and request.path in {"/page/act", "/page/live"}:
            return web.Response(status=403, text="This server answers only its own page.")
        return await handler(request)

    async def _index(self, _: web.Request) -> web.StreamResponse:
        return self._static("index.html")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        return self._static(request.match_info["name"])

    def _static(self, name: str) -> web.StreamResponse:
        path = (PAGE_FILES / name.replace("\0", "")).resolve()
        kind = _TYPES.get(path.suffix)
        if not path.is_relative_to(PAGE_FILES) or kind is None or not path.is_file():
            return web.Response(status=404, text="Not found.", headers=HEADERS)
        charset = "utf-8" if kind.startswith("text/") else None
        body = path.read_bytes()
        return web.Response(body=body, content_type=kind, charset=charset, headers=HEADERS)

    async def _attachment(self, request: web.Request) -> web.StreamResponse:
        wanted = request.match_info["id"]
        world = self._core.world
        places = [c for g in world.guilds.values() for c in g.channels.values()]
        for channel in [*places, *world.dms.values()]:
            for message in channel.messages.values():
                for one in message.attachments:
                    if str(one.id) == wanted and one.filename == request.match_info["name"]:
                        return _download(one.data, one.content_type)
        return web.Response(status=404, text="Not found.", headers=HEADERS)

    def _viewer(self, request: web.Request) -> User:
        wanted = request.query.get("as", "")
        found = self._core.world.users.get(int(wanted)) if wanted.isdecimal() else None
        if found is None:
            return self._core.world.people()[0]
        return found

    async def _state(self, request: web.Request) -> web.StreamResponse:
        return _json(serializers.state(self._core, self._viewer(request)))

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        actor = Actor(self._core, self._viewer(request))
        try:
            channel = actor.channel(request.query.get("channel", ""))
        except ClientRefusal as refusal:
            return _json({"messages": [], "why": str(refusal)}, 404)
        return _json({"messages": serializers.channel_messages(self._core, channel, actor.user)})

    async def _act(self, request: web.Request) -> web.StreamResponse:
        nothing = "That is nothing a person can do here."
        try:
            body: Json = json.loads(await request.text())
            user = self._core.world.users[int(body["as"])]
            act = ACTS[body["do"]]
        except (ValueError, KeyError, TypeError):
            return _json({"ok": False, "why": nothing}, 400)
        if user.bot:
            return _json({"ok": False, "why": nothing}, 400)
        try:
            done = act(self._core, Actor(self._core, user), body)
            result = await done if isinstance(done, Awaitable) else done
        except ClientRefusal as refusal:
            return _json({"ok": False, "why": str(refusal)})
        except (AttributeError, KeyError, ValueError, TypeError) as error:
            return _json({"ok": False, "why": f"The page left something out: {error}."}, 400)
        return _json({"ok": True, **(result or {})})

    async def _live(self, request: web.Request) -> web.StreamResponse:
        viewer = self._viewer(request)
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        outbox: asyncio.Queue[Json | None] = asyncio.Queue()

        def listen(news: News) -> None:
            line = None if news.kind == "end" else line_for(self._core, viewer, news)
            if line is not None or news.kind == "end":
                outbox.put_nowait(line)

        self._core.listeners.append(listen)
        writer = asyncio.create_task(_pump(socket, outbox))
        try:
            await socket.send_json({"t": "clock", **serializers.clock(self._core)})
            async for _ in socket:
                pass
        finally:
            self._core.listeners.remove(listen)
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)
        return socket


async def _pump(socket: web.WebSocketResponse, outbox: asyncio.Queue[Json | None]) -> None:
    while (line := await outbox.get()) is not None:
        await socket.send_json(line)
    await socket.close()


def line_for(core: Core, viewer: User, news: News) -> Json | None:
    """Return what a viewer is told of a change; None for what is not theirs to see."""
    make = _LINES.get(news.kind)
    return make(core, viewer, news) if make else {"t": news.kind}


def _message_line(core: Core, viewer: User, news: News) -> Json | None:
    message = news.what["message"]
    if not _may_see(core, viewer, message):
        return None
    if news.kind == "message_gone":
        return {"t": news.kind, "channel_id": str(message.channel_id), "id": str(message.id)}
    return {"t": news.kind, "message": serializers.message(core, message, viewer)}


def _interaction_line(_: Core, viewer: User, news: News) -> Json | None:
    one = news.what["interaction"]
    if one.user is not viewer or one.kind == Kind.AUTOCOMPLETE:
        return None
    return (
        serializers.modal(one) if news.kind == "modal" else serializers.interaction(one, news.what["state"])
    )


def _unread_line(_: Core, viewer: User, news: News) -> Json | None:
    if news.what["user"] is not viewer:
        return None
    if news.kind == "sound":
        return {"t": "sound", "channel_id": str(news.what["channel"].id)}
    return serializers.unread(news.what["channel"], news.what["unread"])


def _clock_line(core: Core, _: User, __: News) -> Json:
    return {"t": "clock", **serializers.clock(core)}


def _app_line(_: Core, __: User, news: News) -> Json:
    return {"t": "app", "connected": news.what["connected"]}


_LINES: Mapping[str, Callable[[Core, User, News], Json | None]] = {
    "message": _message_line,
    "message_edit": _message_line,
    "message_gone": _message_line,
    "interaction": _interaction_line,
    "modal": _interaction_line,
    "unread": _unread_line,
    "sound": _unread_line,
    "clock": _clock_line,
    "app": _app_line,
}


def _may_see(core: Core, viewer: User, message: Message) -> bool:
    if message.ephemeral_to not in {None, viewer.id}:
        return False
    place = core.world.find_channel(message.channel_id)
    return place is not None and permissions.sees(core.world, viewer.id, place)


def _download(data: bytes, content_type: str) -> web.Response:
    """Send a file. Only pictures are shown in place: anything else could act as the page."""
    shown = content_type in _SHOWN
    headers = {
        **HEADERS,
        "Content-Type": content_type if shown else "application/octet-stream",
        "Content-Disposition": "inline" if shown else "attachment",
    }
    return web.Response(body=data, headers=headers)


def _json(data: Json, status: int = 200) -> web.Response:
    return web.json_response(data, status=status, headers=HEADERS)
