"""Messages of channels, threads and DMs."""

from __future__ import annotations

from datetime import timedelta

from sandbox.api.rate_limits import OLD_EDIT
from sandbox.api.requests import Request, Response
from sandbox.api.routing import Route
from sandbox.api.validation.messages import CREATE_MESSAGE, DELETE_MESSAGES, EDIT_MESSAGE, check_message
from sandbox.state import messages, payloads, permissions
from sandbox.state.errors import invalid_field, refused, unknown
from sandbox.state.models import Channel, ChannelType, Json, Message
from sandbox.state.permissions import Permission
from sandbox.state.snowflakes import created_at

BULK_DELETABLE_FOR = timedelta(days=14)
OLD_AFTER = timedelta(hours=1)  # edits of older messages have a separate limit
MESSAGE_CONTENT = 1 << 15  # the privileged intent


def _channel(request: Request, *needed: Permission) -> Channel:
    channel = request.simulation.world.get_channel(request.id("channel_id"))
    permissions.require(request.simulation.world, channel, *needed)
    return channel


def _check_recipient(request: Request, channel: Channel) -> None:
    """Refuse a DM to a person who shares no server with the bot, or who accepts no DMs."""
    world = request.simulation.world
    for user_id in channel.recipients:
        if not world.shares_guild(user_id):
            raise refused(50278)
        if not world.users[user_id].dms_open:
            raise refused(50007)


def _create(request: Request) -> Response:
    simulation = request.simulation
    channel = _channel(request, Permission.SEND_MESSAGES)
    if not channel.type.has_messages:
        raise refused(50008)
    body = request.unchecked_body()
    check_message(CREATE_MESSAGE, body, request.unknown_fields, flags=body.get("flags") or 0)
    if request.uploads:
        permissions.require(simulation.world, channel, Permission.ATTACH_FILES)
    if body.get("message_reference") and channel.guild_id is not None:
        _require_history(request, channel)
    if body.get("embeds"):
        permissions.require(simulation.world, channel, Permission.EMBED_LINKS)
    if channel.thread is not None and channel.thread.locked:
        raise refused(50083)
    earlier = _find_by_nonce(request, body)
    if earlier is not None:
        return Response(payloads.message(simulation, earlier))
    _check_recipient(request, channel)
    _check_reference(channel, body)
    message = messages.compose(simulation, channel, body, request.uploads)
    messages.post(simulation, message)
    _remember_nonce(request, body, message)
    return Response(payloads.message(simulation, message))


def _require_history(request: Request, channel: Channel) -> None:
    world = request.simulation.world
    bits = permissions.of_user(world, world.app.user.id, channel)
    if not bits & Permission.READ_MESSAGE_HISTORY:
        raise refused(160002)


def _check_reference(channel: Channel, body: Json) -> None:
    reference = body.get("message_reference")
    if not reference:
        return
    found = int(reference["message_id"]) in channel.messages
    if not found and reference.get("fail_if_not_exists", True):
        text = "Unknown message"
        raise invalid_field("message_reference", text, "REPLIES_UNKNOWN_MESSAGE")


def _find_by_nonce(request: Request, body: Json) -> Message | None:
    """Return the bot's message that had this nonce a short time ago, in any channel; None if there is none.

    Raises `DiscordError` 10008 if it was deleted.
    """
    nonce = body.get("nonce")
    if nonce is None or not body.get("enforce_nonce"):
        return None
    simulation = request.simulation
    first = simulation.nonces.get((simulation.world.app.user.id, str(nonce)))
    if first is None or simulation.clock.now() - first.at > messages.NONCE_WINDOW:
        return None
    if first.deleted:
        raise unknown("message")
    return first


def _remember_nonce(request: Request, body: Json, message: Message) -> None:
    if body.get("nonce") is not None:
        request.simulation.nonces[message.author_id, str(body["nonce"])] = message


