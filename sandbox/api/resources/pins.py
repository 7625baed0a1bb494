"""Pinned messages. Unlike Discord, the sandbox posts no message about a new pin."""

from __future__ import annotations

from datetime import UTC, datetime

from sandbox.api.requests import Request, Response
from sandbox.api.routing import Route
from sandbox.state import messages, payloads, permissions
from sandbox.state.errors import invalid_field, refused
from sandbox.state.models import Channel, Message
from sandbox.state.payloads.users import timestamp
from sandbox.state.permissions import Permission

MAX_PINS = 250
_NEVER = datetime.min.replace(tzinfo=UTC)


def _channel(request: Request) -> Channel:
    channel = request.simulation.world.get_channel(request.id("channel_id"))
    permissions.require(request.simulation.world, channel)
    return channel


def _pinned(channel: Channel) -> list[Message]:
    """Return the pinned messages, the latest pin first."""
    found = [one for one in channel.messages.values() if one.pinned_at is not None]
    return sorted(found, key=lambda one: one.pinned_at or _NEVER, reverse=True)


def _readable(request: Request) -> list[Message]:
    channel = _channel(request)
    world = request.simulation.world
    bits = permissions.of_user(world, world.app.user.id, channel)
    return _pinned(channel) if bits & Permission.READ_MESSAGE_HISTORY else []


def _list(request: Request) -> Response:
    found = _readable(request)
    before = request.query.get("before")
    if before is not None:
        try:
            latest = datetime.fromisoformat(before)
        except ValueError as error:
            raise invalid_field("before", f"Could not parse {before}. Should be ISO8601.") from error
        found = [one for one in found if (one.pinned_at or _NEVER) < latest]
    limit = request.query_number("limit", 50, 50)
    items = [
        {"pinned_at": timestamp(one.pinned_at), "message": payloads.message(request.simulation, one)}
        for one in found[:limit]
    ]
    return Response({"items": items, "has_more": len(found) > limit})


def _list_as_before(request: Request) -> Response:
    """Return the first 50 pins as the deprecated route does."""
    return Response([payloads.message(request.simulation, one) for one in _readable(request)[:50]])


def _set(request: Request, *, pinned: bool) -> Response:
    simulation, channel = request.simulation, _channel(request)
    if channel.guild_id is not None:
        needed = (Permission.READ_MESSAGE_HISTORY, Permission.PIN_MESSAGES)
        permissions.require(simulation.world, channel, *needed)
    message = simulation.world.get_message(channel, request.id("message_id"))
    if pinned and message.pinned_at is None and len(_pinned(channel)) >= MAX_PINS:
        raise refused(30003)
    if pinned != (message.pinned_at is not None):
        messages.set_pinned(simulation, message, pinned=pinned)
    return Response(None, 204)


def _pin(request: Request) -> Response:
    return _set(request, pinned=True)


def _unpin(request: Request) -> Response:
    return _set(request, pinned=False)


_ALL = "/channels/{channel_id}/messages/pins"
_DEPRECATED = "/channels/{channel_id}/pins"

ROUTES = [
    Route("GET", _ALL, _list),
    Route("GET", _DEPRECATED, _list_as_before),
    *(
        route
        for base in (_ALL, _DEPRECATED)
        for route in (
            Route("PUT", f"{base}/{{message_id}}", _pin),
            Route("DELETE", f"{base}/{{message_id}}", _unpin),
        )
    ),
]
