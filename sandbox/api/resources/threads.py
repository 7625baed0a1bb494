"""Threads: created, listed, and joined by members."""

from __future__ import annotations

from sandbox.api.rate_limits import CREATE_THREADS
from sandbox.api.requests import Request, Response
from sandbox.api.routing import Route
from sandbox.api.validation.channels import CREATE_THREAD, MESSAGE_THREAD
from sandbox.state import payloads, permissions, threads
from sandbox.state.errors import refused, unknown
from sandbox.state.models import Channel, ChannelType, Json, MessageFlag, ThreadMetadata
from sandbox.state.permissions import Permission

GUILD_MEMBERS = 1 << 1  # the privileged intent


def _start_thread(
    request: Request, parent: Channel, body: Json, thread_type: ChannelType, thread_id: int
) -> Channel:
    simulation = request.simulation
    guild = simulation.world.guilds[parent.guild_id or 0]
    threads.require_room(simulation, guild)
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
    is_announcement = parent.type == ChannelType.ANNOUNCEMENT
    if is_announcement != (thread_type == ChannelType.ANNOUNCEMENT_THREAD):
        raise refused(50024)
    thread = _start_thread(request, parent, body, thread_type, request.simulation.ids.next())
    return Response(payloads.channel(request.simulation, thread), 201)


def _create_from_message(request: Request) -> Response:
    body = request.body(MESSAGE_THREAD)
    parent = _text_channel(request, Permission.CREATE_PUBLIC_THREADS)
    message = request.simulation.world.get_message(parent, request.id("message_id"))
    if message.flags & MessageFlag.HAS_THREAD:
        raise refused(160004)
    is_announcement = parent.type == ChannelType.ANNOUNCEMENT
    thread_type = ChannelType.ANNOUNCEMENT_THREAD if is_announcement else ChannelType.PUBLIC_THREAD
    thread = _start_thread(request, parent, body, thread_type, message.id)
    message.flags |= MessageFlag.HAS_THREAD
    return Response(payloads.channel(request.simulation, thread), 201)


def _active(request: Request) -> Response:
    guild = request.simulation.world.get_guild(request.id("guild_id"))
    found = [c for c in guild.channels.values() if c.thread and not c.thread.archived]
    bot_id = request.simulation.world.app.user.id
    seen = [c for c in found if permissions.sees(request.simulation.world, bot_id, c)]
    joined = [c for c in seen if c.thread and bot_id in c.thread.members]
    return Response(
        {
            "threads": [payloads.channel(request.simulation, c) for c in seen],
            "members": [payloads.thread_member(c, bot_id) for c in joined],
            "has_more": False,
        }
    )


def _visible_thread(request: Request, *needed: Permission) -> Channel:
    thread = request.simulation.world.get_channel(request.id("channel_id"))
    permissions.require(request.simulation.world, thread, *needed)
    threads.details(thread)
    return thread


def _user_id(request: Request) -> int:
    """Return the user id in the path; `@me` is the bot."""
    if request.params.get("user_id", "@me") == "@me":
        return request.simulation.world.app.user.id
    return request.id("user_id")


def _join(request: Request) -> Response:
    threads.add_member(request.simulation, _visible_thread(request), _user_id(request))
    return Response(None, 204)


def _leave(request: Request) -> Response:
    threads.remove_member(request.simulation, _visible_thread(request), _user_id(request))
    return Response(None, 204)


def _add_member(request: Request) -> Response:
    """Add someone to a thread that is not archived. The bot needs permission to write in it."""
    simulation = request.simulation
    thread = _visible_thread(request, Permission.SEND_MESSAGES)
    guild, user_id = simulation.world.guilds[thread.guild_id or 0], request.id("user_id")
    member = guild.members.get(user_id)
    if member is None:
        raise unknown("member")
    parent = guild.channels[thread.parent_id or 0]
    if not permissions.in_channel(guild, member, parent) & Permission.VIEW_CHANNEL:
        raise refused(50001)
    threads.add_member(simulation, thread, user_id)
    return Response(None, 204)


def _remove_member(request: Request) -> Response:
    """Remove someone; the bot needs Manage Threads or must have created the private thread."""
    thread = _visible_thread(request)
    bot_id = request.simulation.world.app.user.id
    is_own = threads.details(thread).owner_id == bot_id and thread.type == ChannelType.PRIVATE_THREAD
    if not is_own:
        permissions.require(request.simulation.world, thread, Permission.MANAGE_THREADS)
    threads.remove_member(request.simulation, thread, request.id("user_id"))
    return Response(None, 204)


def _member(request: Request, thread: Channel, user_id: int) -> Json:
    data = payloads.thread_member(thread, user_id)
    if request.query_flag("with_member"):
        guild = request.simulation.world.guilds[thread.guild_id or 0]
        data["member"] = payloads.member(guild.members[user_id])
    return data


def _get_member(request: Request) -> Response:
    """Return a member of a thread; raises `DiscordError` 10007 if they are not in it."""
    thread, user_id = _visible_thread(request), _user_id(request)
    if user_id not in threads.details(thread).members:
        raise unknown("member")
    return Response(_member(request, thread, user_id))


def _members(request: Request) -> Response:
    """Return all members; Discord requires the GUILD_MEMBERS intent."""
    if not request.simulation.world.app.privileged_intents & GUILD_MEMBERS:
        raise refused(50001)
    thread = _visible_thread(request)
    return Response([_member(request, thread, one) for one in sorted(threads.details(thread).members)])


_MEMBERS = "/channels/{channel_id}/thread-members"

ROUTES = [
    Route("GET", _MEMBERS, _members),
    Route("PUT", f"{_MEMBERS}/@me", _join),
    Route("DELETE", f"{_MEMBERS}/@me", _leave),
    Route("GET", f"{_MEMBERS}/{{user_id}}", _get_member),
    Route("PUT", f"{_MEMBERS}/{{user_id}}", _add_member),
    Route("DELETE", f"{_MEMBERS}/{{user_id}}", _remove_member),
    Route("POST", "/channels/{channel_id}/threads", _create),
    Route("POST", "/channels/{channel_id}/messages/{message_id}/threads", _create_from_message),
    Route("GET", "/guilds/{guild_id}/threads/active", _active),
]
