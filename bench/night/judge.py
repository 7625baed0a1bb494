"""Judges what came in a night, from the times that people set and the messages that were posted.

It does not use the bot's rules. From the bot's database it only takes the minute at which a check-in was
due: the check-in may be missing if the bot was away from that minute until ten minutes later.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

LATE_AFTER = timedelta(minutes=10)
SLACK = timedelta(seconds=30)
TRIED_AGAIN = timedelta(seconds=90)  # what failed comes again after a minute: if the bot is there then
WRONG = ("twice", "lost", "late", "unasked", "untrue", "unanswered", "slow", "loud", "left")

WasAway: TypeAlias = Callable[[datetime, datetime], bool]
"""Whether the bot was away the whole time between two moments."""

Window: TypeAlias = tuple[datetime, datetime]


def opening(due: datetime, cards: Sequence[datetime], until: datetime, was_away: WasAway) -> str:
    """Return whether a scheduled opening took place; `cards` are the times of the room's cards."""
    came = [at for at in cards if due - SLACK <= at <= due + LATE_AFTER + SLACK]
    if len(came) > 1:
        return "twice"
    if came:
        return "once"
    if was_away(due + TRIED_AGAIN, due + LATE_AFTER - SLACK):
        return "skipped as late"
    return "still to come" if due > until - SLACK else "lost"


def unasked_openings(due: Sequence[datetime], cards: Sequence[datetime]) -> int:
    """Return how many cards came without a scheduled opening in the ten minutes before."""
    return sum(not any(each - SLACK <= at <= each + LATE_AFTER + SLACK for each in due) for at in cards)


def checkin(window: Window, came: Sequence[datetime], due: Sequence[datetime], was_away: WasAway) -> str:
    """Return whether the one check-in that each window must have came in this one.

    `came` are the times of the member's check-ins, `due` the times at which the bot planned one.
    """
    begin, end = window
    inside = [at for at in came if begin <= at < end]
    planned = [at for at in due if begin <= at < end]
    if len(inside) > 1:
        return "twice"
    if inside:
        is_late = bool(planned) and inside[0] - min(planned) > LATE_AFTER + SLACK
        return "late" if is_late else "once"
    return "skipped as late" if any(_may_be_missing(at, end, was_away) for at in planned) else "lost"


def _may_be_missing(due: datetime, end: datetime, was_away: WasAway) -> bool:
    """Return whether the bot was away during all minutes in which it could have sent the check-in."""
    first, last = due + TRIED_AGAIN, min(due + LATE_AFTER, end) - SLACK
    return last <= first or was_away(first, last)


def unasked_checkins(windows: Sequence[Window], came: Sequence[datetime]) -> int:
    """Return how many check-ins came outside all windows."""
    return sum(not any(begin <= at < end for begin, end in windows) for at in came)


def has_judged(*counts: tuple[Counter[str], str]) -> bool:
    """Return whether there was something to judge: whether each of these was counted at least once."""
    return all(count[name] > 0 for count, name in counts)
