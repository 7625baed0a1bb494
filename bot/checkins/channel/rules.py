"""The rules of open check-ins, pure."""

from datetime import datetime, timedelta

from bot.checkins.channel.model import ChannelCheckin
from bot.checkins.personal.rules import RESTS_AFTER
from bot.scheduling.recurrence import next_occurrence

IN_VIEW = timedelta(hours=12)  # shorter than from one day's to the next's, also where clocks are changed
MOST_OPEN = 5  # of one server
_FEWEST_SHOWN = 3  # below that, a number would be about persons


def is_resting(one: ChannelCheckin) -> bool:
    """Return whether none comes until a moderator wants it: nobody tapped the last four."""
    return one.unanswered >= RESTS_AFTER and one.message_id is None


def next_at(one: ChannelCheckin, now: datetime) -> datetime | None:
    """Return when the next comes, later than `now`, or None while it rests."""
    return None if is_resting(one) else next_occurrence(one.recurrence, now)


def is_planned(one: ChannelCheckin, moment: datetime) -> bool:
    """Return whether one is to come at a moment, by its times."""
    return next_occurrence(one.recurrence, moment - timedelta(seconds=1)) == moment


def shown_count(count: int) -> int | None:
    """Return how many stopped by as it may be shown, or None below the number that is about persons."""
    return count if count >= _FEWEST_SHOWN else None
