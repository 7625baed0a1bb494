"""The rules of native events, pure."""

from datetime import datetime, timedelta

from bot.rooms.events.model import NativeEvent, Outlook, Step, Trouble

_AFTER_CLOSE = timedelta(minutes=1)  # the close itself asks first; this is for a process that died in it
_AGAIN_AFTER = timedelta(minutes=10)
_GIVEN_UP_AFTER = timedelta(days=1)  # Discord has ended or cancelled it by itself long before


def steps(
    kept: NativeEvent | None,
    next_at: datetime | None,
    now: datetime,
    *,
    is_wanted: bool,
    is_open: bool = False,
    is_opening: bool = False,
    is_skipped: bool = False,
) -> tuple[Step, ...]:
    """Return what is to be done at `now` about the event that is `kept` of a schedule.

    `is_wanted`: the schedule is there and its room has events. `is_open`: a session is open in the room.
    `is_opening`: the occurrence's own is just about to be. `is_skipped`: the occurrence that the event
    stands for does not take place.
    """
    if kept is not None and is_wanted and kept.occurs_at <= now:
        if is_open or is_opening:
            return (Step.START,) if is_open else ()
        return (Step.END, Step.CREATE if next_at else Step.FORGET)
    if next_at is None or not is_wanted:
        return (Step.CANCEL, Step.FORGET) if kept else (Step.FORGET,)
    if kept is None:
        return (Step.CREATE,)
    if kept.event_id is None:
        stays_without = kept.problem is Trouble.DELETED and kept.occurs_at == next_at
        return () if stays_without else (Step.CREATE,)
    return (Step.CANCEL, Step.CREATE) if is_skipped else (Step.EDIT,)


def look_again_at(outlook: Outlook, occurs_at: datetime, now: datetime) -> datetime:
    """Return when an event that stands for `occurs_at` is to be looked after again."""
    could_not_cancel = Step.FORGET in outlook.steps
    if occurs_at <= now and outlook.closes_at is not None and not could_not_cancel:
        return max(outlook.closes_at, now) + _AFTER_CLOSE
    over_at = occurs_at + (_GIVEN_UP_AFTER if could_not_cancel else timedelta(minutes=outlook.minutes))
    return over_at if over_at > now else now + _AGAIN_AFTER


def is_given_up(kept: NativeEvent, now: datetime) -> bool:
    """Return whether an event that could not be cancelled is left to Discord's own clock."""
    return now >= kept.occurs_at + _GIVEN_UP_AFTER
