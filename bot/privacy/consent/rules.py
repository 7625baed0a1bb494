"""Which consent text is in force, which purposes a member's consents cover, and when a consent ends."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.privacy.consent.model import Consent, Purpose

# The text of a version is in the catalogue at `consent.<purpose>.<version>`. Where the meaning changes, add
# a text and raise the number: members are then asked again.
VERSIONS = {
    Purpose.SHOW_NAME: 1,
    Purpose.CHECKINS: 1,
    Purpose.WEEKLY_COUNTS: 1,
    Purpose.ROOM_NOTICES: 1,
}

OUTDATED_ENDS_AFTER = timedelta(
    days=30
)  # without an answer, from when the deployment first had the new text
MONTHS_WITHOUT_TAP = 12
WEEKS_KEPT = 53
_MONTHS_A_YEAR = 12


def in_force(consents: Iterable[Consent]) -> frozenset[Purpose]:
    """Return the purposes whose current text the member agreed to."""
    return frozenset(each.purpose for each in consents if each.version == VERSIONS[each.purpose])


def outdated(consents: Iterable[Consent]) -> list[Consent]:
    """Return the consents to a text that has changed since; the bot asks the member for these again."""
    return [each for each in consents if each.version != VERSIONS[each.purpose]]


def month_of(moment: datetime) -> int:
    """Return the month of a moment in UTC, as year * 100 + month."""
    return moment.year * 100 + moment.month


def first_active_month(now: datetime) -> int:
    """Return the earliest month of a last tap that does not end a consent: twelve whole months ago."""
    months = now.year * _MONTHS_A_YEAR + now.month - 1 - MONTHS_WITHOUT_TAP
    return months // _MONTHS_A_YEAR * 100 + months % _MONTHS_A_YEAR + 1
