"""What members agreed to is not changed behind their backs."""

from hashlib import sha256

import pytest

from bot.consent.model import Purpose
from bot.consent.rules import VERSIONS
from bot.texts.catalogue import load

# Digests of the English texts that members agreed to, by version. A change of meaning raises the version
# in `bot/consent/rules.py` and adds a line here; mending a spelling replaces the newest line.
AGREED = {
    (Purpose.LISTED_NAME, 1): "2bba7af1c4a82238",
    (Purpose.CHECKINS, 1): "740e2f723ebb1c56",
    (Purpose.CHECKINS, 2): "9229a470f60b4ba6",
    (Purpose.KEEP_RHYTHM, 1): "5c5f12fe50cd8f8c",
    (Purpose.SHARE_RHYTHM, 1): "cbd0a900d76720da",
    (Purpose.SHARE_RHYTHM, 2): "b00a896c0fbd42d8",
}


def digest(purpose: Purpose) -> str:
    """Return the digest of the text that is in force."""
    return sha256(str(load("en")["consent"][purpose]).encode()).hexdigest()[:16]


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_text_of_consent_changes_with_its_version_alone(purpose: Purpose) -> None:
    assert AGREED.get((purpose, VERSIONS[purpose])) == digest(purpose)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_versions_go_up_by_one_and_none_is_forgotten(purpose: Purpose) -> None:
    known = [version for each, version in AGREED if each is purpose]
    assert known == list(range(1, VERSIONS[purpose] + 1))


def test_no_two_versions_are_the_same_text() -> None:
    assert len(set(AGREED.values())) == len(AGREED)
