"""What is published of a week. `docs/decisions/0023` says against whom this protects, and how far.

A total is published once, when its week is over everywhere. Nobody weighs more than a few in it, fewer
than five people are nobody, and what is left is blurred by chance before it is rounded: with or without
any one of them, each outcome stays about as likely as it was.
"""

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import TypeAlias

from bot.weeks.counts.model import Column
from bot.weeks.counts.rules import monday, week_of
from bot.weeks.totals.model import Shared, Total

AT_LEAST = 5  # members who share in a week, for anything to be published of it
MOST = 5  # sits or taps of one member in one week: who has more weighs no more
STEP = 10  # to which a total is rounded; what comes below is said to be few
ODDS = math.e  # how many times likelier, at most, one member makes any outcome of one number
_FULL, _SMALL = 100, 0.3  # totals from which on a stone grows no more; the fullness of the smallest

Chance: TypeAlias = Callable[[], float]

_EARLIEST, _LATEST = timedelta(hours=14), timedelta(hours=12)  # the zones where a day comes first and last
_FALL = ODDS ** (-1 / MOST)  # how much less likely the blur is by one step more


def last_over(now: datetime) -> int:
    """Return the newest week that is over in every zone."""
    return week_of((now - _LATEST).astimezone(UTC).date() - timedelta(weeks=1))


def begins_at(week: int) -> datetime:
    """Return when a week begins where it begins first: a yes after that does not reach into it."""
    return datetime.combine(monday(week), time(), UTC) - _EARLIEST


def publish(week: int, shared: Shared, chance: Chance) -> Total:
    """Return what is published of a week. `chance` gives numbers from 0 up to but not including 1."""
    if shared.members < AT_LEAST:
        return Total(week, None, None)
    return Total(week, blurred(shared.sits, chance), blurred(shared.checkins, chance))


def blurred(count: int, chance: Chance) -> int:
    """Return a count blurred by as much as one member may weigh, then rounded, not below 0."""
    return max(0, round((count + _fall(chance()) - _fall(chance())) / STEP) * STEP)


def _fall(drawn: float) -> int:
    """Return how often something of the likelihood `_FALL` happened before it did not."""
    return int(math.log(1 - drawn) / math.log(_FALL))


def shown(totals: Sequence[Total]) -> list[Total]:
    """Return the totals that say something."""
    return [each for each in totals if each.sits is not None]


def columns(weeks: Sequence[int], totals: Sequence[Total]) -> list[Column]:
    """Return what a picture of the weeks shows; those of which nothing was published are empty places."""
    by_week = {each.week: each for each in shown(totals)}
    empty = Total(0, None, None)
    told = [(week, by_week.get(week, empty)) for week in weeks]
    return [Column(str(week % 100), _stone(each.sits), _stone(each.checkins)) for week, each in told]


def _stone(count: int | None) -> tuple[str, float] | None:
    if count is None:
        return None
    return (str(count) if count else f"<{STEP}", min(1.0, max(_SMALL, count / _FULL)))
