"""What the sandbox holds: users, servers, channels, messages, events, commands, interactions.

One module although it is long: these things name each other, and none of them does anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, IntFlag
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio
    from datetime import datetime

Json = dict[str, Any]


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
    """Discord's message flags that the sandbox acts on."""

    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    COMPONENTS_V2 = 1 << 15


@dataclass(eq=False)
class User:
    """An account: a person or the bot."""

    id: int
    name: str
    display: str
    hue: int = 0
    bot: bool = False
    locale: str = "en-US"
    dms_open: bool = True
    on_page: bool = True


@dataclass(eq=False)
class Role:
    """A role of a server."""

    id: int
    name: str
    permissions: int
    position: int = 1
    color: int = 0
    managed: bool = False
    bot_id: int | None = None
    mentionable: bool = False


@dataclass(eq=False)
class Member:
    """A user's membership in one server."""

    user: User
    roles: list[int]
    joined_at: datetime
    nick: str | None = None

    @property
    def display(self) -> str:
        """The name that this server shows."""
        return self.nick or self.user.display


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
    """A message; `ephemeral_to` names the only user who sees it."""

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
    deleted: bool = False

    @property
    def silent(self) -> bool:
        """Whether it was sent without notifications."""
        return bool(self.flags & MessageFlag.SUPPRESS_NOTIFICATIONS)

    @property
    def thinking(self) -> bool:
        """Whether it is a deferred response that has not been filled yet."""
        return bool(self.flags & MessageFlag.LOADING)


@dataclass(eq=False)
class ThreadState:
    """What a thread has more than a channel."""

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
    thread: ThreadState | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    last_message_id: int | None = None


class EventStatus(IntEnum):
    """Where a scheduled event stands."""

    SCHEDULED = 1
    ACTIVE = 2
    COMPLETED = 3
    CANCELED = 4


@dataclass(eq=False)
class ScheduledEvent:
    """A server's native scheduled event."""

    id: int
    guild_id: int
    name: str
    starts_at: datetime
    entity_type: int
    creator_id: int
    ends_at: datetime | None = None
    description: str | None = None
    channel_id: int | None = None
    location: str | None = None
    status: EventStatus = EventStatus.SCHEDULED
    recurrence_rule: Json | None = None
    interested: set[int] = field(default_factory=set)


@dataclass(eq=False)
class VoiceState:
    """One user's presence in a voice channel."""

    user_id: int
    channel_id: int
    session_id: str
    suppress: bool = False
    self_mute: bool = False


@dataclass(eq=False)
class Guild:
    """A server."""

    id: int
    name: str
    owner_id: int
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    events: dict[int, ScheduledEvent] = field(default_factory=dict)
    voice: dict[int, VoiceState] = field(default_factory=dict)
    locale: str = "en-US"
    available: bool = True


@dataclass(eq=False)
class Command:
    """A registered application command, as the bot sent it."""

    id: int
    data: Json
    guild_id: int | None = None
    version: int = 0

    @property
    def name(self) -> str:
        """The command's own name."""
        return str(self.data["name"])

    @property
    def type(self) -> int:
        """1 chat, 2 user, 3 message."""
        return int(self.data.get("type") or 1)


class Kind(IntEnum):
    """Interaction types."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class Callback(IntEnum):
    """Interaction response types."""

    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    AUTOCOMPLETE = 8
    MODAL = 9


@dataclass(eq=False)
class Interaction:
    """One interaction, from the person's tap to its last follow-up."""

    id: int
    token: str
    kind: Kind
    user: User
    channel: Channel
    guild_id: int | None
    data: Json
    made_at: datetime
    opened: float  # the event loop's seconds: the first response's 3 s are real time
    answered: asyncio.Future[None]
    path: str = ""
    source: Message | None = None
    parent: Interaction | None = None
    callback: Callback | None = None
    acknowledged_after: float | None = None
    expired: bool = False
    error: str | None = None
    original: Message | None = None
    messages: list[Message] = field(default_factory=list)
    modal: Json | None = None
    choices: list[Json] | None = None
    modal_used: bool = False
    revision: int = 0  # grows with every edit or follow-up after the first response


@dataclass(eq=False)
class App:
    """The application under test and what Discord's portal would say of it."""

    id: int
    name: str
    token: str
    user: User
    privileged_intents: int = 0


@dataclass
class Unread:
    """What one person has not read in one channel; `loud` pinged or came by DM."""

    count: int = 0
    loud: int = 0
