"""Which of two tz databases is used, by their versions and rules."""

import zoneinfo
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.scheduling.timezone_data import TimezoneData
from tests import zones

OLD, NEW, UNKNOWN = TimezoneData("2026b", "old"), TimezoneData("2026f", "new"), TimezoneData("", "other")


@pytest.fixture(autouse=True)
def tz_path() -> Iterator[None]:
    """Put the folders of tz databases back at the end."""
    before = zoneinfo.TZPATH
    yield
    zoneinfo.reset_tzpath(before)


def read_from(*folders: Path) -> TimezoneData:
    zoneinfo.reset_tzpath([str(each) for each in folders])
    return TimezoneData.read()


def test_only_newer_rules_replace_others() -> None:
    assert NEW.replaces(OLD)
    assert not OLD.replaces(NEW)
    assert TimezoneData("2027a", "x").replaces(TimezoneData("2026z", "y"))
    assert not TimezoneData("2026f", "another build").replaces(NEW)
    assert not TimezoneData("2027a", NEW.digest).replaces(NEW)


def test_a_known_version_replaces_an_unknown_one_and_never_the_other_way_round() -> None:
    assert OLD.replaces(UNKNOWN)
    assert not UNKNOWN.replaces(OLD)


def test_of_unknown_versions_the_one_read_last_counts() -> None:
    assert TimezoneData("", "another").replaces(UNKNOWN)
    assert not UNKNOWN.replaces(UNKNOWN)


@pytest.mark.parametrize("data", [OLD, UNKNOWN])
def test_what_is_noted_is_read_again(data: TimezoneData) -> None:
    assert TimezoneData.parse(str(data)) == data
    assert TimezoneData.parse(data.digest) == TimezoneData("", data.digest)
    assert TimezoneData.parse(None) is None


def test_the_version_is_that_of_the_first_folder_that_zoneinfo_reads(tmp_path: Path) -> None:
    newer = zones.copied(tmp_path / "newer", zones.NEWER)
    newest = zones.copied(tmp_path / "newest", zones.NEWEST)
    assert read_from(newest, newer).version == zones.NEWEST
    assert read_from(tmp_path / "absent", newer, newest).version == zones.NEWER
    assert read_from().version == zones.PACKAGED


def test_a_folder_that_does_not_say_its_version_has_none(tmp_path: Path) -> None:
    folder = zones.copied(tmp_path / "own", None)
    assert read_from(folder).version == ""
    (folder / "+VERSION").write_text("2099c\n")
    assert read_from(folder).version == "2099c"


def test_rules_are_known_by_their_content(tmp_path: Path) -> None:
    before = read_from()
    assert read_from(zones.copied(tmp_path / "same", zones.NEWER)).digest == before.digest
    assert read_from(zones.helsinki_for_berlin(tmp_path / "other")).digest != before.digest
