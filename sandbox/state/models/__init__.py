"""The things of the simulated world as plain records: they hold data and change nothing."""

from sandbox.state.models.channels import (
    ATTACHMENT_LIMIT_BYTES,
    Attachment,
    CallbackType,
    Channel,
    ChannelType,
    Interaction,
    InteractionType,
    Message,
    MessageFlag,
    Overwrite,
    ThreadMetadata,
    Unread,
)
from sandbox.state.models.commands import Command
from sandbox.state.models.guilds import EventStatus, Guild, Member, Role, ScheduledEvent, VoiceState
from sandbox.state.models.json_object import Json, without_nulls
from sandbox.state.models.locales import LOCALES
from sandbox.state.models.users import App, User

__all__ = [
    "ATTACHMENT_LIMIT_BYTES",
    "LOCALES",
    "App",
    "Attachment",
    "CallbackType",
    "Channel",
    "ChannelType",
    "Command",
    "EventStatus",
    "Guild",
    "Interaction",
    "InteractionType",
    "Json",
    "Member",
    "Message",
    "MessageFlag",
    "Overwrite",
    "Role",
    "ScheduledEvent",
    "ThreadMetadata",
    "Unread",
    "User",
    "VoiceState",
    "without_nulls",
]
