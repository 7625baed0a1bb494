"""A change of a consent text needs a new version."""

from hashlib import sha256

import pytest

from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import VERSIONS
from bot.texts.catalogue import load

# Digests of the English texts that members agreed to, by version. They stay as they are: exports hold them.
# A change of meaning adds a text and a line here, and raises the version in `bot/privacy/consent/rules.py`;
# fixing a spelling of the newest replaces its line.
AGREED = {
    (Purpose.SHOW_NAME, 1): "e467676752c98016",
    (Purpose.CHECKINS, 1): "703227c8f0116f9a",
    (Purpose.ROOM_NOTICES, 1): "bf06b76f84048202",
    (Purpose.WEEKLY_COUNTS, 1): "0299646926148b31",
}


def digest(purpose: Purpose, version: int) -> str:
    """Return the digest of a text."""
    return sha256(str(load("en")["consent"][purpose][str(version)]).encode()).hexdigest()[:16]


@pytest.mark.parametrize(("purpose", "version"), AGREED)
def test_a_text_of_consent_stays_as_it_was_agreed_to(purpose: Purpose, version: int) -> None:
    assert AGREED[purpose, version] == digest(purpose, version)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_the_text_in_force_is_the_newest(purpose: Purpose) -> None:
    assert str(VERSIONS[purpose]) == max(load("en")["consent"][purpose], key=int)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_versions_go_up_by_one_and_none_is_forgotten(purpose: Purpose) -> None:
    known = [version for each, version in AGREED if each is purpose]
    assert known == list(range(1, VERSIONS[purpose] + 1))


def test_no_two_versions_are_the_same_text() -> None:
    assert len(set(AGREED.values())) == len(AGREED)
