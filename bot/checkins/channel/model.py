"""Channel check-ins, and the rules of when they come and what they show. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.delivery.easing import is_stopped
from bot.delivery.outcome import Problem
from bot.scheduling.ranges import Count, MinuteOfDay, Weekdays, Zone
from bot.scheduling.recurrence import Recurrence, next_occurrence

IN_VIEW = timedelta(hours=12)  # less than from one day's to the next's, also where clocks are changed
MOST_OF_A_SERVER = 5
_FEWEST_SHOWN = 3  # a smaller number would be about persons


@dataclass(frozen=True, slots=True)
class ChannelCheckin:
    """A check-in that is posted in a channel of a server at weekly times.

    `weekdays` has bit 0 for Monday, `local_minute` is since midnight. `sent` is how many were sent;
    `unanswered` is how many of the latest ones in a row had no tap. The message `message_id` stays in view
    until `expires_at`, when the bot deletes it. `problem`: why the last one could not be posted.
    """

    channel_checkin_id: int
    guild_id: int
    channel_id: int
    weekdays: Weekdays
    local_minute: MinuteOfDay
    zone: Zone
    sent: Count
    unanswered: Count
    message_id: int | None
    expires_at: datetime | None
    problem: Problem | None = None

    @property
    def turn(self) -> int:
        """The number, counted from one, of the check-in in view, or else of the next."""
        return self.sent + (self.message_id is None)

    @property
    def recurrence(self) -> Recurrence:
        """The weekly times at which it is posted."""
        return Recurrence(self.weekdays, self.local_minute, self.zone)


def is_resting(one: ChannelCheckin) -> bool:
    """Return whether the check-in stopped, as nobody tapped the last four; moderators can restart it."""
    return is_stopped(one.unanswered) and one.message_id is None


def next_at(one: ChannelCheckin, now: datetime) -> datetime | None:
    """Return when the next one is due, later than `now`, or None while it is stopped."""
    return None if is_resting(one) else next_occurrence(one.recurrence, now)


def is_planned(one: ChannelCheckin, moment: datetime) -> bool:
    """Return whether `moment` is one of its times."""
    return next_occurrence(one.recurrence, moment - timedelta(seconds=1)) == moment


def shown_count(count: int) -> int | None:
    """Return the number of members who answered, or None if fewer than three did (it is not shown then)."""
    return count if count >= _FEWEST_SHOWN else None
