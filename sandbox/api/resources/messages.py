"""Messages of channels, threads and DMs."""

from __future__ import annotations

from datetime import timedelta

from sandbox.api.rate_limits import OLD_EDIT
from sandbox.api.requests import Answer, Call
from sandbox.api.server import Route, limited
from sandbox.api.validation import limits
from sandbox.state import messages, payloads, permissions
from sandbox.state.errors import invalid_field, refused, unknown
from sandbox.state.models import Channel, ChannelType, Json, Message
from sandbox.state.permissions import Permission

OLD = timedelta(hours=1)


def _channel(call: Call, *needed: Permission) -> Channel:
    channel = call.core.world.get_channel(call.id("channel_id"))
    permissions.demand(call.core.world, channel, *needed)
    return channel


def _check_recipient(call: Call, channel: Channel) -> None:
    """Return a DM arrives only where a server is shared and the person lets it."""
    world = call.core.world
    for user_id in channel.recipients:
        if not world.shares_guild(user_id):
            raise refused(50278)
        if not world.users[user_id].dms_open:
            raise refused(50007)


def _create(call: Call) -> Answer:
    core = call.core
    channel = _channel(call, Permission.SEND_MESSAGES)
    if not channel.type.has_messages:
        raise refused(50008)
    body = call.object()
    messages.check(limits.CREATE_MESSAGE, body, flags=body.get("flags") or 0)
    if call.uploads:
        permissions.demand(core.world, channel, Permission.ATTACH_FILES)
    if body.get("embeds"):
        permissions.demand(core.world, channel, Permission.EMBED_LINKS)
    if channel.thread is not None and channel.thread.locked:
        raise refused(50083)
    again = _repeated(call, channel, body)
    if again is not None:
        return Answer(payloads.message(core, again))
    _check_recipient(call, channel)
    _check_reference(channel, body)
    message = messages.compose(core, channel, body, call.uploads)
    messages.post(core, message)
    _remember_nonce(call, channel, body, message)
    return Answer(payloads.message(core, message))


def _check_reference(channel: Channel, body: Json) -> None:
    reference = body.get("message_reference")
    if not reference:
        return
    found = int(reference["message_id"]) in channel.messages
    if not found and reference.get("fail_if_not_exists", True):
        text = "Unknown message"
        raise invalid_field("message_reference", text, "REPLIES_UNKNOWN_MESSAGE")


def _repeated(call: Call, channel: Channel, body: Json) -> Message | None:
    """Return the message that had this nonce in the last minutes; 10008 if it was deleted."""
    nonce = body.get("nonce")
    if nonce is None or not body.get("enforce_nonce"):
        return None
    first = call.core.nonces.get((channel.id, str(nonce)))
    if first is None or call.core.clock.now() - first.at > messages.NONCE_WINDOW:
        return None
    if first.deleted:
        raise unknown("message")
    return first


def _remember_nonce(call: Call, channel: Channel, body: Json, message: Message) -> None:
    if body.get("nonce") is not None:
        call.core.nonces[channel.id, str(body["nonce"])] = message


def _edit(call: Call) -> Answer:
    core = call.core
    channel = _channel(call)
    message = core.world.get_message(channel, call.id("message_id"))
    if message.author_id != core.world.app.user.id:
        raise refused(50005)
    if core.clock.now() - message.at > OLD:
        wait = core.limits.take_sub(f"old-edit {channel.id}", OLD_EDIT)
        if wait is not None:
            raise limited(wait, code=30046)
    if channel.thread is not None and channel.thread.archived:
        raise refused(50083)
    body = call.object()
    flags = messages.revised_flags(message, body)
    messages.check(limits.EDIT_MESSAGE, body, flags=flags)
    messages.revise(core, message, body, call.uploads)
    return Answer(payloads.message(core, message))


def _delete(call: Call) -> Answer:
    core = call.core
    channel = _channel(call)
    message = core.world.get_message(channel, call.id("message_id"))
    if channel.thread is not None and channel.thread.archived:
        raise refused(50083)
    if message.author_id != core.world.app.user.id:
        if channel.type == ChannelType.DM:
            raise refused(50003)
        permissions.demand(core.world, channel, Permission.MANAGE_MESSAGES)
    messages.remove(core, message)
    return Answer(None, 204)


def _get(call: Call) -> Answer:
    channel = _channel(call)
    if channel.type != ChannelType.DM:
        permissions.demand(call.core.world, channel, Permission.READ_MESSAGE_HISTORY)
    message = call.core.world.get_message(channel, call.id("message_id"))
    return Answer(_shown(call, channel, message))


def _shown(call: Call, channel: Channel, message: Message) -> Json:
    """Return a message as the bot may read it: without MESSAGE_CONTENT only its own, DMs and mentions."""
    app = call.core.world.app
    data = payloads.message(call.core, message)
    readable = app.privileged_intents & (1 << 15) or channel.type == ChannelType.DM
    own = message.author_id == app.user.id or app.user.id in message.mentions
    return data if readable or own else payloads.without_content(data)


def _list(call: Call) -> Answer:
    channel = _channel(call)
    bits = permissions.of_user(call.core.world, call.core.world.app.user.id, channel)
    if not bits & Permission.READ_MESSAGE_HISTORY:
        return Answer([])
    found = [m for m in channel.messages.values() if m.ephemeral_to is None]
    found.sort(key=lambda one: one.id, reverse=True)
    limit = call.number("limit", 50, 100)
    if (before := call.query_id("before")) is not None:
        found = [m for m in found if m.id < before]
    if (after := call.query_id("after")) is not None:
        found = [m for m in found if m.id > after][-limit:]
    if (middle := call.query_id("around")) is not None:
        found = sorted(found, key=lambda one: abs(one.id - middle))[:limit]
        found.sort(key=lambda one: one.id, reverse=True)
    return Answer([_shown(call, channel, m) for m in found[:limit]])


def _typing(call: Call) -> Answer:
    _channel(call, Permission.SEND_MESSAGES)
    return Answer(None, 204)


_ALL = "/channels/{channel_id}/messages"
_ONE = "/channels/{channel_id}/messages/{message_id}"

ROUTES = [
    Route("POST", _ALL, _create),
    Route("GET", _ALL, _list),
    Route("GET", _ONE, _get),
    Route("PATCH", _ONE, _edit),
    Route("DELETE", _ONE, _delete),
    Route("POST", "/channels/{channel_id}/typing", _typing),
]