def _edit(request: Request) -> Response:
    simulation = request.simulation
    channel = _channel(request)
    message = simulation.world.get_message(channel, request.id("message_id"))
    if message.author_id != simulation.world.app.user.id:
        raise refused(50005)
    if simulation.clock.now() - message.at > OLD_AFTER:
        request.limits.require_hidden(f"old-edit {channel.id}", OLD_EDIT, code=30046)
    if channel.thread is not None and channel.thread.archived:
        raise refused(50083)
    body = request.unchecked_body()
    flags = messages.flags_after_edit(message, body)
    check_message(EDIT_MESSAGE, body, request.unknown_fields, flags=flags)
    messages.edit(simulation, message, body, request.uploads)
    return Response(payloads.message(simulation, message))


def _delete(request: Request) -> Response:
    simulation = request.simulation
    channel = _channel(request)
    message = simulation.world.get_message(channel, request.id("message_id"))
    if channel.thread is not None and channel.thread.archived:
        raise refused(50083)
    if message.author_id != simulation.world.app.user.id:
        if channel.type == ChannelType.DM:
            raise refused(50003)
        permissions.require(simulation.world, channel, Permission.MANAGE_MESSAGES)
    messages.delete(simulation, message)
    return Response(None, 204)


def _delete_many(request: Request) -> Response:
    """Delete 2 to 100 messages of the last two weeks; unknown ones are ignored."""
    simulation = request.simulation
    channel = _channel(request)
    if channel.guild_id is None:
        raise refused(50003)
    permissions.require(simulation.world, channel, Permission.MANAGE_MESSAGES)
    ids = [int(one) for one in request.body(DELETE_MESSAGES)["messages"]]
    oldest = simulation.clock.now() - BULK_DELETABLE_FOR
    if any(created_at(one) < oldest for one in ids):
        raise refused(50034)
    found = [channel.messages[one] for one in ids if one in channel.messages]
    messages.delete_many(simulation, channel, [one for one in found if one.ephemeral_to is None])
    return Response(None, 204)


def _get(request: Request) -> Response:
    channel = _channel(request)
    if channel.type != ChannelType.DM:
        permissions.require(request.simulation.world, channel, Permission.READ_MESSAGE_HISTORY)
    message = request.simulation.world.get_message(channel, request.id("message_id"))
    return Response(_readable(request, channel, message))


def _readable(request: Request, channel: Channel, message: Message) -> Json:
    """Return a message without its content unless the bot may read it.

    Without MESSAGE_CONTENT it may read its own messages, DMs and messages that mention it.
    """
    app = request.simulation.world.app
    data = payloads.message(request.simulation, message)
    may_read_all = app.privileged_intents & MESSAGE_CONTENT or channel.type == ChannelType.DM
    own = message.author_id == app.user.id or app.user.id in message.mentions
    return data if may_read_all or own else payloads.without_content(data)


def _list(request: Request) -> Response:
    channel = _channel(request)
    bits = permissions.of_user(request.simulation.world, request.simulation.world.app.user.id, channel)
    if not bits & Permission.READ_MESSAGE_HISTORY:
        return Response([])
    found = [m for m in channel.messages.values() if m.ephemeral_to is None]
    found.sort(key=lambda one: one.id, reverse=True)
    limit = request.query_number("limit", 50, 100)
    if (before := request.query_id("before")) is not None:
        found = [m for m in found if m.id < before]
    if (after := request.query_id("after")) is not None:
        found = [m for m in found if m.id > after][-limit:]
    if (middle := request.query_id("around")) is not None:
        found = sorted(found, key=lambda one: abs(one.id - middle))[:limit]
        found.sort(key=lambda one: one.id, reverse=True)
    return Response([_readable(request, channel, m) for m in found[:limit]])


def _typing(request: Request) -> Response:
    _channel(request, Permission.SEND_MESSAGES)
    return Response(None, 204)


_ALL = "/channels/{channel_id}/messages"
_ONE = "/channels/{channel_id}/messages/{message_id}"

ROUTES = [
    Route("POST", _ALL, _create),
    Route("POST", f"{_ALL}/bulk-delete", _delete_many),
    Route("GET", _ALL, _list),
    Route("GET", _ONE, _get),
    Route("PATCH", _ONE, _edit),
    Route("DELETE", _ONE, _delete),
    Route("POST", "/channels/{channel_id}/typing", _typing),
]
