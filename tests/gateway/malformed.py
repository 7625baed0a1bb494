"""Events as Discord sends them, and every way in which each can be malformed."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from sandbox.state import payloads
from sandbox.state.clock import Clock
from sandbox.state.models import Guild
from sandbox.state.seed import default_world
from sandbox.state.simulation import Simulation
from tests.begin import BEGIN

Json = Any
GONE = object()
WRONG: tuple[Json, ...] = (
    GONE,
    None,
    "words",
    -1,
    2**80,
    "9" * 5000,
    0.5,
    True,
    [],
    [None],
    {},
    {"id": None},
)
_DEPTH = 3
SIMULATION = Simulation(default_world("Alongside"), Clock(BEGIN))


def guilds() -> list[Guild]:
    """Return the servers of the sandbox."""
    return list(SIMULATION.world.guilds.values())


def guild_create(guild: Guild) -> Json:
    """Return a whole GUILD_CREATE."""
    return copy.deepcopy(payloads.guild_create(SIMULATION, guild)) | {"unavailable": False}


def ready() -> Json:
    """Return a READY that lists every server."""
    return {
        "v": 10,
        "user": payloads.own_user(SIMULATION.world.app.user),
        "guilds": [{"id": str(each.id), "unavailable": True} for each in guilds()],
        "session_id": "a-session",
        "resume_gateway_url": "ws://127.0.0.1/gateway",
        "shard": [0, 1],
        "application": {"id": str(SIMULATION.world.app.id), "flags": 0},
    }


def event(name: str) -> Json:
    """Return an event with the given name: as in the sandbox, or an object with what such events have."""
    guild = guilds()[0]
    found = guild_create(guild)
    channel, role, member = found["channels"][0], found["roles"][0], found["members"][0]
    where = {"guild_id": found["id"], "channel_id": channel["id"]}
    own: dict[str, Json] = {
        "READY": ready(),
        "GUILD_CREATE": found,
        "GUILD_UPDATE": {
            key: found[key] for key in found if key not in {"channels", "members", "unavailable"}
        },
        "GUILD_DELETE": {"id": "1"},
        "GUILD_MEMBER_UPDATE": {**member, **where},
        "GUILD_MEMBERS_CHUNK": {**where, "members": [member], "chunk_index": 0, "chunk_count": 1},
    }
    own |= {
        "USER_UPDATE": member["user"],
        "TYPING_START": {**where, "user_id": member["user"]["id"], "timestamp": 1},
        "THREAD_MEMBER_UPDATE": {**_joined(member), **where},
        "PRESENCE_UPDATE": {**_anything(member), **where, "status": "online"},
        "INTEGRATION_CREATE": {**_anything(member), **where, "type": "twitch"},
        "INTEGRATION_UPDATE": {**_anything(member), **where, "type": "twitch"},
    }
    if name in own:
        return own[name]
    if name.startswith("CHANNEL_"):
        return {**channel, **where}
    if name.startswith("THREAD_"):
        return {**_thread(channel), **where, "threads": [_thread(channel)], "members": [_joined(member)]}
    return {**_anything(member), **where, "role": role, "role_id": role["id"], "member": member}


def malformed(payload: Json) -> Iterator[Json]:
    """Yield the payload with one value missing or wrong, for every value in it (of lists, the first)."""
    for wrong in WRONG:
        if wrong is not GONE:
            yield wrong
    for path in _paths(payload, _DEPTH):
        for wrong in WRONG:
            yield _with(payload, path, wrong)


def _paths(value: Json, depth: int) -> Iterator[tuple[Any, ...]]:
    if depth and isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(min(len(value), 1)):
            yield (key,)
            yield from ((key, *rest) for rest in _paths(value[key], depth - 1))


def _with(payload: Json, path: tuple[Any, ...], wrong: Json) -> Json:
    changed = copy.copy(payload)
    *before, last = path
    inner = changed
    for key in before:
        inner[key] = copy.copy(inner[key])
        inner = inner[key]
    if wrong is not GONE:
        inner[last] = wrong
    else:
        del inner[last]
    return changed


def _thread(channel: Json) -> Json:
    about = {
        "archived": False,
        "auto_archive_duration": 60,
        "archive_timestamp": "2031-01-08T09:00:00+00:00",
    }
    return {
        "id": "900000000000000001",
        "type": 12,
        "name": "a thread",
        "guild_id": channel.get("guild_id"),
        "parent_id": channel["id"],
        "owner_id": "900000000000000002",
        "message_count": 0,
        "member_count": 1,
        "rate_limit_per_user": 0,
        "thread_metadata": about | {"locked": False},
        "flags": 0,
    }


def _joined(member: Json) -> Json:
    return {
        "id": "900000000000000001",
        "user_id": member["user"]["id"],
        "join_timestamp": "2031-01-08T09:00:00+00:00",
        "flags": 0,
    }


def _anything(member: Json) -> Json:
    """Return an object with the attributes of most events."""
    now, number = "2031-01-08T09:00:00+00:00", "900000000000000003"
    data = {"id": number, "name": "sit", "type": 1, "custom_id": "rooms:sit:17:v1", "component_type": 2}
    return {
        "id": number,
        "type": 2,
        "application_id": str(SIMULATION.world.app.id),
        "token": "a-token",
        "version": 1,
        "user": member["user"],
        "user_id": member["user"]["id"],
        "author": member["user"],
        "locale": "en-US",
        "data": data | {"components": [], "options": []},
        "content": "",
        "timestamp": now,
        "embeds": [],
        "attachments": [],
        "mentions": [],
        "mention_roles": [],
        "pinned": False,
        "tts": False,
        "message_id": number,
        "ids": [number],
        "emoji": {"id": None, "name": "a"},
        "code": "a-code",
        "created_at": now,
        "max_age": 0,
        "max_uses": 0,
        "temporary": False,
        "uses": 0,
        "entity_type": 2,
        "entity_id": None,
        "name": "an event",
        "privacy_level": 2,
        "status": 1,
        "scheduled_start_time": now,
        "guild_scheduled_event_id": number,
        "session_id": "a-session",
        "deaf": False,
        "mute": False,
        "self_deaf": False,
        "self_mute": False,
        "self_video": False,
        "suppress": False,
        "request_to_speak_timestamp": None,
        "sku_id": number,
        "entitlement_ids": [number],
        "current_period_start": now,
        "current_period_end": now,
        "answer_id": 1,
        "action_type": 1,
        "target_id": number,
        "emojis": [],
        "stickers": [],
        "soundboard_sounds": [],
        "attachment_size_limit": 10_485_760,
        "entitlements": [],
        "authorizing_integration_owners": {},
        "permissions": [{"id": number, "type": 1, "permission": True}],
        "action": {"type": 1},
        "actions": [{"type": 1}],
        "rule_id": number,
        "rule_trigger_type": 1,
        "event_type": 1,
        "trigger_type": 1,
        "trigger_metadata": {},
        "enabled": True,
        "exempt_roles": [],
        "exempt_channels": [],
        "creator_id": number,
        "deleted": False,
        "sound_id": number,
        "volume": 0.5,
        "available": True,
        "emoji_id": None,
        "emoji_name": None,
        "account": {"id": "an account", "name": "an account"},
        "client_status": {"web": "online"},
        "activities": [],
        "topic": "a topic",
        "sku_ids": [number],
        "renewal_sku_ids": [number],
        "country": None,
        "matched_keyword": None,
        "matched_content": "",
        "syncing": False,
        "enable_emoticons": False,
        "role_id": number,
        "expire_behavior": 0,
        "expire_grace_period": 1,
        "synced_at": now,
        "subscriber_count": 0,
        "revoked": False,
        "canceled_at": None,
        "join_timestamp": now,
        "flags": 0,
    }
