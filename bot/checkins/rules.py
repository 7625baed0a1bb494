"""The rules of check-ins, pure."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.cadence.rules import next_checkin
from bot.checkins.model import Cadence


class State(StrEnum):
    """Where a member's check-ins stand."""

    ON = "on"
    CLOSED = "closed"  # Discord could not deliver them
    PAUSED = "paused"  # until a date
    AWAY = "away"  # until the member returns
    RESTING = "resting"


EASES_AFTER = 2  # check-ins in a row without a tap: half as often
RESTS_AFTER = 4  # then none, without a word
UNTIL_RESUMED = datetime(9999, 1, 1, tzinfo=UTC)
MOST_A_WEEK = 7

_DAY = timedelta(days=1)
_DAYS_AROUND = 3


def is_resting(cadence: Cadence) -> bool:
    """Return whether check-ins stay away until the member wants them again."""
    return cadence.unanswered >= RESTS_AFTER


def is_paused(cadence: Cadence, now: datetime) -> bool:
    """Return whether the member paused."""
    return cadence.paused_until is not None and cadence.paused_until > now


def state_at(cadence: Cadence, now: datetime) -> State:
    """Return where check-ins stand at `now`."""
    if cadence.closed:
        return State.CLOSED
    if is_paused(cadence, now):
        return State.AWAY if cadence.paused_until == UNTIL_RESUMED else State.PAUSED
    return State.RESTING if is_resting(cadence) else State.ON


def carried_over(cadence: Cadence, was_due: datetime, now: datetime) -> datetime | None:
    """Return when the check-in that was due at `was_due` comes by the zone's new rules.

    That is the one that stands nearest to it, so that none comes twice; it may have passed by now.
    """
    eased = cadence.unanswered >= EASES_AFTER
    around, moment = [], was_due - _DAY
    for _ in range(_DAYS_AROUND):
        found = next_checkin(cadence.times, cadence.cadence_id, moment, eased=eased)
        if found is None or found > was_due + _DAY:
            break
        around.append(found)
        moment = found
    return min(around, key=lambda each: abs(each - was_due), default=next_at(cadence, now))


def next_at(cadence: Cadence, now: datetime) -> datetime | None:
    """Return when the member's next check-in comes, or None while they rest, are paused or cannot come."""
    if cadence.closed or is_resting(cadence) or cadence.paused_until == UNTIL_RESUMED:
        return None
    after = max(now, cadence.paused_until or now)
    eased = cadence.unanswered >= EASES_AFTER
    return next_checkin(cadence.times, cadence.cadence_id, after, eased=eased)
