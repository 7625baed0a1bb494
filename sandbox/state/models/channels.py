"""Channels, their messages and the interactions in them. One module, because each refers to the others."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, IntFlag

from sandbox.state.models.json_object import Json
from sandbox.state.models.users import User

ATTACHMENT_LIMIT_BYTES = 10 * 1024 * 1024


class ChannelType(IntEnum):
    """Discord's channel types that the sandbox has."""

    TEXT = 0
    DM = 1
    VOICE = 2
    CATEGORY = 4
    ANNOUNCEMENT = 5
    ANNOUNCEMENT_THREAD = 10
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    STAGE = 13
    FORUM = 15

    @property
    def is_thread(self) -> bool:
        """Whether it is one of the three thread types."""
        return self in {
            ChannelType.ANNOUNCEMENT_THREAD,
            ChannelType.PUBLIC_THREAD,
            ChannelType.PRIVATE_THREAD,
        }

    @property
    def is_vocal(self) -> bool:
        """Whether people can join it with their voice."""
        return self in {ChannelType.VOICE, ChannelType.STAGE}

    @property
    def has_messages(self) -> bool:
        """Whether messages can be posted in it."""
        return self not in {ChannelType.CATEGORY, ChannelType.FORUM}


class MessageFlag(IntFlag):
    """Discord's message flags that change what the sandbox does."""

    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    COMPONENTS_V2 = 1 << 15


@dataclass(eq=False)
class Overwrite:
    """A channel's permission overwrite; kind 0 is a role, 1 a member."""

    id: int
    kind: int
    allow: int = 0
    deny: int = 0


@dataclass(eq=False)
class Attachment:
    """A file of a message, held in memory."""

    id: int
    filename: str
    data: bytes
    content_type: str
    description: str | None = None
    width: int | None = None
    height: int | None = None


@dataclass(eq=False)
class Message:
    """A message.

    `ephemeral_to` is the id of the only user who sees it. `pinged` has the users who are notified
    unless it is silent. `interaction` is the one that it answers.
    """

    id: int
    channel_id: int
    author_id: int
    at: datetime
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    edited: datetime | None = None
    type: int = 0
    nonce: str | int | None = None
    allowed_mentions: Json | None = None
    mentions: list[int] = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    pinged: list[int] = field(default_factory=list)
    ephemeral_to: int | None = None
    interaction: Interaction | None = None
    reference: Json | None = None
    reactions: dict[str, list[int]] = field(default_factory=dict)  # user ids by emoji
    pinned_at: datetime | None = None
    deleted: bool = False

    @property
    def silent(self) -> bool:
        """Whether it was sent without notifications."""
        return bool(self.flags & MessageFlag.SUPPRESS_NOTIFICATIONS)

    @property
    def thinking(self) -> bool:
        """Whether it is a deferred response that has no content yet."""
        return bool(self.flags & MessageFlag.LOADING)


@dataclass
class Unread:
    """How many messages one person has not read in one channel, and how many of those notified them."""

    count: int = 0
    pings: int = 0


@dataclass(eq=False)
class ThreadMetadata:
    """A thread's own fields; `changed_at` is when it was last archived or restored."""

    owner_id: int
    archived: bool = False
    locked: bool = False
    invitable: bool = True
    auto_archive_minutes: int = 1440
    changed_at: datetime | None = None
    members: set[int] = field(default_factory=set)


@dataclass(eq=False)
class Channel:
    """A channel, category, thread or the DM of the bot with one person."""

    id: int
    type: ChannelType
    name: str
    guild_id: int | None = None
    parent_id: int | None = None
    position: int = 0
    topic: str | None = None
    nsfw: bool = False
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    user_limit: int = 0
    bitrate: int = 64000
    rate_limit_per_user: int = 0
    status: str | None = None
    recipients: list[int] = field(default_factory=list)
    thread: ThreadMetadata | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    last_message_id: int | None = None


class InteractionType(IntEnum):
    """Discord's interaction types."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL_SUBMIT = 5


class CallbackType(IntEnum):
    """Discord's types of the first response to an interaction."""

    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    AUTOCOMPLETE = 8
    MODAL = 9


@dataclass(eq=False)
class Interaction:
    """One interaction, from what the person did to the bot's last follow-up.

    `source` is the message whose component was used, `parent` the interaction whose modal was
    submitted, `original` the message of the first response, `messages` all that the bot posted.
    """

    id: int
    token: str
    type: InteractionType
    user: User
    channel: Channel
    guild_id: int | None
    data: Json
    created_at: datetime
    started_loop_seconds: float  # the event loop's time: the limit for the first response is real time
    answered: asyncio.Future[None]
    command_path: str = ""
    source: Message | None = None
    parent: Interaction | None = None
    callback: CallbackType | None = None
    acknowledged_after: float | None = None
    expired: bool = False
    error: str | None = None
    original: Message | None = None
    messages: list[Message] = field(default_factory=list)
    modal: Json | None = None
    modal_submitted: bool = False
    choices: list[Json] | None = None
    revision: int = 0  # grows with every edit or follow-up after the first response
