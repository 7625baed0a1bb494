"""Reactions to messages."""

from __future__ import annotations

from sandbox.api.requests import Request, Response
from sandbox.api.routing import Route
from sandbox.state import payloads, permissions, reactions
from sandbox.state.models import Channel, Message
from sandbox.state.permissions import Permission


def _target(request: Request, *needed: Permission) -> tuple[Channel, Message]:
    world = request.simulation.world
    channel = world.get_channel(request.id("channel_id"))
    permissions.require(world, channel, Permission.READ_MESSAGE_HISTORY, *needed)
    return channel, world.get_message(channel, request.id("message_id"))


def _emoji(request: Request) -> str:
    return reactions.require_emoji(request.params["emoji_name"])


def _add_own(request: Request) -> Response:
    channel, message = _target(request)
    bot_id = request.simulation.world.app.user.id
    reactions.add(request.simulation, channel, message, _emoji(request), bot_id)
    return Response(None, 204)


def _remove_own(request: Request) -> Response:
    channel, message = _target(request)
    bot_id = request.simulation.world.app.user.id
    reactions.remove(request.simulation, channel, message, _emoji(request), bot_id)
    return Response(None, 204)


def _remove_of_user(request: Request) -> Response:
    channel, message = _target(request, Permission.MANAGE_MESSAGES)
    reactions.remove(request.simulation, channel, message, _emoji(request), request.id("user_id"))
    return Response(None, 204)


def _remove_all(request: Request) -> Response:
    channel, message = _target(request, Permission.MANAGE_MESSAGES)
    emoji = _emoji(request) if "emoji_name" in request.params else None
    reactions.remove_all(request.simulation, channel, message, emoji)
    return Response(None, 204)


def _users(request: Request) -> Response:
    _, message = _target(request)
    found = sorted(message.reactions.get(_emoji(request), []))
    if (after := request.query_id("after")) is not None:
        found = [one for one in found if one > after]
    users = request.simulation.world.users
    return Response([payloads.user(users[one]) for one in found[: request.query_number("limit", 25, 100)]])


_ALL = "/channels/{channel_id}/messages/{message_id}/reactions"
_ONE = f"{_ALL}/{{emoji_name}}"

ROUTES = [
    Route("PUT", f"{_ONE}/@me", _add_own),
    Route("DELETE", f"{_ONE}/@me", _remove_own),
    Route("DELETE", f"{_ONE}/{{user_id}}", _remove_of_user),
    Route("GET", _ONE, _users),
    Route("DELETE", _ONE, _remove_all),
    Route("DELETE", _ALL, _remove_all),
]
