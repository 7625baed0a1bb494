"""Channels: read, made, changed, deleted; their overwrites; a voice channel's status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.api.rate_limits import RENAME
from sandbox.api.requests import Answer, Call
from sandbox.api.server import Route, limited
from sandbox.api.validation import limits
from sandbox.state import payloads, permissions
from sandbox.state.errors import invalid_field, refused, unknown
from sandbox.state.models import Channel, ChannelType, Guild, Json, Overwrite
from sandbox.state.permissions import Permission

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST_CHANNELS = 500
MOST_IN_CATEGORY = 50
MOST_OVERWRITES = 1000
_KINDS: Mapping[object, int] = {0: 0, 1: 1, "role": 0, "member": 1}
_SIMPLE = ("name", "topic", "position", "nsfw", "bitrate", "user_limit", "rate_limit_per_user")


def _get(call: Call) -> Answer:
    channel = call.core.world.get_channel(call.id("channel_id"))
    permissions.demand(call.core.world, channel)
    return Answer(payloads.channel(call.core, channel))


def _in_guild(call: Call) -> Answer:
    guild = call.core.world.get_guild(call.id("guild_id"))
    found = [c for c in guild.channels.values() if c.thread is None]
    return Answer([payloads.channel(call.core, c) for c in found])


def _create(call: Call) -> Answer:
    core = call.core
    guild = core.world.get_guild(call.id("guild_id"))
    body = call.body(limits.CREATE_CHANNEL)
    held = permissions.demand_in_guild(core.world, guild, Permission.MANAGE_CHANNELS)
    if sum(1 for c in guild.channels.values() if c.thread is None) >= MOST_CHANNELS:
        raise refused(30013)
    kind = ChannelType(body.get("type") or 0)
    _check_parent(guild, body)
    channel = Channel(core.mint.next(), kind, _named(kind, body["name"]), guild_id=guild.id)
    channel.position = len(guild.channels)
    channel.overwrites = _overwrites(guild, body.get("permission_overwrites") or [], held)
    _apply(channel, {k: v for k, v in body.items() if k != "name"})
    core.world.add_channel(guild, channel)
    core.dispatch("CHANNEL_CREATE", payloads.channel(core, channel), guild.id)
    core.signal("state")
    return Answer(payloads.channel(core, channel), 201)


def _named(kind: ChannelType, name: str) -> str:
    """Text channels' names have no spaces or capitals."""
    return name.lower().replace(" ", "-") if kind == ChannelType.TEXT else name


def _check_parent(guild: Guild, body: Json) -> None:
    if body.get("parent_id") is None:
        return
    parent = guild.channels.get(int(body["parent_id"]))
    if parent is None or parent.type != ChannelType.CATEGORY:
        raise invalid_field("parent_id", "Category does not exist", "CHANNEL_PARENT_INVALID")
    inside = sum(1 for c in guild.channels.values() if c.parent_id == parent.id)
    if inside >= MOST_IN_CATEGORY:
        text = "Maximum number of channels in category reached (50)"
        raise invalid_field("parent_id", text, "CHANNEL_PARENT_MAX_CHANNELS")


def _overwrites(guild: Guild, given: Iterable[Json], held: int) -> dict[int, Overwrite]:
    """Make overwrites. A bot can only allow or deny what it holds itself (50013)."""
    result = {}
    for one in given:
        target = int(one["id"])
        kind = _KINDS.get(one.get("type"), 0 if target in guild.roles else 1)
        known = guild.roles if kind == 0 else guild.members
        if target not in known:
            raise unknown("role" if kind == 0 else "member")
        allow, deny = int(one.get("allow") or 0), int(one.get("deny") or 0)
        if (allow | deny) & ~held:
            raise refused(50013)
        result[target] = Overwrite(target, kind, allow, deny)
    return result


def _apply(channel: Channel, body: Json) -> None:
    for name in _SIMPLE:
        if body.get(name) is not None or (name == "topic" and name in body):
            setattr(channel, name, body[name])
    if "parent_id" in body:
        channel.parent_id = int(body["parent_id"]) if body["parent_id"] else None


def _edit(call: Call) -> Answer:
    core = call.core
    channel = core.world.get_channel(call.id("channel_id"))
    guild = core.world.find_guild_of(channel)
    if guild is None:
        raise refused(50024)
    if channel.thread is not None:
        return _edit_thread(call, channel)
    held = permissions.demand(core.world, channel, Permission.MANAGE_CHANNELS)
    body = call.body(limits.EDIT_CHANNEL)
    _limit_rename(call, channel, body)
    _check_parent(guild, body)
    if body.get("permission_overwrites") is not None:
        if not held & Permission.MANAGE_ROLES:
            raise refused(50013)
        channel.overwrites = _changed(guild, channel, body["permission_overwrites"], held)
    if body.get("name"):
        body["name"] = _named(channel.type, body["name"])
    _apply(channel, body)
    return _updated(call, channel)


def _limit_rename(call: Call, channel: Channel, body: Json) -> None:
    """Names and topics: twice in ten minutes, which no header says."""
    renames = "name" in body and body["name"] != channel.name
    if not renames and ("topic" not in body or body["topic"] == channel.topic):
        return
    wait = call.core.limits.take_sub(f"rename {channel.id}", RENAME)
    if wait is not None:
        raise limited(wait)


