"""Servers as Discord sends them in GUILD_CREATE: 30 channels, 20 roles, and what comes with these.

Source of the fields: Discord's "Guild", "Channel", "Role" and "Emoji" resources.
"""

from __future__ import annotations

import json
import random
from typing import Any

CHANNELS, ROLES = 30, 20
BOT_ID = 900_000_000_000_000_001
_CATEGORIES, _VOICE_CHANNELS, _EMOJIS = 4, 4, 10
_TEXT, _VOICE, _CATEGORY = 0, 2, 4
_FIRST_CHANNEL = ROLES  # in the list of a server's ids
_FIRST_EMOJI = _FIRST_CHANNEL + CHANNELS
_FIRST_MESSAGE = _FIRST_EMOJI + _EMOJIS
_OWNER = _FIRST_MESSAGE + CHANNELS
_IDS = _OWNER + 1
_ROLE_PERMISSIONS = "2248473465835073"
_JOINED_AT = "2024-05-06T07:08:09.000000+00:00"
_MARK = "~"  # in the template, around the number of an id
_FIRST_ID, _LAST_ID = 2**58, 2**60  # of the years 2017 to 2023
_TOPIC = "A place for what this channel is about. Please read the pinned messages first, and be kind."

Json = dict[str, Any]


class Servers:
    """Makes the data of many servers, each with its own ids, which are as irregular as Discord's."""

    def __init__(self) -> None:
        parts = json.dumps(_server(), separators=(",", ":")).split(_MARK)
        self._texts, self._numbers = parts[::2], [int(each) for each in parts[1::2]]

    def guild_id(self, number: int) -> str:
        """Return the id of a server."""
        return self._ids(number)[0]

    def create(self, number: int) -> str:
        """Return the data of a server's GUILD_CREATE as JSON."""
        ids = self._ids(number)
        found = [ids[each] for each in self._numbers]
        return "".join(part for pair in zip(self._texts, [*found, ""], strict=True) for part in pair)

    def _ids(self, number: int) -> list[str]:
        """Return the ids in a server: its own first, which is the one of @everyone too."""
        chance = random.Random(number)
        return [str(chance.randrange(_FIRST_ID, _LAST_ID)) for _ in range(_IDS)]


def _id(number: int) -> str:
    return f"{_MARK}{number}{_MARK}"


def _server() -> Json:
    roles = [_role(number) for number in range(ROLES)]
    return {
        "id": _id(0),
        "name": f"The server number {_id(0)}",
        "icon": "f" * 32,
        "banner": None,
        "splash": None,
        "description": "A server for people who like quiet company.",
        "features": ["COMMUNITY", "NEWS", "WELCOME_SCREEN_ENABLED", "INVITE_SPLASH", "ANIMATED_ICON"],
        "owner_id": _id(_OWNER),
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
        "system_channel_id": _id(_FIRST_CHANNEL + 9),
        "system_channel_flags": 0,
        "rules_channel_id": _id(_FIRST_CHANNEL + 10),
        "public_updates_channel_id": _id(_FIRST_CHANNEL + 11),
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
        "name": f"Role {_id(number)}" if number else "@everyone",
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
        "id": _id(_FIRST_CHANNEL + number),
        "type": kind,
        "name": f"channel-{_id(_FIRST_CHANNEL + number)}",
        "position": number,
        "flags": 0,
        "parent_id": None if kind == _CATEGORY else _id(_FIRST_CHANNEL + number % _CATEGORIES),
        "permission_overwrites": [
            {"id": _id(role), "type": 0, "allow": "1024", "deny": "2048"} for role in (0, 1 + number % 9)
        ],
    }
    if kind == _CATEGORY:
        return channel
    channel |= {"nsfw": False, "rate_limit_per_user": 0, "last_message_id": _id(_FIRST_MESSAGE + number)}
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
        "id": _id(_FIRST_EMOJI + number),
        "name": f"emoji_{number}",
        "roles": [],
        "require_colons": True,
        "managed": False,
        "animated": False,
        "available": True,
    }
