"""A member's cadence: when their check-ins come, how far they have eased, and what changes it. Pure."""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated

from bot.checkins.times import (
    CheckinTimes,
    LastDelivery,
    day_of,
    is_open,
    is_quiet,
    next_checkin,
    open_spans,
    open_until,
)
from bot.delivery.easing import is_eased, is_stopped
from bot.scheduling.quiet_times import UNTIL_RESUMED, is_paused
from bot.scheduling.ranges import Count, MinuteOfDay, Weekdays, Zone, between
from bot.scheduling.wall_time import LATE_AFTER, is_late, is_zone, local_date

MOST_A_WEEK = 7
FURTHEST_BEGINNING = timedelta(days=365)

_MINUTES_A_DAY = 24 * 60
_DAY = timedelta(days=1)
_DAYS_AROUND = 3


class CheckinState(StrEnum):
    """Whether a member's check-ins come, and if not, why."""

    ON = "on"
    CHANGED = "changed"  # on hold: the consent text changed since the member agreed
    CLOSED = "closed"  # Discord could not deliver them
    PAUSED = "paused"  # until a date
    AWAY = "away"  # until the member returns
    RESTING = "resting"
    OPENING = "opening"  # on, but the direct messages are not opened yet


@dataclass(frozen=True, slots=True)
class Cadence:
    """When a member's check-ins come, and how many went without a tap.

    `personal_data.py` describes the columns.

    `prompt_message_id` is the check-in in view: sent last, and not yet replaced by its acknowledgment.
    `tapped`: it had a tap. `locale` is the member's language (None: the server's).
    """

    cadence_id: int
    member_id: int
    guild_id: int
    dm_channel_id: int
    weekdays: Weekdays
    start_minute: MinuteOfDay
    end_minute: Annotated[int, between(1, 2 * _MINUTES_A_DAY)]
    zone: Zone
    per_week: Annotated[int, between(1, MOST_A_WEEK)]
    quiet_start_minute: MinuteOfDay | None
    quiet_end_minute: MinuteOfDay | None
    begins_on: date | None
    sound: bool
    unanswered: Count
    sent: Count
    last_sent_on: date | None
    sent_in_week: Count
    texts_sent: str
    prompt_message_id: int | None
    paused_until: datetime | None
    dms_closed: bool
    thread_id: int | None = None
    tapped: bool = False
    locale: str | None = None

    @property
    def times(self) -> CheckinTimes:
        """The times as the member chose them."""
        return CheckinTimes(
            self.weekdays,
            self.start_minute,
            self.end_minute,
            self.zone,
            self.per_week,
            self.quiet_start_minute,
            self.quiet_end_minute,
            self.begins_on,
        )

    @property
    def key(self) -> int:
        """A fixed number by which the member's check-in times differ from others'; see `spread_key`."""
        return spread_key(self.member_id, self.guild_id)

    @property
    def number(self) -> int:
        """The number of the next check-in, counted from one."""
        return self.sent + 1

    @property
    def last_delivery(self) -> LastDelivery | None:
        """The last check-in, which counts towards the week's maximum; None before the first."""
        return None if self.last_sent_on is None else LastDelivery(self.last_sent_on, self.sent_in_week)

    @property
    def channel_id(self) -> int:
        """The id of the channel to send check-ins to: a private thread, or the member's direct messages.

        0 while the direct messages are not opened yet.
        """
        return self.thread_id or self.dm_channel_id


# The columns that change as check-ins are sent and answered; the others are the member's choices.
SAVED_COLUMNS = (
    *("per_week", "begins_on", "unanswered", "sent", "last_sent_on", "sent_in_week", "texts_sent"),
    *("prompt_message_id", "tapped", "paused_until", "dms_closed", "locale"),
)


@dataclass(frozen=True, slots=True)
class Preview:
    """What happens if the member agrees: whether a check-in comes at once, and when the next one comes."""

    at_once: bool
    next_at: datetime | None


def spread_key(member_id: int, guild_id: int) -> int:
    """Return a member's fixed number: it gives members with the same hours different check-in times."""
    return member_id ^ guild_id


def is_resting(cadence: Cadence) -> bool:
    """Return whether check-ins stopped because nobody tapped; a tap or /resume starts them again."""
    return is_stopped(cadence.unanswered)


def state_at(cadence: Cadence, now: datetime, *, is_outdated: bool = False) -> CheckinState:
    """Return whether check-ins come at `now`, or why not; `is_outdated`: the consent text changed."""
    if is_outdated:
        return CheckinState.CHANGED
    if cadence.dms_closed:
        return CheckinState.CLOSED
    if is_paused(cadence.paused_until, now):
        return CheckinState.AWAY if cadence.paused_until == UNTIL_RESUMED else CheckinState.PAUSED
    if is_resting(cadence):
        return CheckinState.RESTING
    return CheckinState.ON if cadence.channel_id else CheckinState.OPENING


