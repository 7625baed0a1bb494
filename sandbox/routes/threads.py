"""Threads: created, and those that are active."""

from __future__ import annotations

from sandbox import limits, payloads, permissions
from sandbox.calls import Answer, Call
from sandbox.errors import refused, unknown
from sandbox.payloads.people import stamp
from sandbox.permissions import Permission
from sandbox.ratelimit import CREATE_THREADS
from sandbox.rest import Route, limited
from sandbox.state import Channel, ChannelType, Json, MessageFlag, ThreadState


def _make(call: Call, parent: Channel, body: Json, kind: ChannelType, thread_id: int) -> Channel:
    core = call.core
    guild = core.world.guilds[parent.guild_id or 0]
    wait = core.limits.take_sub(f"threads {guild.id}", CREATE_THREADS)
    if wait is not None:
        raise limited(wait, scope="shared")
    bot_id = core.world.app.user.id
    thread = Channel(
        thread_id,
        kind,
        body["name"],
        parent_id=parent.id,
        rate_limit_per_user=body.get("rate_limit_per_user") or 0,
        thread=ThreadState(
            owner_id=bot_id,
            invitable=body.get("invitable", True),
            auto_archive_minutes=body.get("auto_archive_duration") or 1440,
            changed_at=core.clock.now(),
            members={bot_id},
        ),
    )
    core.world.add_channel(guild, thread)
    core.dispatch("THREAD_CREATE", payloads.channel(core, thread), guild.id)
    core.signal("state")
    return thread


def _text_channel(call: Call, needed: Permission) -> Channel:
    channel = call.core.world.get_channel(call.id("channel_id"))
    permissions.demand(call.core.world, channel, needed)
    if channel.type not in {ChannelType.TEXT, ChannelType.ANNOUNCEMENT}:
        raise refused(50024)
    return channel


def _create(call: Call) -> Answer:
    body = call.body(limits.CREATE_THREAD)
    kind = ChannelType(body.get("type", 12))
    private = kind == ChannelType.PRIVATE_THREAD
    needed = Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS
    parent = _text_channel(call, needed)
    thread = _make(call, parent, body, kind, call.core.mint.next())
    return Answer(payloads.channel(call.core, thread), 201)


def _create_from_message(call: Call) -> Answer:
    body = call.body(limits.MESSAGE_THREAD)
    parent = _text_channel(call, Permission.CREATE_PUBLIC_THREADS)
    message = call.core.world.get_message(parent, call.id("message_id"))
    if message.flags & MessageFlag.HAS_THREAD:
        raise refused(160004)
    message.flags |= MessageFlag.HAS_THREAD
    thread = _make(call, parent, body, ChannelType.PUBLIC_THREAD, message.id)
    return Answer(payloads.channel(call.core, thread), 201)


def _active(call: Call) -> Answer:
    guild = call.core.world.get_guild(call.id("guild_id"))
    found = [c for c in guild.channels.values() if c.thread and not c.thread.archived]
    bot_id = call.core.world.app.user.id
    seen = [c for c in found if permissions.sees(call.core.world, bot_id, c)]
    return Answer(
        {"threads": [payloads.channel(call.core, c) for c in seen], "members": [], "has_more": False}
    )


def _add_member(call: Call) -> Answer:
    """Add somebody to a thread: who can write in it may, while it is not archived."""
    core = call.core
    thread = core.world.get_channel(call.id("channel_id"))
    permissions.demand(core.world, thread, Permission.SEND_MESSAGES)
    if thread.thread is None:
        raise refused(50024)
    if thread.thread.archived:
        raise refused(50083)
    guild, user_id = core.world.guilds[thread.guild_id or 0], call.id("user_id")
    member = guild.members.get(user_id)
    if member is None:
        raise unknown("member")
    parent = guild.channels[thread.parent_id or 0]
    if not permissions.in_channel(guild, member, parent) & Permission.VIEW_CHANNEL:
        raise refused(50001)
    thread.thread.members.add(user_id)
    core.signal("state")
    return Answer(None, 204)


def _get_member(call: Call) -> Answer:
    """Tell of somebody in a thread; 10007 where they are not in it."""
    thread = call.core.world.get_channel(call.id("channel_id"))
    permissions.demand(call.core.world, thread)
    user_id = call.id("user_id")
    if thread.thread is None or user_id not in thread.thread.members:
        raise unknown("member")
    joined = stamp(thread.thread.changed_at)
    return Answer({"id": str(thread.id), "user_id": str(user_id), "join_timestamp": joined, "flags": 0})


ROUTES = [
    Route("GET", "/channels/{channel_id}/thread-members/{user_id}", _get_member),
    Route("PUT", "/channels/{channel_id}/thread-members/{user_id}", _add_member),
    Route("POST", "/channels/{channel_id}/threads", _create),
    Route("POST", "/channels/{channel_id}/messages/{message_id}/threads", _create_from_message),
    Route("GET", "/guilds/{guild_id}/threads/active", _active),
]
