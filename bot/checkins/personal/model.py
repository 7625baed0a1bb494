"""A member's check-ins."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.checkins.cadence.model import Came, Times


@dataclass(frozen=True, slots=True)
class Cadence:
    """When a member's check-ins come, and how far they have eased. Columns as in `personal_data.py`.

    `prompt_message_id` is the one in view, until its answer is shown; `tapped`, that it had a tap.
    """

    cadence_id: int
    member_id: int
    guild_id: int
    dm_channel_id: int
    weekdays: int
    start_minute: int
    end_minute: int
    zone: str
    per_week: int
    quiet_start_minute: int | None
    quiet_end_minute: int | None
    begins_on: date | None
    sound: bool
    unanswered: int
    sent: int
    last_sent_on: date | None
    sent_in_week: int
    texts_sent: str
    prompt_message_id: int | None
    paused_until: datetime | None
    dms_closed: bool
    thread_id: int | None = None
    tapped: bool = False

    @property
    def times(self) -> Times:
        """The times as the member chose them."""
        return Times(
            self.weekdays,
            self.start_minute,
            self.end_minute,
            self.zone,
            self.per_week,
            self.quiet_start_minute,
            self.quiet_end_minute,
            self.begins_on,
        )

    @property
    def key(self) -> int:
        """What spreads members over their windows: known before anything is kept."""
        return spread_key(self.member_id, self.guild_id)

    @property
    def turn(self) -> int:
        """Which the next one is, counted from one."""
        return self.sent + 1

    @property
    def came(self) -> Came | None:
        """What the week's maximum counts."""
        return None if self.last_sent_on is None else Came(self.last_sent_on, self.sent_in_week)


# What changes while check-ins come and go; the rest is the member's choice.
STATE = (
    *("per_week", "begins_on", "unanswered", "sent", "last_sent_on", "sent_in_week", "texts_sent"),
    *("prompt_message_id", "tapped", "paused_until", "dms_closed"),
)


@dataclass(frozen=True, slots=True)
class Preview:
    """What follows from agreeing: whether one comes at once, and when the next one does."""

    at_once: bool
    next_at: datetime | None


def spread_key(member_id: int, guild_id: int) -> int:
    """Return the number that spreads members over their windows, the same for the same member."""
    return member_id ^ guild_id
