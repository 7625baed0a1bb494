"""The JSON that Discord sends for each thing, in REST answers and gateway events."""

from sandbox.state.payloads.guilds import (
    channel,
    guild,
    guild_create,
    overwrite,
    partial_channel,
    voice_state,
)
from sandbox.state.payloads.messages import (
    ATTACHMENT_LIMIT_BYTES,
    attachment,
    command,
    interaction,
    message,
    message_event,
    without_content,
)
from sandbox.state.payloads.scheduled_events import event
from sandbox.state.payloads.users import bare_member, member, own_user, role, user

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