def _changed(guild: Guild, channel: Channel, given: list[Json], held: int) -> dict[int, Overwrite]:
    """Return new overwrites for a channel; what stays as it was needs no permission of its own."""
    same, new = {}, []
    for one in given:
        old = channel.overwrites.get(int(one["id"]))
        wanted = (int(one.get("allow") or 0), int(one.get("deny") or 0))
        if old is not None and (old.allow, old.deny) == wanted:
            same[old.id] = old
        else:
            new.append(one)
    return {**same, **_overwrites(guild, new, held)}


def _updated(call: Call, channel: Channel) -> Answer:
    event = "THREAD_UPDATE" if channel.thread else "CHANNEL_UPDATE"
    data = payloads.channel(call.core, channel)
    call.core.dispatch(event, data, channel.guild_id)
    call.core.signal("state")
    return Answer(data)


def _edit_thread(call: Call, channel: Channel) -> Answer:
    core, state = call.core, channel.thread
    body = call.body(limits.EDIT_THREAD)
    bits = permissions.demand(core.world, channel)
    own = state is not None and state.owner_id == core.world.app.user.id
    if not own or "locked" in body:
        permissions.demand(core.world, channel, Permission.MANAGE_THREADS)
    if state is None or not bits:
        raise refused(50001)
    channel.name = body.get("name") or channel.name
    state.locked = body.get("locked", state.locked)
    state.invitable = body.get("invitable", state.invitable)
    state.auto_archive_minutes = body.get("auto_archive_duration", state.auto_archive_minutes)
    if body.get("archived", state.archived) != state.archived:
        state.archived, state.changed_at = body["archived"], core.clock.now()
    return _updated(call, channel)


def _delete(call: Call) -> Answer:
    core = call.core
    channel = core.world.get_channel(call.id("channel_id"))
    guild = core.world.find_guild_of(channel)
    if guild is None:
        return Answer(payloads.channel(core, channel))  # a DM is only closed, which nobody sees
    thread = channel.thread is not None
    permissions.demand(
        core.world, channel, Permission.MANAGE_THREADS if thread else Permission.MANAGE_CHANNELS
    )
    data = payloads.channel(core, channel)
    for child in [c for c in guild.channels.values() if c.parent_id == channel.id and c.thread]:
        del guild.channels[child.id]
    del guild.channels[channel.id]
    for user_id in [i for i, v in guild.voice.items() if v.channel_id == channel.id]:
        state = guild.voice.pop(user_id)
        left = payloads.voice_state(guild, state, left=True)
        core.dispatch("VOICE_STATE_UPDATE", left, guild.id)
    core.dispatch("THREAD_DELETE" if thread else "CHANNEL_DELETE", data, guild.id)
    core.signal("state")
    return Answer(data)


def _put_overwrite(call: Call) -> Answer:
    core = call.core
    channel = core.world.get_channel(call.id("channel_id"))
    held = permissions.demand(core.world, channel, Permission.MANAGE_ROLES)
    guild = core.world.guilds[channel.guild_id or 0]
    body = call.body(limits.OVERWRITE)
    target = call.id("overwrite_id")
    if target not in channel.overwrites and len(channel.overwrites) >= MOST_OVERWRITES:
        raise refused(30060)
    channel.overwrites |= _overwrites(guild, [{**body, "id": target}], held)
    _updated(call, channel)
    return Answer(None, 204)


def _delete_overwrite(call: Call) -> Answer:
    core = call.core
    channel = core.world.get_channel(call.id("channel_id"))
    permissions.demand(core.world, channel, Permission.MANAGE_ROLES)
    if channel.overwrites.pop(call.id("overwrite_id"), None) is None:
        raise unknown("overwrite")
    _updated(call, channel)
    return Answer(None, 204)


def _voice_status(call: Call) -> Answer:
    """Set a voice channel's status; a bot that is not inside also needs to manage the channel."""
    core = call.core
    channel = core.world.get_channel(call.id("channel_id"))
    needed = (Permission.SET_VOICE_CHANNEL_STATUS, Permission.MANAGE_CHANNELS)
    permissions.demand(core.world, channel, *needed)
    if channel.type != ChannelType.VOICE:
        raise refused(50024)
    channel.status = call.body(limits.VOICE_STATUS).get("status") or None
    data = {"id": str(channel.id), "guild_id": str(channel.guild_id), "status": channel.status}
    core.dispatch("VOICE_CHANNEL_STATUS_UPDATE", data, channel.guild_id)
    core.signal("state")
    return Answer(None, 204)


_ONE = "/channels/{channel_id}"
_OVERWRITE = "/channels/{channel_id}/permissions/{overwrite_id}"

ROUTES = [
    Route("GET", _ONE, _get),
    Route("PATCH", _ONE, _edit),
    Route("DELETE", _ONE, _delete),
    Route("PUT", _OVERWRITE, _put_overwrite),
    Route("DELETE", _OVERWRITE, _delete_overwrite),
    Route("PUT", "/channels/{channel_id}/voice-status", _voice_status),
    Route("GET", "/guilds/{guild_id}/channels", _in_guild),
    Route("POST", "/guilds/{guild_id}/channels", _create),
]
