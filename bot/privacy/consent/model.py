"""Purposes and consents."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Purpose(StrEnum):
    """What a member can agree to, each separately; all are off at first."""

    SHOW_NAME = "show_name"
    CHECKINS = "checkins"
    WEEKLY_COUNTS = "weekly_counts"
    ROOM_NOTICES = "room_notices"


@dataclass(frozen=True, slots=True)
class Consent:
    """A member's consent to one purpose in one server, with the version of the text they agreed to.

    `active_month` is the month of the member's last tap there, as year * 100 + month in UTC.
    """

    guild_id: int
    purpose: Purpose
    version: int
    granted_at: datetime
    active_month: int


@dataclass(frozen=True, slots=True)
class TurnedOff:
    """What ended when a member turned a purpose off, for the receipt. It is not saved.

    `consent` is the one that ended (None: there was none).
    """

    purpose: Purpose
    consent: Consent | None
    at: datetime
