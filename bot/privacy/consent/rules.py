"""Which text of consent is in force, what a yes covers, and when it ends by itself."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.privacy.consent.model import Consent, Purpose

# The text of a version stands at `consent.<purpose>.<version>`. Where the meaning changes, add a text and
# raise the number: members are then asked again.
VERSIONS = {
    Purpose.SHOW_NAME: 1,
    Purpose.CHECKINS: 1,
    Purpose.WEEKLY_COUNTS: 1,
    Purpose.SHARE_COUNTS: 1,
}

# Withdrawing one withdraws what rests on it.
REQUIRES = {Purpose.SHARE_COUNTS: Purpose.WEEKLY_COUNTS}

COPIES_KEPT_FOR = timedelta(days=7)  # of the database, before a new version changed it
LAPSES_AFTER = timedelta(days=30)  # from when the deployment first had another text
MONTHS_WITHOUT_TAP = 12
WEEKS_KEPT = 53
_MONTHS_A_YEAR = 12


def standing(consents: Iterable[Consent]) -> frozenset[Purpose]:
    """Return the purposes that are covered: consented to, in the version now in force, as is their base."""
    in_force = {each.purpose for each in consents if each.version == VERSIONS[each.purpose]}
    return frozenset(each for each in in_force if REQUIRES.get(each, each) in in_force)


def outdated(consents: Iterable[Consent]) -> list[Consent]:
    """Return the consents to a text that has changed since: they are asked for again."""
    return [each for each in consents if each.version != VERSIONS[each.purpose]]


def withdrawn_with(purpose: Purpose) -> tuple[Purpose, ...]:
    """Return `purpose` and whatever rests on it."""
    return (purpose, *(other for other, base in REQUIRES.items() if base is purpose))


def month_of(moment: datetime) -> int:
    """Return the month of a moment in UTC, as year * 100 + month."""
    return moment.year * 100 + moment.month


def first_month_kept(now: datetime) -> int:
    """Return the month of the oldest last tap that still carries a consent: twelve whole months ago."""
    months = now.year * _MONTHS_A_YEAR + now.month - 1 - MONTHS_WITHOUT_TAP
    return months // _MONTHS_A_YEAR * 100 + months % _MONTHS_A_YEAR + 1
