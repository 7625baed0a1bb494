"""Channels, threads and permission overwrites as JSON."""

from __future__ import annotations

from sandbox.state import permissions
from sandbox.state.models import Channel, ChannelType, Json, Overwrite
from sandbox.state.payloads.users import snowflake, timestamp, user
from sandbox.state.simulation import Simulation
from sandbox.state.snowflakes import created_at


def overwrite(one: Overwrite) -> Json:
    """Return a permission overwrite object."""
    return {
        "id": str(one.id),
        "type": one.kind,
        "allow": str(one.allow),
        "deny": str(one.deny),
    }


def channel(simulation: Simulation, one: Channel) -> Json:
    """Return a channel, thread or DM object."""
    base: Json = {"id": str(one.id), "type": int(one.type), "flags": 0}
    last = snowflake(one.last_message_id)
    if one.type == ChannelType.DM:
        recipients = [user(simulation.world.users[i]) for i in one.recipients]
        return base | {"recipients": recipients, "last_message_id": last}
    base |= {"guild_id": str(one.guild_id), "name": one.name, "parent_id": snowflake(one.parent_id)}
    if one.thread is not None:
        return base | _thread_fields(one) | {"last_message_id": last}
    base |= {
        "position": one.position,
        "permission_overwrites": [overwrite(o) for o in one.overwrites.values()],
        "nsfw": one.nsfw,
    }
    if one.type.has_messages:
        base |= {"last_message_id": last, "rate_limit_per_user": one.rate_limit_per_user}
    if one.type in {ChannelType.TEXT, ChannelType.ANNOUNCEMENT, ChannelType.FORUM}:
        base |= {"topic": one.topic}
    if one.type.is_vocal:
        base |= {"bitrate": one.bitrate, "user_limit": one.user_limit, "rtc_region": None}
    return base


def _thread_fields(one: Channel) -> Json:
    thread = one.thread
    if thread is None:
        return {}
    private = one.type == ChannelType.PRIVATE_THREAD
    return {
        "owner_id": str(thread.owner_id),
        "rate_limit_per_user": one.rate_limit_per_user,
        "message_count": len(one.messages),
        "member_count": len(thread.members),
        "total_message_sent": len(one.messages),
        "thread_metadata": {
            "archived": thread.archived,
            "locked": thread.locked,
            "auto_archive_duration": thread.auto_archive_minutes,
            "archive_timestamp": timestamp(thread.changed_at),
            "create_timestamp": timestamp(created_at(one.id)),
            **({"invitable": thread.invitable} if private else {}),
        },
    }


def thread_member(one: Channel, user_id: int) -> Json:
    """Return a thread member object. The sandbox does not save when someone joined a thread."""
    joined = created_at(one.id)
    return {"id": str(one.id), "user_id": str(user_id), "join_timestamp": timestamp(joined), "flags": 0}


def partial_channel(simulation: Simulation, one: Channel, user_id: int) -> Json:
    """Return a channel object of an interaction, with the user's permissions in it."""
    data = channel(simulation, one)
    data.pop("permission_overwrites", None)
    return data | {"permissions": str(permissions.of_user(simulation.world, user_id, one))}
