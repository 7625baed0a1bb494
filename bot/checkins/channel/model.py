"""Channel check-ins, and the rules of when they come and what they show. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.delivery.easing import is_stopped
from bot.delivery.outcome import Problem
from bot.fingerprint import fingerprint
from bot.scheduling.days_off import DayOff
from bot.scheduling.ranges import Count, MinuteOfDay, Weekdays, Zone
from bot.scheduling.recurrence import Recurrence, after_timezone_update, next_occurrence

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
    def number(self) -> int:
        """The number, counted from one, of the check-in in view, or else of the next."""
        return self.sent + (self.message_id is None)

    @property
    def recurrence(self) -> Recurrence:
        """The weekly times at which it is posted."""
        return Recurrence(self.weekdays, self.local_minute, self.zone)


@dataclass(frozen=True, slots=True)
class ListedCheckin:
    """A channel check-in as moderators see it, with when the next comes (None while it is stopped)."""

    one: ChannelCheckin
    next_at: datetime | None

    @property
    def fingerprint(self) -> int:
        """A number that differs once the question before its removal would say something else."""
        one = self.one
        is_in_view = one.message_id is not None
        return fingerprint(
            one.channel_id, one.weekdays, one.local_minute, one.zone, self.next_at, is_in_view
        )


def is_resting(one: ChannelCheckin) -> bool:
    """Return whether the check-in stopped, as nobody tapped the last four; moderators can restart it."""
    return is_stopped(one.unanswered) and one.message_id is None


def next_at(one: ChannelCheckin, now: datetime, days_off: Sequence[DayOff]) -> datetime | None:
    """Return when the next one is due, later than `now` and on no day off, or None while it is stopped."""
    return None if is_resting(one) else next_occurrence(_without(one, days_off), now)


def is_planned(one: ChannelCheckin, moment: datetime, days_off: Sequence[DayOff]) -> bool:
    """Return whether `moment` is one of its times, and on no day off."""
    return next_occurrence(_without(one, days_off), moment - timedelta(seconds=1)) == moment


def time_after_timezone_update(
    one: ChannelCheckin, was_due: datetime, now: datetime, days_off: Sequence[DayOff]
) -> datetime | None:
    """Return the new time of the check-in due at `was_due`, by its time zone's new rules."""
    return after_timezone_update(_without(one, days_off), was_due, now)


def _without(one: ChannelCheckin, days_off: Sequence[DayOff]) -> Recurrence:
    return replace(one.recurrence, days_off=tuple(days_off))


def shown_count(count: int) -> int | None:
    """Return the number of members who answered, or None if fewer than three did (it is not shown then)."""
    return count if count >= _FEWEST_SHOWN else None
