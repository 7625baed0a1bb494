"""Channels, their permission overwrites, and the status of voice channels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sandbox.api.rate_limits import RENAME
from sandbox.api.requests import Request, Response
from sandbox.api.routing import Route
from sandbox.api.validation.channels import (
    CREATE_CHANNEL,
    EDIT_CHANNEL,
    EDIT_THREAD,
    OVERWRITE,
    VOICE_STATUS,
)
from sandbox.state import channels, payloads, permissions, threads
from sandbox.state.errors import invalid_field, refused, unknown
from sandbox.state.models import Channel, ChannelType, Guild, Json, Overwrite
from sandbox.state.permissions import Permission

MAX_CHANNELS = 500
MAX_IN_CATEGORY = 50
MAX_OVERWRITES = 1000
_OVERWRITE_KINDS: Mapping[object, int] = {0: 0, 1: 1, "role": 0, "member": 1}
_PLAIN_FIELDS = ("name", "topic", "position", "nsfw", "bitrate", "user_limit", "rate_limit_per_user")


def _get(request: Request) -> Response:
    channel = request.simulation.world.get_channel(request.id("channel_id"))
    permissions.require(request.simulation.world, channel)
    return Response(payloads.channel(request.simulation, channel))


def _list(request: Request) -> Response:
    guild = request.simulation.world.get_guild(request.id("guild_id"))
    found = [c for c in guild.channels.values() if c.thread is None]
    return Response([payloads.channel(request.simulation, c) for c in found])


def _create(request: Request) -> Response:
    simulation = request.simulation
    guild = simulation.world.get_guild(request.id("guild_id"))
    body = request.body(CREATE_CHANNEL)
    held = permissions.require_in_guild(simulation.world, guild, Permission.MANAGE_CHANNELS)
    if sum(1 for c in guild.channels.values() if c.thread is None) >= MAX_CHANNELS:
        raise refused(30013)
    channel_type = ChannelType(body.get("type") or 0)
    _check_parent(guild, body)
    channel = Channel(
        simulation.ids.next(), channel_type, _normalise_name(channel_type, body["name"]), guild_id=guild.id
    )
    channel.position = len(guild.channels)
    channel.overwrites = _make_overwrites(guild, body.get("permission_overwrites") or [], held)
    _apply(channel, {k: v for k, v in body.items() if k != "name"})
    simulation.world.add_channel(guild, channel)
    simulation.dispatch("CHANNEL_CREATE", payloads.channel(simulation, channel), guild.id)
    simulation.notify("state")
    return Response(payloads.channel(simulation, channel), 201)


def _normalise_name(channel_type: ChannelType, name: str) -> str:
    """Return a name as Discord stores it: in text channels in lower case and with hyphens for spaces."""
    return name.lower().replace(" ", "-") if channel_type == ChannelType.TEXT else name


def _check_parent(guild: Guild, body: Json) -> None:
    if body.get("parent_id") is None:
        return
    parent = guild.channels.get(int(body["parent_id"]))
    if parent is None or parent.type != ChannelType.CATEGORY:
        raise invalid_field("parent_id", "Category does not exist", "CHANNEL_PARENT_INVALID")
    inside = sum(1 for c in guild.channels.values() if c.parent_id == parent.id)
    if inside >= MAX_IN_CATEGORY:
        text = "Maximum number of channels in category reached (50)"
        raise invalid_field("parent_id", text, "CHANNEL_PARENT_MAX_CHANNELS")


def _make_overwrites(guild: Guild, given: Iterable[Json], held: int) -> dict[int, Overwrite]:
    """Return new overwrites by id.

    Raises `DiscordError` 50013 for a permission that the bot does not have itself.
    """
    result = {}
    for one in given:
        target = int(one["id"])
        kind = _OVERWRITE_KINDS.get(one.get("type"), 0 if target in guild.roles else 1)
        known = guild.roles if kind == 0 else guild.members
        if target not in known:
            raise unknown("role" if kind == 0 else "member")
        allow, deny = int(one.get("allow") or 0), int(one.get("deny") or 0)
        if (allow | deny) & ~held:
            raise refused(50013)
        result[target] = Overwrite(target, kind, allow, deny)
    return result


def _apply(channel: Channel, body: Json) -> None:
    for name in _PLAIN_FIELDS:
        if body.get(name) is not None or (name == "topic" and name in body):
            setattr(channel, name, body[name])
    if "parent_id" in body:
        channel.parent_id = int(body["parent_id"]) if body["parent_id"] else None


def _edit(request: Request) -> Response:
    simulation = request.simulation
    channel = simulation.world.get_channel(request.id("channel_id"))
    guild = simulation.world.find_guild_of(channel)
    if guild is None:
        raise refused(50024)
    if channel.thread is not None:
        return _edit_thread(request, channel)
    held = permissions.require(simulation.world, channel, Permission.MANAGE_CHANNELS)
    body = request.body(EDIT_CHANNEL)
    _limit_rename(request, channel, body)
    _check_parent(guild, body)
    if body.get("permission_overwrites") is not None:
        if not held & Permission.MANAGE_ROLES:
            raise refused(50013)
        channel.overwrites = _replace_overwrites(guild, channel, body["permission_overwrites"], held)
    if body.get("name"):
        body["name"] = _normalise_name(channel.type, body["name"])
    _apply(channel, body)
    return _emit_update(request, channel)


def _limit_rename(request: Request, channel: Channel, body: Json) -> None:
    """Limit changes of name and topic to two in ten minutes; no header announces that."""
    renames = "name" in body and body["name"] != channel.name
    if not renames and ("topic" not in body or body["topic"] == channel.topic):
        return
    request.limits.require_hidden(f"rename {channel.id}", RENAME)


def _replace_overwrites(
    guild: Guild, channel: Channel, given: list[Json], held: int
) -> dict[int, Overwrite]:
    """Return all overwrites of a channel; the unchanged ones need no permission."""
    same, new = {}, []
    for one in given:
        old = channel.overwrites.get(int(one["id"]))
        wanted = (int(one.get("allow") or 0), int(one.get("deny") or 0))
        if old is not None and (old.allow, old.deny) == wanted:
            same[old.id] = old
        else:
            new.append(one)
    return {**same, **_make_overwrites(guild, new, held)}


def _emit_update(request: Request, channel: Channel) -> Response:
    event = "THREAD_UPDATE" if channel.thread else "CHANNEL_UPDATE"
    data = payloads.channel(request.simulation, channel)
    request.simulation.dispatch(event, data, channel.guild_id)
    request.simulation.notify("state")
    return Response(data)


def _edit_thread(request: Request, channel: Channel) -> Response:
    simulation, state = request.simulation, channel.thread
    body = request.body(EDIT_THREAD)
    bits = permissions.require(simulation.world, channel)
    own = state is not None and state.owner_id == simulation.world.app.user.id
    if not own or "locked" in body:
        permissions.require(simulation.world, channel, Permission.MANAGE_THREADS)
    if state is None or not bits:
        raise refused(50001)
    channel.name = body.get("name") or channel.name
    state.locked = body.get("locked", state.locked)
    state.invitable = body.get("invitable", state.invitable)
    state.auto_archive_minutes = body.get("auto_archive_duration", state.auto_archive_minutes)
    if body.get("archived", state.archived) != state.archived:
        if state.archived:
            threads.require_room(simulation, simulation.world.guilds[channel.guild_id or 0])
        state.archived, state.changed_at = body["archived"], simulation.clock.now()
    return _emit_update(request, channel)


def _delete(request: Request) -> Response:
    simulation = request.simulation
    channel = simulation.world.get_channel(request.id("channel_id"))
    guild = simulation.world.find_guild_of(channel)
    if guild is None:
        return Response(payloads.channel(simulation, channel))  # closing a DM changes nothing here
    thread = channel.thread is not None
    permissions.require(
        simulation.world, channel, Permission.MANAGE_THREADS if thread else Permission.MANAGE_CHANNELS
    )
    data = payloads.channel(simulation, channel)
    channels.delete(simulation, guild, channel)
    return Response(data)


def _put_overwrite(request: Request) -> Response:
    simulation = request.simulation
    channel = simulation.world.get_channel(request.id("channel_id"))
    held = permissions.require(simulation.world, channel, Permission.MANAGE_ROLES)
    guild = simulation.world.guilds[channel.guild_id or 0]
    body = request.body(OVERWRITE)
    target = request.id("overwrite_id")
    if target not in channel.overwrites and len(channel.overwrites) >= MAX_OVERWRITES:
        raise refused(30060)
    channel.overwrites |= _make_overwrites(guild, [{**body, "id": target}], held)
    _emit_update(request, channel)
    return Response(None, 204)


def _delete_overwrite(request: Request) -> Response:
    simulation = request.simulation
    channel = simulation.world.get_channel(request.id("channel_id"))
    permissions.require(simulation.world, channel, Permission.MANAGE_ROLES)
    if channel.overwrites.pop(request.id("overwrite_id"), None) is None:
        raise unknown("overwrite")
    _emit_update(request, channel)
    return Response(None, 204)


def _voice_status(request: Request) -> Response:
    """Set a voice channel's status. A bot that is not connected to it also needs Manage Channels."""
    simulation = request.simulation
    channel = simulation.world.get_channel(request.id("channel_id"))
    needed = (Permission.SET_VOICE_CHANNEL_STATUS, Permission.MANAGE_CHANNELS)
    permissions.require(simulation.world, channel, *needed)
    if channel.type != ChannelType.VOICE:
        raise refused(50024)
    channel.status = request.body(VOICE_STATUS).get("status") or None
    data = {"id": str(channel.id), "guild_id": str(channel.guild_id), "status": channel.status}
    simulation.dispatch("VOICE_CHANNEL_STATUS_UPDATE", data, channel.guild_id)
    simulation.notify("state")
    return Response(None, 204)


_ONE = "/channels/{channel_id}"
_OVERWRITE = "/channels/{channel_id}/permissions/{overwrite_id}"

ROUTES = [
    Route("GET", _ONE, _get),
    Route("PATCH", _ONE, _edit),
    Route("DELETE", _ONE, _delete),
    Route("PUT", _OVERWRITE, _put_overwrite),
    Route("DELETE", _OVERWRITE, _delete_overwrite),
    Route("PUT", "/channels/{channel_id}/voice-status", _voice_status),
    Route("GET", "/guilds/{guild_id}/channels", _list),
    Route("POST", "/guilds/{guild_id}/channels", _create),
]
