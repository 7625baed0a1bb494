"""Which consents cover what."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.consent.model import Consent, Purpose
from bot.consent.rules import RESTS_ON, VERSIONS, standing, withdrawn_with

AT = datetime(2026, 11, 23, tzinfo=UTC)


@given(st.dictionaries(st.sampled_from(Purpose), st.integers(0, 3)))
def test_a_yes_covers_its_purpose_in_the_version_in_force_alone(given_versions: dict[Purpose, int]) -> None:
    consents = [Consent(1, purpose, version, AT) for purpose, version in given_versions.items()]
    expected = {purpose for purpose, version in given_versions.items() if version == VERSIONS[purpose]}
    assert standing(consents) == expected


def test_nothing_is_covered_before_somebody_chooses() -> None:
    assert standing([]) == frozenset()


def test_every_purpose_has_a_version() -> None:
    assert set(VERSIONS) == set(Purpose)
    assert min(VERSIONS.values()) >= 1


def test_withdrawing_takes_what_rests_on_it_and_nothing_else() -> None:
    assert withdrawn_with(Purpose.KEEP_RHYTHM) == (Purpose.KEEP_RHYTHM, Purpose.SHARE_RHYTHM)
    for purpose in set(Purpose) - {Purpose.KEEP_RHYTHM}:
        assert withdrawn_with(purpose) == (purpose,)


def test_what_is_rested_on_rests_on_nothing_itself() -> None:
    assert not set(RESTS_ON.values()) & set(RESTS_ON)
