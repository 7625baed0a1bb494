"""The JSON objects that Discord documents, made from records. REST, the gateway and the page send them."""

from sandbox.state.payloads.channels import channel, overwrite, partial_channel, thread_member
from sandbox.state.payloads.commands import command, localised
from sandbox.state.payloads.guilds import guild, guild_create, voice_state
from sandbox.state.payloads.interactions import interaction
from sandbox.state.payloads.messages import attachment, message, message_event, without_content
from sandbox.state.payloads.scheduled_events import event
from sandbox.state.payloads.users import member, own_user, partial_member, role, user

__all__ = [
    "attachment",
    "channel",
    "command",
    "event",
    "guild",
    "guild_create",
    "interaction",
    "localised",
    "member",
    "message",
    "message_event",
    "overwrite",
    "own_user",
    "partial_channel",
    "partial_member",
    "role",
    "thread_member",
    "user",
    "voice_state",
    "without_content",
]
