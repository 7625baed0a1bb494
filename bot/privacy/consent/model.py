"""Purposes and standing consents."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Purpose(StrEnum):
    """What a member can say yes to: each separate, each off until chosen."""

    SHOW_NAME = "show_name"
    CHECKINS = "checkins"
    WEEKLY_COUNTS = "weekly_counts"
    SHARE_COUNTS = "share_counts"


@dataclass(frozen=True, slots=True)
class Consent:
    """A yes to one purpose in one server, with the version of the text agreed to.

    `active_month` is the month of the member's last tap there, as year * 100 + month in UTC.
    """

    guild_id: int
    purpose: Purpose
    version: int
    granted_at: datetime
    active_month: int


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What a withdrawal ended, for its receipt: nothing of it is kept.

    `consent` is the yes that ended (None: there was none); `unnamed` are open sessions whose card may no
    longer show the member's name; `others` are the purposes that rested on this one and ended with it.
    """

    purpose: Purpose
    consent: Consent | None
    at: datetime
    unnamed: tuple[int, ...] = ()
    others: tuple[Purpose, ...] = ()
