"""The page's live socket: it sends each viewer the changes that they can see."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from aiohttp import web

from sandbox.state import permissions
from sandbox.state.models import InteractionType, Json, Message, User
from sandbox.state.simulation import Change, Simulation
from sandbox.web import serializers


async def serve_live(simulation: Simulation, viewer: User, request: web.Request) -> web.StreamResponse:
    """Serve one page's socket until either side closes it."""
    socket = web.WebSocketResponse(heartbeat=30)
    await socket.prepare(request)
    outbox: asyncio.Queue[Json | None] = asyncio.Queue()

    def listen(change: Change) -> None:
        event = None if change.kind == "end" else live_event(simulation, viewer, change)
        if event is not None or change.kind == "end":
            outbox.put_nowait(event)

    simulation.change_listeners.append(listen)
    writer = asyncio.create_task(_send_queued(socket, outbox))
    try:
        await socket.send_json({"t": "clock", **serializers.clock(simulation)})
        async for _ in socket:
            pass
    finally:
        simulation.change_listeners.remove(listen)
        writer.cancel()
        await asyncio.gather(writer, return_exceptions=True)
    return socket


async def _send_queued(socket: web.WebSocketResponse, outbox: asyncio.Queue[Json | None]) -> None:
    """Send events until there is a None, then close the socket."""
    while (event := await outbox.get()) is not None:
        await socket.send_json(event)
    await socket.close()


def live_event(simulation: Simulation, viewer: User, change: Change) -> Json | None:
    """Return the JSON that a viewer's page gets for a change, None if they cannot see it."""
    make = _EVENTS.get(change.kind)
    return make(simulation, viewer, change) if make else {"t": change.kind}


def _message_event(simulation: Simulation, viewer: User, change: Change) -> Json | None:
    message = change.details["message"]
    if not _may_see(simulation, viewer, message):
        return None
    if change.kind == "message_delete":
        return {"t": change.kind, "channel_id": str(message.channel_id), "id": str(message.id)}
    return {"t": change.kind, "message": serializers.message(simulation, message, viewer)}


def _interaction_event(_: Simulation, viewer: User, change: Change) -> Json | None:
    one = change.details["interaction"]
    if one.user is not viewer or one.type == InteractionType.AUTOCOMPLETE:
        return None
    return (
        serializers.modal(one)
        if change.kind == "modal"
        else serializers.interaction(one, change.details["state"])
    )


def _unread_event(_: Simulation, viewer: User, change: Change) -> Json | None:
    if change.details["user"] is not viewer:
        return None
    if change.kind == "sound":
        return {"t": "sound", "channel_id": str(change.details["channel"].id)}
    return serializers.unread(change.details["channel"], change.details["unread"])


def _clock_event(simulation: Simulation, _: User, __: Change) -> Json:
    return {"t": "clock", **serializers.clock(simulation)}


def _app_event(_: Simulation, __: User, change: Change) -> Json:
    return {"t": "app", "connected": change.details["connected"]}


_EVENTS: Mapping[str, Callable[[Simulation, User, Change], Json | None]] = {
    "message": _message_event,
    "message_edit": _message_event,
    "message_delete": _message_event,
    "interaction": _interaction_event,
    "modal": _interaction_event,
    "unread": _unread_event,
    "sound": _unread_event,
    "clock": _clock_event,
    "app": _app_event,
}


def _may_see(simulation: Simulation, viewer: User, message: Message) -> bool:
    if message.ephemeral_to not in {None, viewer.id}:
        return False
    channel = simulation.world.find_channel(message.channel_id)
    return channel is not None and permissions.sees(simulation.world, viewer.id, channel)
