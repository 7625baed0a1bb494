"""A server in which every field that discord.py reads has a value, and clients to read it with."""

from __future__ import annotations

from typing import Any

import discord
from discord.state import ConnectionState

from bot.gateway.servers import make_guilds_lazy

Json = Any
GUILD_ID, ROLE_ID, MEMBER_ID = 1001, 1002, 1003
TEXT_ID, VOICE_ID, STAGE_ID, CATEGORY_ID, FORUM_ID, THREAD_ID = 2001, 2002, 2003, 2004, 2005, 2006
_TIME = "2030-01-02T03:04:05+00:00"
_USER = {"id": str(MEMBER_ID), "username": "ada", "discriminator": "0", "avatar": "a" * 32, "bot": True}


def connection(*, lazy: bool) -> ConnectionState[Any]:
    """Return discord.py's state of a client that is connected to nobody and tells nobody of events."""
    flags = discord.MemberCacheFlags.none()
    flags.voice = True
    intents = discord.Intents(guilds=True, voice_states=True, guild_scheduled_events=True)
    client = discord.Client(intents=intents, member_cache_flags=flags, max_messages=None)
    state = client._connection  # noqa: SLF001 - the parsers are under test
    state.user = discord.ClientUser(state=state, data=_USER)  # type: ignore[arg-type] # JSON
    state.dispatch = lambda *_: None
    if lazy:
        make_guilds_lazy(state)
    return state


def receive(state: ConnectionState[Any], name: str, data: Json) -> None:
    """Let a state parse an event."""
    state.parsers[name](data)


def guild_of(state: ConnectionState[Any]) -> discord.Guild:
    """Return the server as a state knows it."""
    found = state._get_guild(GUILD_ID)  # noqa: SLF001 - the same
    assert found is not None
    return found


def role(role_id: int = ROLE_ID) -> Json:
    """Return a role with a value in every field."""
    return {
        "id": str(role_id),
        "name": f"Role {role_id}",
        "color": 5,
        "colors": {"primary_color": 5, "secondary_color": 6, "tertiary_color": 7},
        "hoist": True,
        "icon": "b" * 32,
        "unicode_emoji": "🌱",
        "position": 3,
        "permissions": str(1 << 10 | 1 << 11),
        "managed": True,
        "mentionable": True,
        "flags": 1,
        "tags": {"bot_id": str(MEMBER_ID), "integration_id": "9", "premium_subscriber": None},
    }


def channel(channel_id: int, kind: int) -> Json:
    """Return a channel of a type with a value in every field."""
    return {
        "id": str(channel_id),
        "guild_id": str(GUILD_ID),
        "type": kind,
        "name": f"channel-{channel_id}",
        "topic": "A topic",
        "position": 4,
        "flags": 1 << 4,
        "parent_id": str(CATEGORY_ID) if kind != discord.ChannelType.category.value else None,
        "permission_overwrites": [
            {"id": str(MEMBER_ID), "type": 1, "allow": "1024", "deny": "0"},
            {"id": str(GUILD_ID), "type": 0, "allow": "0", "deny": "2048"},
        ],
        "nsfw": True,
        "rate_limit_per_user": 5,
        "last_message_id": "77",
        "last_pin_timestamp": _TIME,
        "bitrate": 64000,
        "user_limit": 7,
        "rtc_region": "rotterdam",
        "video_quality_mode": 2,
        "default_auto_archive_duration": 60,
        "default_thread_rate_limit_per_user": 6,
        "default_forum_layout": 2,
        "default_sort_order": 1,
        "default_reaction_emoji": {"emoji_id": None, "emoji_name": "🌱"},
        "available_tags": [
            {"id": "5", "name": "tag", "moderated": True, "emoji_id": None, "emoji_name": "🌱"}
        ],
    }


def thread() -> Json:
    """Return a thread with a value in every field."""
    return {
        "id": str(THREAD_ID),
        "guild_id": str(GUILD_ID),
        "parent_id": str(TEXT_ID),
        "owner_id": str(MEMBER_ID),
        "type": discord.ChannelType.private_thread.value,
        "name": "thread",
        "last_message_id": "78",
        "rate_limit_per_user": 5,
        "message_count": 3,
        "member_count": 2,
        "total_message_sent": 4,
        "flags": 1 << 1,
        "applied_tags": ["5"],
        "thread_metadata": {
            "archived": False,
            "archiver_id": "8",
            "auto_archive_duration": 60,
            "archive_timestamp": _TIME,
            "locked": True,
            "invitable": False,
            "create_timestamp": _TIME,
        },
        "member": {"id": str(THREAD_ID), "user_id": str(MEMBER_ID), "join_timestamp": _TIME, "flags": 1},
    }


def voice_state() -> Json:
    """Return the voice state of the bot's member."""
    names = ("deaf", "mute", "self_deaf", "self_mute", "self_video")
    where = {"user_id": str(MEMBER_ID), "channel_id": str(VOICE_ID), "session_id": "s"}
    return {**where, **dict.fromkeys(names, False), "suppress": True, "request_to_speak_timestamp": None}


def server() -> Json:
    """Return the data of a GUILD_CREATE with a value in every field."""
    kinds = {TEXT_ID: 0, VOICE_ID: 2, STAGE_ID: 13, CATEGORY_ID: 4, FORUM_ID: 15}
    member = {"user": _USER, "roles": [str(ROLE_ID)], "joined_at": _TIME, "flags": 0}
    return {
        "id": str(GUILD_ID),
        "name": "Server",
        "icon": "c" * 32,
        "banner": "d" * 32,
        "splash": "e" * 32,
        "discovery_splash": "f" * 32,
        "description": "About it",
        "features": ["COMMUNITY"],
        "owner_id": str(MEMBER_ID),
        "afk_channel_id": str(VOICE_ID),
        "afk_timeout": 300,
        "verification_level": 1,
        "default_message_notifications": 1,
        "explicit_content_filter": 2,
        "mfa_level": 1,
        "nsfw_level": 2,
        "premium_tier": 1,
        "premium_subscription_count": 3,
        "premium_progress_bar_enabled": True,
        "preferred_locale": "de",
        "system_channel_id": str(TEXT_ID),
        "system_channel_flags": 1,
        "rules_channel_id": str(TEXT_ID),
        "public_updates_channel_id": str(TEXT_ID),
        "safety_alerts_channel_id": str(TEXT_ID),
        "widget_enabled": True,
        "widget_channel_id": str(TEXT_ID),
        "vanity_url_code": "server",
        "max_members": 500,
        "max_presences": 600,
        "max_video_channel_users": 25,
        "max_stage_video_channel_users": 26,
        "approximate_member_count": 10,
        "approximate_presence_count": 5,
        "member_count": 300,
        "incidents_data": {"invites_disabled_until": _TIME, "dms_disabled_until": None},
        "unavailable": False,
        "roles": [{**role(GUILD_ID), "name": "@everyone", "tags": {}}, role()],
        "channels": [channel(channel_id, kind) for channel_id, kind in kinds.items()],
        "threads": [thread()],
        "members": [{**member, "deaf": False, "mute": False}],
        "voice_states": [voice_state()],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }
