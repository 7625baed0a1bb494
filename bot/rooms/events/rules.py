"""Which steps native events need and when, as pure functions."""

from datetime import datetime, timedelta

from bot.rooms.events.model import EventPlan, EventProblem, NativeEvent, Step

_AFTER_CLOSE = timedelta(minutes=1)  # the close itself makes it due; this is for a process that died in it
_AGAIN_AFTER = timedelta(minutes=10)
_GIVEN_UP_AFTER = timedelta(days=1)  # Discord has ended or cancelled it long before


def steps(
    saved: NativeEvent | None,
    next_at: datetime | None,
    now: datetime,
    *,
    is_wanted: bool,
    is_open: bool = False,
    is_opening: bool = False,
    is_skipped: bool = False,
) -> tuple[Step, ...]:
    """Return the steps that a schedule's saved event needs at `now`.

    `is_wanted`: the schedule exists and its room has events. `is_open`: the session that the event
    announces is open. `is_opening`: that session is about to open, or waits until another one closes.
    `is_skipped`: that occurrence was skipped.
    """
    if saved is not None and is_wanted and saved.occurs_at <= now:
        if is_open or is_opening:
            return (Step.START,) if is_open else ()
        return (Step.END, Step.CREATE if next_at else Step.FORGET)
    if next_at is None or not is_wanted:
        return (Step.CANCEL, Step.FORGET) if saved else (Step.FORGET,)
    if saved is None:
        return (Step.CREATE,)
    if saved.event_id is None:
        stays_without = saved.problem is EventProblem.DELETED and saved.occurs_at == next_at
        return () if stays_without else (Step.CREATE,)
    return (Step.CANCEL, Step.CREATE) if is_skipped else (Step.EDIT,)


def next_reconcile_at(plan: EventPlan, occurs_at: datetime, now: datetime) -> datetime:
    """Return when the event of the occurrence at `occurs_at` has to be reconciled next."""
    could_not_cancel = Step.FORGET in plan.steps
    if occurs_at <= now and plan.closes_at is not None and not could_not_cancel:
        return max(plan.closes_at, now) + _AFTER_CLOSE
    over_at = occurs_at + (_GIVEN_UP_AFTER if could_not_cancel else timedelta(minutes=plan.minutes))
    return over_at if over_at > now else now + _AGAIN_AFTER


def is_given_up(saved: NativeEvent, now: datetime) -> bool:
    """Return whether an event that could not be cancelled or ended is left for Discord to end."""
    return now >= saved.occurs_at + _GIVEN_UP_AFTER
