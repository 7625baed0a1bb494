"""What is published about a week. `docs/decisions/0023` explains what this protects members against.

A total is published once, when its week is over in every time zone. One member contributes at most a few,
fewer than five members give no total, and the sum is blurred at random and then rounded: with or without
any one member, each outcome is about as likely.
"""

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import TypeAlias

from bot.weeks.counts.model import Column
from bot.weeks.counts.rules import monday, week_of
from bot.weeks.totals.model import SharedCounts, WeeklyTotal

FEWEST_MEMBERS = 5  # who share in a week, for anything to be published of it
MOST_PER_MEMBER = 5  # sits or taps that one member's week counts with
ROUNDED_TO = 10  # what comes below it is said to be few
ODDS = math.e  # how many times likelier, at most, one member makes any outcome of one number
_FULL, _SMALLEST = 100, 0.3  # the total from which on a stone is full; the fullness of the smallest

Chance: TypeAlias = Callable[[], float]

_EARLIEST, _LATEST = timedelta(hours=14), timedelta(hours=12)  # the zones where a day comes first and last
_RATIO = ODDS ** (-1 / MOST_PER_MEMBER)  # how much less likely the blur is by one more


def newest_over(now: datetime) -> int:
    """Return the newest week that is over in every zone."""
    return week_of((now - _LATEST).astimezone(UTC).date() - timedelta(weeks=1))


def begins_at(week: int) -> datetime:
    """Return when a week begins in the first zone on Earth; a consent given later does not cover it."""
    return datetime.combine(monday(week), time(), UTC) - _EARLIEST


def publish(week: int, shared: SharedCounts, chance: Chance) -> WeeklyTotal:
    """Return what is published of a week. `chance` gives numbers from 0 up to but not including 1."""
    if shared.members < FEWEST_MEMBERS:
        return WeeklyTotal(week, None, None)
    return WeeklyTotal(week, blurred(shared.sits, chance), blurred(shared.checkins, chance))


def blurred(count: int, chance: Chance) -> int:
    """Return a count blurred by as much as one member may contribute, then rounded, not below 0."""
    difference = _geometric(chance()) - _geometric(chance())
    return max(0, round((count + difference) / ROUNDED_TO) * ROUNDED_TO)


def _geometric(drawn: float) -> int:
    """Return a geometric random number with ratio `_RATIO`, computed from a uniform one."""
    return int(math.log(1 - drawn) / math.log(_RATIO))


def shown(totals: Sequence[WeeklyTotal]) -> list[WeeklyTotal]:
    """Return the totals of the weeks for which something was published."""
    return [each for each in totals if each.sits is not None]


def columns(weeks: Sequence[int], totals: Sequence[WeeklyTotal]) -> list[Column]:
    """Return what a picture of the weeks shows; weeks without published totals have no stones."""
    by_week = {each.week: each for each in shown(totals)}
    empty = WeeklyTotal(0, None, None)
    found = [(week, by_week.get(week, empty)) for week in weeks]
    return [Column(str(week % 100), _stone(each.sits), _stone(each.checkins)) for week, each in found]


def _stone(count: int | None) -> tuple[str, float] | None:
    if count is None:
        return None
    return (str(count) if count else f"<{ROUNDED_TO}", min(1.0, max(_SMALLEST, count / _FULL)))
