"""Purposes and standing consents."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Purpose(StrEnum):
    """What a member can say yes to: each separate, each off until chosen."""

    LISTED_NAME = "listed_name"
    CHECKINS = "checkins"
    KEEP_RHYTHM = "keep_rhythm"
    SHARE_RHYTHM = "share_rhythm"


@dataclass(frozen=True, slots=True)
class Consent:
    """A standing yes to one purpose in one server, with the version of the text agreed to."""

    guild_id: int
    purpose: Purpose
    version: int
    granted_at: datetime
