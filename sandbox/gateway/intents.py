"""Which gateway intents an event needs.

Source: Discord's "Gateway" topic, "List of Intents".
"""

from __future__ import annotations

from enum import IntFlag
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.state.models import Json


class Intent(IntFlag):
    """The intents that the sandbox knows by name."""

    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_PRESENCES = 1 << 8
    GUILD_VOICE_STATES = 1 << 7
    GUILD_MESSAGES = 1 << 9
    GUILD_MESSAGE_TYPING = 1 << 11
    DIRECT_MESSAGES = 1 << 12
    DIRECT_MESSAGE_TYPING = 1 << 14
    MESSAGE_CONTENT = 1 << 15
    GUILD_SCHEDULED_EVENTS = 1 << 16


PRIVILEGED = int(Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES | Intent.MESSAGE_CONTENT)
KNOWN = (1 << 17) - 1 | 0b11 << 20 | 0b11 << 24  # the bits that Discord has given out

_NEEDS: Mapping[str, Intent] = {
    "GUILD_CREATE": Intent.GUILDS,
    "GUILD_UPDATE": Intent.GUILDS,
    "GUILD_DELETE": Intent.GUILDS,
    "CHANNEL_CREATE": Intent.GUILDS,
    "CHANNEL_UPDATE": Intent.GUILDS,
    "CHANNEL_DELETE": Intent.GUILDS,
    "THREAD_CREATE": Intent.GUILDS,
    "THREAD_UPDATE": Intent.GUILDS,
    "THREAD_DELETE": Intent.GUILDS,
    "VOICE_STATE_UPDATE": Intent.GUILD_VOICE_STATES,
    "VOICE_CHANNEL_STATUS_UPDATE": Intent.GUILDS,
    "GUILD_SCHEDULED_EVENT_CREATE": Intent.GUILD_SCHEDULED_EVENTS,
    "GUILD_SCHEDULED_EVENT_UPDATE": Intent.GUILD_SCHEDULED_EVENTS,
    "GUILD_SCHEDULED_EVENT_DELETE": Intent.GUILD_SCHEDULED_EVENTS,
    "GUILD_SCHEDULED_EVENT_USER_ADD": Intent.GUILD_SCHEDULED_EVENTS,
    "GUILD_SCHEDULED_EVENT_USER_REMOVE": Intent.GUILD_SCHEDULED_EVENTS,
}
_MESSAGE_EVENTS = {"MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE"}


def allows(intents: int, event: str, guild_id: int | None) -> bool:
    """Whether a session with these intents gets the event."""
    if event in _MESSAGE_EVENTS:
        return bool(intents & (Intent.GUILD_MESSAGES if guild_id else Intent.DIRECT_MESSAGES))
    needed = _NEEDS.get(event)
    return needed is None or bool(intents & needed)


def redacted(intents: int, event: str, data: Json, bot_id: int) -> Json:
    """Return the event, emptied for bots without MESSAGE_CONTENT unless it is theirs or a DM."""
    if intents & Intent.MESSAGE_CONTENT or event not in {"MESSAGE_CREATE", "MESSAGE_UPDATE"}:
        return data
    own = data["author"]["id"] == str(bot_id)
    mentioned = any(one["id"] == str(bot_id) for one in data["mentions"])
    if own or mentioned or "guild_id" not in data:
        return data
    return data | {"content": "", "embeds": [], "attachments": [], "components": []}


def without_members_of_others(intents: int, data: Json, bot_id: int) -> Json:
    """GUILD_CREATE's data: voice states and their members only for those who asked for them."""
    if intents & Intent.GUILD_VOICE_STATES:
        present = data["members"]
    else:
        present = [m for m in data["members"] if m["user"]["id"] == str(bot_id)]
    voice = data["voice_states"] if intents & Intent.GUILD_VOICE_STATES else []
    events = data["guild_scheduled_events"] if intents & Intent.GUILD_SCHEDULED_EVENTS else []
    return data | {"members": present, "voice_states": voice, "guild_scheduled_events": events}
