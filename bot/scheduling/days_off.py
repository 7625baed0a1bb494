"""Days on which nothing scheduled takes place in a server, as pure functions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from bot.scheduling.ranges import Zone
from bot.scheduling.wall_time import local_date


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day off of a server, or several in a row: local dates in `zone` (IANA), both included.

    `zone` is the server's when the days were added.
    """

    day_off_id: int
    guild_id: int
    first_date: date
    last_date: date
    zone: Zone

    def covers(self, moment: datetime) -> bool:
        """Return whether `moment` is on one of the days."""
        return self.first_date <= local_date(moment, self.zone) <= self.last_date

    def is_past(self, now: datetime) -> bool:
        """Return whether the last of the days is over."""
        return self.last_date < local_date(now, self.zone)


def find_day_off(days_off: Iterable[DayOff], moment: datetime) -> DayOff | None:
    """Return the days off that `moment` is on, or None."""
    return next((each for each in days_off if each.covers(moment)), None)
