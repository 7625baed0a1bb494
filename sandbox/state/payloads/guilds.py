"""Servers and voice states as JSON."""

from __future__ import annotations

from sandbox.state.models import EventStatus, Guild, Json, VoiceState
from sandbox.state.payloads.channels import channel
from sandbox.state.payloads.scheduled_events import event
from sandbox.state.payloads.users import member, role, timestamp
from sandbox.state.simulation import Simulation

# Fields of features that the sandbox does not have.
_FIXED_FIELDS: Json = {
    "icon": None,
    "splash": None,
    "discovery_splash": None,
    "banner": None,
    "description": None,
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
    "max_members": 500000,
    "max_presences": None,
    "max_video_channel_users": 25,
    "max_stage_video_channel_users": 50,
    "incidents_data": None,
}
_OPEN = frozenset({EventStatus.SCHEDULED, EventStatus.ACTIVE})


def voice_state(guild: Guild, one: VoiceState, *, left: bool = False) -> Json:
    """Return a voice state object with its member; `left` sets no channel, for someone who has left."""
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
    """Return a guild object of a REST response."""
    return _FIXED_FIELDS | {
        "id": str(one.id),
        "name": one.name,
        "owner_id": str(one.owner_id),
        "roles": [role(r) for r in one.roles.values()],
        "preferred_locale": one.locale,
    }


def guild_create(simulation: Simulation, one: Guild) -> Json:
    """Return the data of a GUILD_CREATE event. Its members are the bot and the people in voice."""
    bot_id = simulation.world.app.user.id
    present = {bot_id, *one.voice}
    threads = [c for c in one.channels.values() if c.thread and not c.thread.archived]
    plain = [c for c in one.channels.values() if c.thread is None]
    return guild(one) | {
        "joined_at": timestamp(one.members[bot_id].joined_at),
        "large": False,
        "unavailable": False,
        "member_count": len(one.members),
        "voice_states": [voice_state(one, v) for v in one.voice.values()],
        "members": [member(m) for i, m in one.members.items() if i in present],
        "channels": [channel(simulation, c) for c in plain],
        "threads": [channel(simulation, c) for c in threads],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [event(simulation, e) for e in one.events.values() if e.status in _OPEN],
        "soundboard_sounds": [],
    }
