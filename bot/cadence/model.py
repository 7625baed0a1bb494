"""What the rules of time speak of."""

from dataclasses import dataclass
from enum import Enum

MONDAY_TO_SUNDAY = 0b1111111
MONDAY_TO_FRIDAY = 0b0011111
SATURDAY_AND_SUNDAY = 0b1100000


class Window(Enum):
    """Times of day that a member can choose by name: local minutes since midnight, from and until."""

    MORNING = (8 * 60, 11 * 60)
    MIDDAY = (11 * 60, 14 * 60)
    AFTERNOON = (14 * 60, 18 * 60)
    EVENING = (18 * 60, 21 * 60)


@dataclass(frozen=True, slots=True)
class Times:
    """When personal check-ins may come: some days of the week, inside a window, so many a week at most.

    `weekdays` has bit 0 for Monday; `start_minute` and `end_minute` are local minutes since midnight,
    the end excluded; `zone` is an IANA name.
    """

    weekdays: int
    start_minute: int
    end_minute: int
    zone: str
    per_week: int