def after_timezone_update(cadence: Cadence, was_due: datetime, now: datetime) -> datetime | None:
    """Return the new time of the check-in that was due at `was_due`, by the time zone's new rules.

    It is the time nearest to `was_due`, so that no check-in comes twice; it may be in the past.
    """
    eased, last = is_eased(cadence.unanswered), cadence.last_delivery
    around, moment = [], was_due - _DAY
    for _ in range(_DAYS_AROUND):
        found = next_checkin(cadence.times, cadence.key, moment, eased=eased, last=last)
        if found is None or found > was_due + _DAY:
            break
        around.append(found)
        moment = found
    return min(around, key=lambda each: abs(each - was_due), default=next_at(cadence, now))


def next_at(cadence: Cadence, now: datetime) -> datetime | None:
    """Return when the next check-in comes, or None while they are stopped, paused or undeliverable."""
    if cadence.dms_closed or is_resting(cadence) or cadence.paused_until == UNTIL_RESUMED:
        return None
    after = max(now, cadence.paused_until or now)
    eased, last = is_eased(cadence.unanswered), cadence.last_delivery
    return next_checkin(cadence.times, cadence.key, after, eased=eased, last=last)


def next_after_member_action(cadence: Cadence, due_at: datetime | None, now: datetime) -> datetime | None:
    """Return when the next check-in comes after an action of the member; one was due at `due_at`.

    A check-in that is due right now may be in the middle of being sent, so it stays due.
    """
    if due_at is not None and due_at <= now and may_come(cadence, due_at, now):
        return due_at
    return next_at(cadence, now)


def may_come(cadence: Cadence, occurs_at: datetime, now: datetime) -> bool:
    """Return whether the check-in that was due at `occurs_at` may still be sent `now`."""
    is_held = cadence.dms_closed or is_resting(cadence) or is_paused(cadence.paused_until, now)
    return not is_held and not is_late(occurs_at, now) and is_open(cadence.times, now)


def may_come_until(cadence: Cadence, occurs_at: datetime, now: datetime) -> datetime:
    """Return the latest time to send a check-in that was due at `occurs_at` and may be sent `now`."""
    return open_until(cadence.times, now, occurs_at + LATE_AFTER)


def is_first_at_once(times: CheckinTimes, sent: int, now: datetime) -> bool:
    """Return whether a check-in is sent as soon as a member agrees, so that they see what it is like.

    Only the very first one is, unless it is in the member's quiet hours or before the first day they chose.
    """
    begins_on = times.begins_on or local_date(now, times.zone)
    return sent == 0 and not is_quiet(times, now) and begins_on <= local_date(now, times.zone)


def comes_at_once(cadence: Cadence, now: datetime) -> bool:
    """Return whether the first check-in is sent as soon as the times are saved; never during a pause."""
    return not is_paused(cadence.paused_until, now) and is_first_at_once(cadence.times, cadence.sent, now)


def delivery_at(now: datetime, times: CheckinTimes, last: LastDelivery | None) -> LastDelivery:
    """Return the delivery record of a check-in that is sent `now`, continuing the week's count."""
    day = day_of(times, now)
    if last is None or last.day.isocalendar()[:2] < day.isocalendar()[:2]:
        return LastDelivery(day, 1)
    # A member may move to where it is still yesterday.
    return LastDelivery(max(day, last.day), last.in_week + 1)


def after_sending(cadence: Cadence, message_id: int, now: datetime) -> Cadence:
    """Return the cadence after a check-in was sent at `now`: that one is in view and has no tap yet."""
    delivery = delivery_at(now, cadence.times, cadence.last_delivery)
    return replace(
        cadence,
        sent=cadence.sent + 1,
        unanswered=cadence.unanswered + 1,
        prompt_message_id=message_id,
        tapped=False,
        last_sent_on=delivery.day,
        sent_in_week=delivery.in_week,
        begins_on=None,
    )


def after_tap(cadence: Cadence, message_id: int) -> Cadence:
    """Return the cadence after a tap on any check-in, even an old one: the chosen frequency applies again.

    The one in view stays in view until its acknowledgment replaces it: until then it has buttons.
    """
    return replace(cadence, unanswered=0, tapped=cadence.tapped or cadence.prompt_message_id == message_id)


def is_first_tap(cadence: Cadence, message_id: int) -> bool:
    """Return whether a tap is the first one on the check-in in view."""
    return cadence.prompt_message_id == message_id and not cadence.tapped


def out_of_view(cadence: Cadence) -> Cadence:
    """Return the cadence after the check-in in view was deleted, or lost its buttons."""
    return replace(cadence, prompt_message_id=None, tapped=False)


def after_change(cadence: Cadence, times: CheckinTimes) -> Cadence:
    """Return the cadence after the member chose other times.

    Resting check-ins start again, paused ones not.
    """
    return replace(cadence, **asdict(times), unanswered=0, dms_closed=False)


def after_return(cadence: Cadence) -> Cadence:
    """Return the cadence after the member resumed check-ins: paused and stopped ones both start again."""
    return replace(cadence, unanswered=0, paused_until=None, dms_closed=False)


def reason_to_refuse(times: CheckinTimes, now: datetime) -> str | None:
    """Return the key of the text that says what is wrong with the times, or None if nothing is."""
    if not (0 < times.weekdays < 1 << 7 and 1 <= times.per_week <= MOST_A_WEEK and is_zone(times.zone)):
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
