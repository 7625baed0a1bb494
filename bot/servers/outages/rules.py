"""When moderators are told that something stopped working, or works again. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.scheduling.ranges import Count

STEADY_FOR = timedelta(minutes=5)
"""How long something has to stay as it is before moderators are told."""

NOT_AGAIN_WITHIN = timedelta(hours=6)
"""How long moderators are not told again that the same thing stopped working."""


@dataclass(frozen=True, slots=True)
class Outage:
    """What moderators were told about a subject: a room (`room:17`) or a channel check-in.

    `is_told`: they were told that it does not work. `changed_at`: since when it is no longer as they were
    told (None: it still is). `told_at` is when they were last told that it stopped. `message_number` is
    the number of the message, being sent, that tells them of the change.
    """

    guild_id: int
    subject: str
    is_told: bool = False
    changed_at: datetime | None = None
    told_at: datetime | None = None
    message_number: Count | None = None


def observe(outage: Outage, now: datetime, *, works: bool) -> Outage:
    """Return what is recorded about a subject after the bot looked at it at `now`."""
    is_as_told = outage.is_told != works
    return replace(outage, changed_at=None if is_as_told else outage.changed_at or now)


def tell_at(outage: Outage) -> datetime | None:
    """Return when to tell moderators of the change, unless it is undone before; None: there is none."""
    if outage.changed_at is None:
        return None
    at = outage.changed_at + STEADY_FOR
    if outage.is_told or outage.told_at is None:
        return at
    return max(at, outage.told_at + NOT_AGAIN_WITHIN)


def told(outage: Outage, now: datetime) -> Outage:
    """Return what is recorded about a subject once moderators were told of its change."""
    stopped = not outage.is_told
    told_at = now if stopped else outage.told_at
    return Outage(outage.guild_id, outage.subject, is_told=stopped, told_at=told_at)


def may_be_forgotten(outage: Outage, now: datetime) -> bool:
    """Return whether the record about a subject is no longer needed."""
    is_recent = outage.told_at is not None and now < outage.told_at + NOT_AGAIN_WITHIN
    return not outage.is_told and outage.changed_at is None and not is_recent
