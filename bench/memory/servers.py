"""Servers as Discord sends them in GUILD_CREATE: 30 channels, 20 roles, and what comes with these.

Source of the fields: Discord's "Guild", "Channel", "Role" and "Emoji" resources.
"""

from __future__ import annotations

import json
from typing import Any

CHANNELS, ROLES = 30, 20
BOT_ID = 900_000_000_000_000_001
_CATEGORIES, _VOICE_CHANNELS, _EMOJIS = 4, 4, 10
_TEXT, _VOICE, _CATEGORY = 0, 2, 4
_ROLE_PERMISSIONS = "2248473465835073"
_JOINED_AT = "2024-05-06T07:08:09.000000+00:00"
_MARK = "@@@@@@"  # in the template, where the server's number is put in
_TOPIC = "A place for what this channel is about. Please read the pinned messages first, and be kind."

Json = dict[str, Any]


def guild_id(number: int) -> str:
    """Return the id of a server."""
    return f"7{number:06}00000000000"


class Servers:
    """Makes the data of many servers, each with its own ids and names."""

    def __init__(self) -> None:
        self._template = json.dumps(_server(), separators=(",", ":"))

    def create(self, number: int) -> str:
        """Return the data of a server's GUILD_CREATE as JSON."""
        return self._template.replace(_MARK, f"{number:06}")


def _id(number: int) -> str:
    return f"7{_MARK}{number:011}"


def _server() -> Json:
    roles = [_role(number) for number in range(ROLES)]
    return {
        "id": _id(0),
        "name": f"The server number {_MARK}",
        "icon": "f" * 32,
        "banner": None,
        "splash": None,
        "description": "A server for people who like quiet company.",
        "features": ["COMMUNITY", "NEWS", "WELCOME_SCREEN_ENABLED", "INVITE_SPLASH", "ANIMATED_ICON"],
        "owner_id": _id(900),
        "afk_channel_id": None,
        "afk_timeout": 300,
        "verification_level": 1,
        "default_message_notifications": 1,
        "explicit_content_filter": 2,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 1,
        "premium_subscription_count": 3,
        "preferred_locale": "en-US",
        "system_channel_id": _id(105),
        "system_channel_flags": 0,
        "rules_channel_id": _id(106),
        "public_updates_channel_id": _id(107),
        "safety_alerts_channel_id": None,
        "vanity_url_code": None,
        "max_members": 500_000,
        "max_presences": None,
        "max_video_channel_users": 25,
        "joined_at": _JOINED_AT,
        "large": False,
        "unavailable": False,
        "member_count": 180,
        "roles": roles,
        "channels": [_channel(number) for number in range(CHANNELS)],
        "members": [_own_member()],
        "emojis": [_emoji(number) for number in range(_EMOJIS)],
        "stickers": [],
        "voice_states": [],
        "threads": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def _role(number: int) -> Json:
    return {
        "id": _id(number),  # the first is @everyone, with the server's id
        "name": f"Role number {number}" if number else "@everyone",
        "color": 0x336699 + number,
        "colors": {"primary_color": 0x336699 + number, "secondary_color": None, "tertiary_color": None},
        "hoist": number % 2 == 1,
        "icon": None,
        "unicode_emoji": None,
        "position": number,
        "permissions": _ROLE_PERMISSIONS,
        "managed": number == ROLES - 1,
        "mentionable": False,
        "flags": 0,
    } | ({"tags": {"bot_id": str(BOT_ID)}} if number == ROLES - 1 else {})


def _channel(number: int) -> Json:
    last_voice = _CATEGORIES + _VOICE_CHANNELS
    kind = _CATEGORY if number < _CATEGORIES else _VOICE if number < last_voice else _TEXT
    channel = {
        "id": _id(100 + number),
        "type": kind,
        "name": f"channel-number-{number}",
        "position": number,
        "flags": 0,
        "parent_id": None if kind == _CATEGORY else _id(100 + number % _CATEGORIES),
        "permission_overwrites": [
            {"id": _id(role), "type": 0, "allow": "1024", "deny": "2048"} for role in (0, 1 + number % 9)
        ],
    }
    if kind == _CATEGORY:
        return channel
    channel |= {"nsfw": False, "rate_limit_per_user": 0, "last_message_id": _id(5000 + number)}
    if kind == _VOICE:
        return channel | {"bitrate": 64000, "user_limit": 0, "rtc_region": None}
    return channel | {"topic": f"{number}: {_TOPIC}", "last_pin_timestamp": _JOINED_AT}


def _own_member() -> Json:
    return {
        "user": {
            "id": str(BOT_ID),
            "username": "alongside",
            "discriminator": "0",
            "avatar": None,
            "bot": True,
        },
        "nick": None,
        "avatar": None,
        "roles": [_id(ROLES - 1)],
        "joined_at": _JOINED_AT,
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
        "communication_disabled_until": None,
    }


def _emoji(number: int) -> Json:
    return {
        "id": _id(300 + number),
        "name": f"emoji_{number}",
        "roles": [],
        "require_colons": True,
        "managed": False,
        "animated": False,
        "available": True,
    }
