"""Sessions of one room that would overlap, as pure functions."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from bot.rooms.rules import MOST_MINUTES, whole_minutes
from bot.rooms.schedules.model import Plan
from bot.scheduling.recurrence import Change, Occurrence, occurrences

_LOOKED_AHEAD = timedelta(
    days=400
)  # all changes of clocks in a year; as often as the weeks that are left out
_LONGEST = timedelta(minutes=MOST_MINUTES)


@dataclass(frozen=True, slots=True)
class Overlap:
    """A session of `plan` at `at` that another one would overlap with."""

    plan: Plan
    at: datetime


def first_overlap(plan: Plan, others: Iterable[Plan], now: datetime) -> Overlap | None:
    """Return the first session of `others` that a session of `plan` overlaps with, or None.

    All sessions after `now` count, also those on days off, as these can be removed.
    """
    found = (_first_of(plan, other, now) for other in others)
    return min(filter(None, found), key=lambda each: each.at, default=None)


def overlap_of_one(plan: Plan, day: date, others: Iterable[Plan], now: datetime) -> Overlap | None:
    """Return what the occurrence of `plan` that is planned for `day`, moved or not, overlaps with.

    This can be another occurrence of `plan`. Returns None if the occurrence does not take place.
    """
    ahead = takewhile(lambda each: each.at < _end_of_search(plan, day), _every(plan, now))
    one = next((each for each in ahead if each.local_date == day), None)
    changes = [each for each in plan.changes if each.local_date != day]
    rest = replace(plan, changes=[*changes, Change(plan.schedule.schedule_id, day, None, None)])
    found = (_at(one, plan, other) for other in [rest, *others]) if one is not None else ()
    return min(filter(None, found), key=lambda each: each.at, default=None)


def _at(one: Occurrence, plan: Plan, other: Plan) -> Overlap | None:
    """Return the session of `other` that one session of `plan` overlaps with."""
    ends, lasts = one.at + length(plan), length(other)
    near = takewhile(lambda each: each.at < ends, _every(other, one.at - _LONGEST))
    return next((Overlap(other, each.at) for each in near if each.at + lasts > one.at), None)


def _first_of(plan: Plan, other: Plan, now: datetime) -> Overlap | None:
    begin = max(now, *(_begin(each, now) for each in (plan, other)))
    weeks = max(plan.schedule.every_weeks, other.schedule.every_weeks)
    until = begin + weeks * _LOOKED_AHEAD
    theirs = list(takewhile(lambda each: each.at < until, _every(other, now)))
    mine = takewhile(lambda each: each.at < until, _every(plan, now))
    return _meeting(mine, length(plan), other, theirs)


def _meeting(
    mine: Iterable[Occurrence], lasts: timedelta, other: Plan, theirs: Sequence[Occurrence]
) -> Overlap | None:
    """Return the first of `theirs`, sessions of `other`, that one of `mine` overlaps with."""
    position, other_lasts = 0, length(other)
    for each in mine:
        while position < len(theirs) and theirs[position].at + other_lasts <= each.at:
            position += 1
        if position < len(theirs) and theirs[position].at < each.at + lasts:
            return Overlap(other, theirs[position].at)
    return None


def length(plan: Plan) -> timedelta:
    """Return how long a session of a plan lasts, breaks included."""
    return timedelta(minutes=whole_minutes(plan.schedule.minutes, plan.schedule.rounds))


def _every(plan: Plan, after: datetime) -> Iterator[Occurrence]:
    return occurrences(plan.schedule.recurrence, after, plan.changes)


def _begin(plan: Plan, now: datetime) -> datetime:
    """Return the first moment at which a plan can have a session."""
    first = plan.schedule.from_date
    return datetime.combine(first, time(), ZoneInfo(plan.schedule.zone)) if first else now


def _end_of_search(plan: Plan, day: date) -> datetime:
    """Return a moment after the occurrence of a day, wherever it was moved to."""
    moved = max((each.moved_date or day for each in plan.changes if each.local_date == day), default=day)
    return datetime.combine(max(day, moved), time(), ZoneInfo(plan.schedule.zone)) + timedelta(days=3)
