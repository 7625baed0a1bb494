"""The rules of open check-ins, pure."""

from datetime import datetime, timedelta

from bot.checkins.rules import RESTS_AFTER
from bot.open_checkins.model import OpenCheckin
from bot.schedules.rules import next_of
from bot.sessions.rules import FEWEST_ARRIVALS

IN_VIEW = timedelta(hours=12)  # shorter than from one day's to the next's, also where clocks are changed
MOST_OPEN = 5  # of one server


def is_resting(one: OpenCheckin) -> bool:
    """Return whether none comes until a moderator wants it: nobody tapped the last four."""
    return one.unanswered >= RESTS_AFTER and one.message_id is None


def next_at(one: OpenCheckin, now: datetime) -> datetime | None:
    """Return when the next comes, later than `now`, or None while it rests."""
    return None if is_resting(one) else next_of([one.plan], now)


def is_planned(one: OpenCheckin, moment: datetime) -> bool:
    """Return whether one is to come at a moment, by its times."""
    return next_of([one.plan], moment - timedelta(seconds=1)) == moment


def shown_count(count: int) -> int | None:
    """Return how many stopped by as it may be shown, or None below the number that is about persons."""
    return count if count >= FEWEST_ARRIVALS else None
