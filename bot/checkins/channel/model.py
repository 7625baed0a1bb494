"""Open check-ins."""

from dataclasses import dataclass
from datetime import datetime

from bot.delivery.outcome import Problem
from bot.scheduling.recurrence import Recurrence


@dataclass(frozen=True, slots=True)
class ChannelCheckin:
    """A server's check-in for whoever is there, at weekly times.

    `weekdays` has bit 0 for Monday, `local_minute` is since midnight. `sent` is how many came, `unanswered`
    how many of them in a row nobody tapped; `message_id` is the one in view, until `expires_at`.
    `problem`: why the last could not be posted.
    """

    channel_checkin_id: int
    guild_id: int
    channel_id: int
    weekdays: int
    local_minute: int
    zone: str
    sent: int
    unanswered: int
    message_id: int | None
    expires_at: datetime | None
    problem: Problem | None = None

    @property
    def turn(self) -> int:
        """Which it is, counted from one: the one in view, else the next."""
        return self.sent + (self.message_id is None)

    @property
    def recurrence(self) -> Recurrence:
        """When it comes."""
        return Recurrence(self.weekdays, self.local_minute, self.zone)
