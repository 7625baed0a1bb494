"""Servers, with their roles, members, voice states and scheduled events."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

from sandbox.state.models.channels import Channel
from sandbox.state.models.json_object import Json
from sandbox.state.models.users import User


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
    timed_out_until: datetime | None = None

    @property
    def display(self) -> str:
        """The name shown in this server."""
        return self.nick or self.user.display


class EventStatus(IntEnum):
    """Discord's statuses of scheduled events."""

    SCHEDULED = 1
    ACTIVE = 2
    COMPLETED = 3
    CANCELED = 4


@dataclass(eq=False)
class ScheduledEvent:
    """A scheduled event of a server; `interested` has the ids of the users who want a reminder."""

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
    was_visited: bool = False  # whether someone has been in its channel since its start
    emptied_at: datetime | None = None  # when the last person left its channel
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
    """A server. Its parts are keyed by their ids, voice states by user id."""

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
