"""Gateway intents: which events a session gets, and what is removed from them.

Source: Discord's "Gateway" topic, "List of Intents".
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntFlag

from sandbox.state import payloads
from sandbox.state.models import Json
from sandbox.state.simulation import GatewayEvent


class Intent(IntFlag):
    """The intents that events of the sandbox need."""

    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_PRESENCES = 1 << 8
    GUILD_VOICE_STATES = 1 << 7
    GUILD_MESSAGES = 1 << 9
    GUILD_MESSAGE_REACTIONS = 1 << 10
    DIRECT_MESSAGES = 1 << 12
    DIRECT_MESSAGE_REACTIONS = 1 << 13
    MESSAGE_CONTENT = 1 << 15
    GUILD_SCHEDULED_EVENTS = 1 << 16


PRIVILEGED = int(Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES | Intent.MESSAGE_CONTENT)
KNOWN = (1 << 17) - 1 | 0b11 << 20 | 0b11 << 24  # the bits that Discord documents

_NEEDED: Mapping[str, Intent] = {
    "GUILD_CREATE": Intent.GUILDS,
    "GUILD_UPDATE": Intent.GUILDS,
    "GUILD_DELETE": Intent.GUILDS,
    "GUILD_ROLE_UPDATE": Intent.GUILDS,
    "CHANNEL_CREATE": Intent.GUILDS,
    "CHANNEL_UPDATE": Intent.GUILDS,
    "CHANNEL_DELETE": Intent.GUILDS,
    "THREAD_CREATE": Intent.GUILDS,
    "THREAD_UPDATE": Intent.GUILDS,
    "THREAD_DELETE": Intent.GUILDS,
    "THREAD_MEMBERS_UPDATE": Intent.GUILDS,
    "GUILD_MEMBER_ADD": Intent.GUILD_MEMBERS,
    "GUILD_MEMBER_REMOVE": Intent.GUILD_MEMBERS,
    "VOICE_STATE_UPDATE": Intent.GUILD_VOICE_STATES,
    "VOICE_CHANNEL_STATUS_UPDATE": Intent.GUILDS,
    "GUILD_SCHEDULED_EVENT_CREATE": Intent.GUILD_SCHEDULED_EVENTS,
    "GUILD_SCHEDULED_EVENT_UPDATE": Intent.GUILD_SCHEDULED_EVENTS,
    "GUILD_SCHEDULED_EVENT_DELETE": Intent.GUILD_SCHEDULED_EVENTS,
    "GUILD_SCHEDULED_EVENT_USER_ADD": Intent.GUILD_SCHEDULED_EVENTS,
    "GUILD_SCHEDULED_EVENT_USER_REMOVE": Intent.GUILD_SCHEDULED_EVENTS,
}
_MESSAGE_EVENTS = {"MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK"}


def allow(intents: int, event: GatewayEvent, bot_id: int) -> bool:
    """Whether a session with these intents gets the event."""
    if event.name == "GUILD_MEMBER_UPDATE":
        own = event.data["user"]["id"] == str(bot_id)
        return own or bool(intents & Intent.GUILD_MEMBERS)
    if event.name in _MESSAGE_EVENTS:
        return bool(intents & (Intent.GUILD_MESSAGES if event.guild_id else Intent.DIRECT_MESSAGES))
    if event.name.startswith("MESSAGE_REACTION_"):
        in_guild, in_dm = Intent.GUILD_MESSAGE_REACTIONS, Intent.DIRECT_MESSAGE_REACTIONS
        return bool(intents & (in_guild if event.guild_id else in_dm))
    if event.name == "CHANNEL_PINS_UPDATE":
        return bool(intents & (Intent.GUILDS if event.guild_id else Intent.DIRECT_MESSAGES))
    needed = _NEEDED.get(event.name)
    return needed is None or bool(intents & needed)


def redact(intents: int, event: GatewayEvent, bot_id: int) -> Json:
    """Return the part of the event's data that the intents cover."""
    if event.name == "GUILD_CREATE":
        return _redact_guild(intents, event.data, bot_id)
    if event.name in {"MESSAGE_CREATE", "MESSAGE_UPDATE"} and not intents & Intent.MESSAGE_CONTENT:
        return _redact_message(event.data, bot_id)
    return event.data


def _redact_message(data: Json, bot_id: int) -> Json:
    """Remove the content, except of the bot's own messages, messages that mention it, and DMs."""
    own = data["author"]["id"] == str(bot_id)
    mentioned = any(one["id"] == str(bot_id) for one in data["mentions"])
    if own or mentioned or "guild_id" not in data:
        return data
    return payloads.without_content(data)


def _redact_guild(intents: int, data: Json, bot_id: int) -> Json:
    """Remove voice states, their members and scheduled events without their intents."""
    result: Json = {}
    if not intents & Intent.GUILD_VOICE_STATES:
        result["members"] = [m for m in data["members"] if m["user"]["id"] == str(bot_id)]
        result["voice_states"] = []
    if not intents & Intent.GUILD_SCHEDULED_EVENTS:
        result["guild_scheduled_events"] = []
    return data | result
