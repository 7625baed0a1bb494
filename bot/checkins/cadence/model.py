"""The times at which a member lets personal check-ins come."""

from dataclasses import dataclass
from datetime import date
from enum import Enum


class Window(Enum):
    """Times of day that a member can choose by name: local minutes since midnight, from and until."""

    MORNING = (8 * 60, 11 * 60)
    MIDDAY = (11 * 60, 14 * 60)
    AFTERNOON = (14 * 60, 18 * 60)
    EVENING = (18 * 60, 21 * 60)


@dataclass(frozen=True, slots=True)
class Times:
    """When personal check-ins may come: some days of the week, inside a window, so many a week at most.

    `weekdays` has bit 0 for Monday. Minutes are local, since midnight, ends excluded; `zone` is an IANA
    name. A window that goes past midnight, and so ends beyond 24 hours, belongs to the day it begins on.
    Quiet hours, which may go past midnight too, take their part from the window. Nothing comes before
    `begins_on`, a local date.
    """

    weekdays: int
    start_minute: int
    end_minute: int
    zone: str
    per_week: int
    quiet_start_minute: int | None = None
    quiet_end_minute: int | None = None
    begins_on: date | None = None


@dataclass(frozen=True, slots=True)
class Came:
    """What came last: for which day, and how many in that day's ISO week, itself included."""

    day: date
    in_week: int
