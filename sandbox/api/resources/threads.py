"""Threads: created, listed, and joined by members."""

from __future__ import annotations

from sandbox.api.rate_limits import CREATE_THREADS
from sandbox.api.requests import Request, Response
from sandbox.api.routing import Route
from sandbox.api.validation.channels import CREATE_THREAD, MESSAGE_THREAD
from sandbox.state import payloads, permissions
from sandbox.state.errors import refused, unknown
from sandbox.state.models import Channel, ChannelType, Json, MessageFlag, ThreadMetadata
from sandbox.state.payloads.users import timestamp
from sandbox.state.permissions import Permission


def _start_thread(
    request: Request, parent: Channel, body: Json, thread_type: ChannelType, thread_id: int
) -> Channel:
    simulation = request.simulation
    guild = simulation.world.guilds[parent.guild_id or 0]
    request.limits.require_hidden(f"threads {guild.id}", CREATE_THREADS, scope="shared")
    bot_id = simulation.world.app.user.id
    thread = Channel(
        thread_id,
        thread_type,
        body["name"],
        parent_id=parent.id,
        rate_limit_per_user=body.get("rate_limit_per_user") or 0,
        thread=ThreadMetadata(
            owner_id=bot_id,
            invitable=body.get("invitable", True),
            auto_archive_minutes=body.get("auto_archive_duration") or 1440,
            changed_at=simulation.clock.now(),
            members={bot_id},
        ),
    )
    simulation.world.add_channel(guild, thread)
    simulation.dispatch("THREAD_CREATE", payloads.channel(simulation, thread), guild.id)
    simulation.notify("state")
    return thread


def _text_channel(request: Request, needed: Permission) -> Channel:
    channel = request.simulation.world.get_channel(request.id("channel_id"))
    permissions.require(request.simulation.world, channel, needed)
    if channel.type not in {ChannelType.TEXT, ChannelType.ANNOUNCEMENT}:
        raise refused(50024)
    return channel


def _create(request: Request) -> Response:
    body = request.body(CREATE_THREAD)
    thread_type = ChannelType(body.get("type", 12))
    private = thread_type == ChannelType.PRIVATE_THREAD
    needed = Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS
    parent = _text_channel(request, needed)
    thread = _start_thread(request, parent, body, thread_type, request.simulation.ids.next())
    return Response(payloads.channel(request.simulation, thread), 201)


def _create_from_message(request: Request) -> Response:
    body = request.body(MESSAGE_THREAD)
    parent = _text_channel(request, Permission.CREATE_PUBLIC_THREADS)
    message = request.simulation.world.get_message(parent, request.id("message_id"))
    if message.flags & MessageFlag.HAS_THREAD:
        raise refused(160004)
    message.flags |= MessageFlag.HAS_THREAD
    thread = _start_thread(request, parent, body, ChannelType.PUBLIC_THREAD, message.id)
    return Response(payloads.channel(request.simulation, thread), 201)


def _active(request: Request) -> Response:
    guild = request.simulation.world.get_guild(request.id("guild_id"))
    found = [c for c in guild.channels.values() if c.thread and not c.thread.archived]
    bot_id = request.simulation.world.app.user.id
    seen = [c for c in found if permissions.sees(request.simulation.world, bot_id, c)]
    return Response(
        {
            "threads": [payloads.channel(request.simulation, c) for c in seen],
            "members": [],
            "has_more": False,
        }
    )


def _add_member(request: Request) -> Response:
    """Add someone to a thread that is not archived. The bot needs permission to write in it."""
    simulation = request.simulation
    thread = simulation.world.get_channel(request.id("channel_id"))
    permissions.require(simulation.world, thread, Permission.SEND_MESSAGES)
    if thread.thread is None:
        raise refused(50024)
    if thread.thread.archived:
        raise refused(50083)
    guild, user_id = simulation.world.guilds[thread.guild_id or 0], request.id("user_id")
    member = guild.members.get(user_id)
    if member is None:
        raise unknown("member")
    parent = guild.channels[thread.parent_id or 0]
    if not permissions.in_channel(guild, member, parent) & Permission.VIEW_CHANNEL:
        raise refused(50001)
    thread.thread.members.add(user_id)
    simulation.notify("state")
    return Response(None, 204)


def _get_member(request: Request) -> Response:
    """Return a member of a thread; 10007 where they are not in it."""
    thread = request.simulation.world.get_channel(request.id("channel_id"))
    permissions.require(request.simulation.world, thread)
    user_id = request.id("user_id")
    if thread.thread is None or user_id not in thread.thread.members:
        raise unknown("member")
    joined = timestamp(thread.thread.changed_at)
    return Response({"id": str(thread.id), "user_id": str(user_id), "join_timestamp": joined, "flags": 0})


ROUTES = [
    Route("GET", "/channels/{channel_id}/thread-members/{user_id}", _get_member),
    Route("PUT", "/channels/{channel_id}/thread-members/{user_id}", _add_member),
    Route("POST", "/channels/{channel_id}/threads", _create),
    Route("POST", "/channels/{channel_id}/messages/{message_id}/threads", _create_from_message),
    Route("GET", "/guilds/{guild_id}/threads/active", _active),
]
