"""The JSON that Discord sends for each thing, in REST answers and gateway events."""

from sandbox.payloads.events import event
from sandbox.payloads.people import bare_member, member, own_user, role, user
from sandbox.payloads.places import channel, guild, guild_create, overwrite, partial_channel, voice_state
from sandbox.payloads.talk import (
    ATTACHMENT_LIMIT_BYTES,
    attachment,
    command,
    interaction,
    message,
    message_event,
    without_content,
)

__all__ = [
    "ATTACHMENT_LIMIT_BYTES",
    "attachment",
    "bare_member",
    "channel",
    "command",
    "event",
    "guild",
    "guild_create",
    "interaction",
    "member",
    "message",
    "message_event",
    "overwrite",
    "own_user",
    "partial_channel",
    "role",
    "user",
    "voice_state",
    "without_content",
]
