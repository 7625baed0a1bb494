"""Servers, channels, threads and voice as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.state import permissions
from sandbox.state.models import Channel, ChannelType, Guild, Json, Overwrite, VoiceState
from sandbox.state.payloads.scheduled_events import event
from sandbox.state.payloads.users import member, role, snowflake, stamp, user
from sandbox.state.snowflakes import made_at

if TYPE_CHECKING:
    from sandbox.state.simulation import Core


def overwrite(one: Overwrite) -> Json:
    """Return a permission overwrite object."""
    return {
        "id": str(one.id),
        "type": one.kind,
        "allow": str(one.allow),
        "deny": str(one.deny),
    }


def channel(core: Core, one: Channel) -> Json:
    """Return a channel, thread or DM object."""
    base: Json = {"id": str(one.id), "type": int(one.type), "flags": 0}
    last = snowflake(one.last_message_id)
    if one.type == ChannelType.DM:
        recipients = [user(core.world.users[i]) for i in one.recipients]
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
    state = one.thread
    if state is None:
        return {}
    return {
        "owner_id": str(state.owner_id),
        "rate_limit_per_user": one.rate_limit_per_user,
        "message_count": len(one.messages),
        "member_count": len(state.members),
        "total_message_sent": len(one.messages),
        "thread_metadata": {
            "archived": state.archived,
            "locked": state.locked,
            "invitable": state.invitable,
            "auto_archive_duration": state.auto_archive_minutes,
            "archive_timestamp": stamp(state.changed_at),
            "create_timestamp": stamp(made_at(one.id)),
        },
    }


def partial_channel(core: Core, one: Channel, user_id: int) -> Json:
    """Return a channel as interactions carry it, with the user's permissions in it."""
    data = channel(core, one)
    data.pop("permission_overwrites", None)
    return data | {"permissions": str(permissions.of_user(core.world, user_id, one))}


def voice_state(guild: Guild, one: VoiceState, *, left: bool = False) -> Json:
    """Return a voice state object with its member; `left` has no channel."""
    return {
        "guild_id": str(guild.id),
        "channel_id": None if left else str(one.channel_id),
        "user_id": str(one.user_id),
        "member": member(guild.members[one.user_id]),
        "session_id": one.session_id,
        "deaf": False,
        "mute": False,
        "self_deaf": False,
        "self_mute": one.self_mute,
        "self_video": False,
        "suppress": one.suppress,
        "request_to_speak_timestamp": None,
    }


def guild(one: Guild) -> Json:
    """Return a guild object as REST gives it."""
    return {
        "id": str(one.id),
        "name": one.name,
        "icon": None,
        "splash": None,
        "discovery_splash": None,
        "banner": None,
        "description": None,
        "owner_id": str(one.owner_id),
        "region": "deprecated",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "home_header": None,
        "widget_enabled": False,
        "widget_channel_id": None,
        "verification_level": 1,
        "default_message_notifications": 1,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw": False,
        "nsfw_level": 0,
        "roles": [role(r) for r in one.roles.values()],
        "emojis": [],
        "stickers": [],
        "features": [],
        "application_id": None,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "public_updates_channel_id": None,
        "safety_alerts_channel_id": None,
        "vanity_url_code": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "premium_progress_bar_enabled": False,
        "preferred_locale": one.locale,
        "max_members": 500000,
        "max_presences": None,
        "max_video_channel_users": 25,
        "max_stage_video_channel_users": 50,
        "incidents_data": None,
    }


def guild_create(core: Core, one: Guild) -> Json:
    """Return the GUILD_CREATE event's data. Members are the bot and whoever is in voice."""
    bot_id = core.world.app.user.id
    present = {bot_id, *one.voice}
    threads = [c for c in one.channels.values() if c.thread and not c.thread.archived]
    plain = [c for c in one.channels.values() if c.thread is None]
    return guild(one) | {
        "joined_at": stamp(one.members[bot_id].joined_at),
        "large": False,
        "unavailable": False,
        "member_count": len(one.members),
        "voice_states": [voice_state(one, v) for v in one.voice.values()],
        "members": [member(m) for i, m in one.members.items() if i in present],
        "channels": [channel(core, c) for c in plain],
        "threads": [channel(core, c) for c in threads],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [event(core, e) for e in one.events.values() if e.status < 3],  # noqa: PLR2004 - SCHEDULED and ACTIVE
        "soundboard_sounds": [],
    }
