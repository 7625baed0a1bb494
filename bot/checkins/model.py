"""A member's check-ins."""

from dataclasses import dataclass
from datetime import datetime

from bot.cadence.model import Times


@dataclass(frozen=True, slots=True)
class Cadence:
    """When a member's check-ins come, and how far they have eased. Columns as in `personal_data.py`."""

    cadence_id: int
    member_id: int
    guild_id: int
    dm_channel_id: int
    weekdays: int
    start_minute: int
    end_minute: int
    zone: str
    per_week: int
    sound: bool
    unanswered: int
    sent: int
    prompt_message_id: int | None
    paused_until: datetime | None
    closed: bool

    @property
    def times(self) -> Times:
        """The times as the member chose them."""
        return Times(self.weekdays, self.start_minute, self.end_minute, self.zone, self.per_week)
