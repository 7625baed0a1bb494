"""Which text of consent is in force."""

from collections.abc import Iterable

from bot.consent.model import Consent, Purpose

# Raise a number when the text at `consent.<purpose>` changes its meaning: members are then asked again.
VERSIONS = {
    Purpose.LISTED_NAME: 1,
    Purpose.CHECKINS: 2,
    Purpose.KEEP_RHYTHM: 1,
    Purpose.SHARE_RHYTHM: 2,
}

# Withdrawing one withdraws what rests on it.
RESTS_ON = {Purpose.SHARE_RHYTHM: Purpose.KEEP_RHYTHM}


def standing(consents: Iterable[Consent]) -> frozenset[Purpose]:
    """Return the purposes that are covered: consented to, in the version now in force."""
    return frozenset(
        consent.purpose for consent in consents if consent.version == VERSIONS[consent.purpose]
    )


def withdrawn_with(purpose: Purpose) -> tuple[Purpose, ...]:
    """Return `purpose` and whatever rests on it."""
    return (purpose, *(other for other, base in RESTS_ON.items() if base is purpose))
