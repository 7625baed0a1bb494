"""Which purposes a member's consents cover."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.privacy.consent.model import Consent, Purpose
from bot.privacy.consent.rules import (
    VERSIONS,
    first_active_month,
    in_force,
    month_of,
    outdated,
)

AT = datetime(2026, 11, 23, tzinfo=UTC)


@given(st.dictionaries(st.sampled_from(Purpose), st.integers(0, 3)))
def test_a_consent_covers_its_purpose_in_the_version_in_force_alone(
    given_versions: dict[Purpose, int],
) -> None:
    consents = [Consent(1, purpose, version, AT, 202611) for purpose, version in given_versions.items()]
    current = {purpose for purpose, version in given_versions.items() if version == VERSIONS[purpose]}
    assert in_force(consents) == current
    assert {each.purpose for each in outdated(consents)} == set(given_versions) - current


def test_nothing_is_covered_before_a_member_chooses() -> None:
    assert in_force([]) == frozenset()


def test_every_purpose_has_a_version() -> None:
    assert set(VERSIONS) == set(Purpose)
    assert min(VERSIONS.values()) >= 1


MOMENTS = st.integers(1_577_836_800, 2_208_988_800).map(lambda at: datetime.fromtimestamp(at, UTC))


@given(MOMENTS, st.integers(0, 800))
def test_a_consent_outlives_twelve_whole_months_without_a_tap_and_not_fourteen(
    tapped_at: datetime, days: int
) -> None:
    now = tapped_at + timedelta(days=days)
    has_ended = month_of(tapped_at) < first_active_month(now)
    if days <= 365:
        assert not has_ended
    if days >= 397:  # twelve months, and the rest of the last one
        assert has_ended
