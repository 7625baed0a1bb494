"""When a member wants nothing to be sent: their quiet hours and their pause. Pure."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

UNTIL_RESUMED = datetime(9999, 1, 1, tzinfo=UTC)
"""The end of a pause that lasts until the member resumes."""

_MINUTES_AN_HOUR = 60


def is_paused(paused_until: datetime | None, now: datetime) -> bool:
    """Return whether a pause until `paused_until` (None: there is none) is still on."""
    return paused_until is not None and paused_until > now


def is_in_quiet_hours(begin: int | None, end: int | None, zone: str, moment: datetime) -> bool:
    """Return whether clocks in `zone` show a time in the quiet hours at `moment`.

    `begin` and `end` are local minutes since midnight, the end is not included; quiet hours may pass
    midnight. None: there are no quiet hours.
    """
    if begin is None or end is None:
        return False
    minute = local_minute(moment.astimezone(ZoneInfo(zone)))
    return begin <= minute < end if begin < end else not end <= minute < begin


def local_minute(local: datetime) -> int:
    """Return the minutes since midnight that clocks show at a local time."""
    return local.hour * _MINUTES_AN_HOUR + local.minute
