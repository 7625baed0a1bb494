"""The rules of check-ins, pure."""

from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.checkins.cadence.model import Came, Times
from bot.checkins.cadence.rules import day_of, is_open, is_quiet, next_checkin, open_spans, open_until
from bot.checkins.personal.model import Cadence
from bot.scheduling.wall_time import LATE_AFTER, is_late, local_date


class State(StrEnum):
    """Where a member's check-ins stand."""

    ON = "on"
    CHANGED = "changed"  # the text that was agreed to; they wait for an answer
    CLOSED = "closed"  # Discord could not deliver them
    PAUSED = "paused"  # until a date
    AWAY = "away"  # until the member returns
    RESTING = "resting"


EASES_AFTER = 2  # check-ins in a row without a tap: half as often
RESTS_AFTER = 4  # then none, without a word
UNTIL_RESUMED = datetime(9999, 1, 1, tzinfo=UTC)
MOST_A_WEEK = 7
FURTHEST_BEGINNING = timedelta(days=365)

_MINUTES_A_DAY = 24 * 60
_DAY = timedelta(days=1)
_DAYS_AROUND = 3


def is_resting(cadence: Cadence) -> bool:
    """Return whether check-ins stay away until the member wants them again."""
    return cadence.unanswered >= RESTS_AFTER


def is_paused(cadence: Cadence, now: datetime) -> bool:
    """Return whether the member paused."""
    return cadence.paused_until is not None and cadence.paused_until > now


def state_at(cadence: Cadence, now: datetime, *, is_outdated: bool = False) -> State:
    """Return where check-ins stand at `now`; `is_outdated` where the yes is to a text that has changed."""
    if is_outdated:
        return State.CHANGED
    if cadence.dms_closed:
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
        found = next_checkin(cadence.times, cadence.key, moment, eased=eased, came=cadence.came)
        if found is None or found > was_due + _DAY:
            break
        around.append(found)
        moment = found
    return min(around, key=lambda each: abs(each - was_due), default=next_at(cadence, now))


def next_at(cadence: Cadence, now: datetime) -> datetime | None:
    """Return when the member's next check-in comes, or None while they rest, are paused or cannot come."""
    if cadence.dms_closed or is_resting(cadence) or cadence.paused_until == UNTIL_RESUMED:
        return None
    after = max(now, cadence.paused_until or now)
    eased = cadence.unanswered >= EASES_AFTER
    return next_checkin(cadence.times, cadence.key, after, eased=eased, came=cadence.came)


def next_after_deed(cadence: Cadence, due_at: datetime | None, now: datetime) -> datetime | None:
    """Return when the next check-in comes after the member did something, where one was due at `due_at`.

    One that is due at this moment is on its way, and still may come.
    """
    if due_at is not None and due_at <= now and may_come(cadence, due_at, now):
        return due_at
    return next_at(cadence, now)


def may_come(cadence: Cadence, occurs_at: datetime, now: datetime) -> bool:
    """Return whether the one that was due at `occurs_at` may be sent `now`: at a time that was chosen."""
    is_held = cadence.dms_closed or is_resting(cadence) or is_paused(cadence, now)
    return not is_held and not is_late(occurs_at, now) and is_open(cadence.times, now)


def may_come_until(cadence: Cadence, occurs_at: datetime, now: datetime) -> datetime:
    """Return until when the one that was due at `occurs_at`, and may come `now`, still may."""
    return open_until(cadence.times, now, occurs_at + LATE_AFTER)


def is_first_at_once(times: Times, sent: int, now: datetime) -> bool:
    """Return whether a check-in comes the moment a member agrees, so that they see what it is.

    That is the first ever, outside their quiet hours, and not before the day they begin.
    """
    begins_on = times.begins_on or local_date(now, times.zone)
    return sent == 0 and not is_quiet(times, now) and begins_on <= local_date(now, times.zone)


def comes_at_once(cadence: Cadence, now: datetime) -> bool:
    """Return whether the first one comes the moment its times are kept: not in a pause either."""
    return not is_paused(cadence, now) and is_first_at_once(cadence.times, cadence.sent, now)


def counted(came: Came | None, times: Times, now: datetime) -> Came:
    """Return what the week's maximum counts after a further one came at `now`."""
    day = day_of(times, now)
    if came is None or came.day.isocalendar()[:2] < day.isocalendar()[:2]:
        return Came(day, 1)
    return Came(max(day, came.day), came.in_week + 1)  # a member may move to where it is still yesterday


def after_sending(cadence: Cadence, message_id: int, now: datetime) -> Cadence:
    """Return the check-ins after one came at `now`, which is in view without a tap."""
    came = counted(cadence.came, cadence.times, now)
    return replace(
        cadence,
        sent=cadence.sent + 1,
        unanswered=cadence.unanswered + 1,
        prompt_message_id=message_id,
        tapped=False,
        last_sent_on=came.day,
        sent_in_week=came.in_week,
        begins_on=None,
    )


def after_tap(cadence: Cadence, message_id: int) -> Cadence:
    """Return the check-ins after a tap on any of them, an old one too: the chosen cadence is back.

    The one in view stays so until its answer is shown: its buttons are there still.
    """
    return replace(cadence, unanswered=0, tapped=cadence.tapped or cadence.prompt_message_id == message_id)


def is_first_tap(cadence: Cadence, message_id: int) -> bool:
    """Return whether a tap is the first on the one in view."""
    return cadence.prompt_message_id == message_id and not cadence.tapped


def out_of_view(cadence: Cadence) -> Cadence:
    """Return the check-ins after the one in view went, or its buttons did."""
    return replace(cadence, prompt_message_id=None, tapped=False)


def after_change(cadence: Cadence, times: Times) -> Cadence:
    """Return the check-ins after the member chose other times: no rest; a pause stays."""
    return replace(cadence, **asdict(times), unanswered=0, dms_closed=False)


def after_return(cadence: Cadence) -> Cadence:
    """Return the check-ins after the member wanted them again: no pause, no rest."""
    return replace(cadence, unanswered=0, paused_until=None, dms_closed=False)


def refusal(times: Times, now: datetime) -> str | None:
    """Return the place of the text that says why times cannot be, or None where they can."""
    if not (0 < times.weekdays < 1 << 7 and 1 <= times.per_week <= MOST_A_WEEK):
        return "refusals.times"
    start, end = times.start_minute, times.end_minute
    if not 0 <= start < _MINUTES_A_DAY or not start < end <= start + _MINUTES_A_DAY:
        return "refusals.hours"
    quiet = (times.quiet_start_minute, times.quiet_end_minute)
    if (quiet[0] is None) != (quiet[1] is None):
        return "refusals.quiet_hours"
    if None not in quiet and (quiet[0] == quiet[1] or not open_spans(times)):
        return "refusals.quiet_hours_all"
    furthest = local_date(now, times.zone) + FURTHEST_BEGINNING
    if times.begins_on is not None and times.begins_on > furthest:
        return "refusals.begins_on"
    return None
