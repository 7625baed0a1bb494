"""How long a member's pause lasts."""

from datetime import datetime, timedelta

from bot.errors import RefusalError
from bot.scheduling.quiet_times import UNTIL_RESUMED

_LONGEST_PAUSE_DAYS = 365


def pause_end(days: int | None, now: datetime) -> datetime:
    """Return the end of a pause of `days`, or (None) of one that lasts until the member resumes.

    Raises RefusalError for less than a day or more than a year.
    """
    if days is not None and not 1 <= days <= _LONGEST_PAUSE_DAYS:
        raise RefusalError("refusals.pause_days", most=_LONGEST_PAUSE_DAYS)
    return UNTIL_RESUMED if days is None else now + timedelta(days=days)
