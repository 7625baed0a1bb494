"""Room notices of members."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.scheduling.ranges import Count, MinuteOfDay, Zone


class NoticeState(StrEnum):
    """Whether a member's room notices come, and if not, why."""

    ON = "on"
    CHANGED = "changed"  # on hold: the consent text changed since the member agreed
    CLOSED = "closed"  # Discord could not deliver one
    PAUSED = "paused"  # until a date
    AWAY = "away"  # until the member resumes
    STOPPED = "stopped"  # four in a row had no tap
    OPENING = "opening"  # on, but the direct messages are not opened yet


@dataclass(frozen=True, slots=True)
class NoticeSettings:
    """How room notices come to a member in one server, and how far they have eased.

    `personal_data.py` describes the columns. `dm_channel_id` is 0 until the direct messages are opened.
    `locale` is the member's language (None: the server's).
    """

    notice_settings_id: int
    member_id: int
    guild_id: int
    dm_channel_id: int
    zone: Zone
    quiet_start_minute: MinuteOfDay | None
    quiet_end_minute: MinuteOfDay | None
    sound: bool
    paused_until: datetime | None
    unanswered: Count
    left_out: bool
    dms_closed: bool
    locale: str | None = None


@dataclass(frozen=True, slots=True)
class RoomNotice:
    """A room that a member chose.

    `session_id` is the session that the notice in view, or being sent, is about; `message_id` is the one
    in view. `next_session_id` is the session that the next notice is about, once it is due.
    """

    room_notice_id: int
    member_id: int
    guild_id: int
    room_id: int
    session_id: int | None = None
    message_id: int | None = None
    next_session_id: int | None = None


@dataclass(frozen=True, slots=True)
class NoticeOverview:
    """A member's room notices in one server: the rooms by id, and how notices come (None: they are off).

    `is_outdated`: they are on hold, since the consent text changed after the member agreed.
    """

    guild_id: int
    settings: NoticeSettings | None = None
    room_ids: frozenset[int] = frozenset()
    is_outdated: bool = False
