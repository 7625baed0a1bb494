"""The tz database that this process reads: its rules, and its version where it says that."""

import re
import zoneinfo
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module, resources
from pathlib import Path
from typing import Self

_VERSION = re.compile(r"\b\d{4}[a-z]+\b")  # as IANA counts them: 2026a, 2026b, ...
_VERSION_FILES = ("+VERSION", "tzdata.zi")  # which say it in their first line


@dataclass(frozen=True, slots=True)
class TimezoneData:
    """A tz database: a digest of all its rules, and its version ("" if that is unknown)."""

    version: str
    digest: str

    @classmethod
    def read(cls) -> Self:
        """Read what `zoneinfo` reads: the system's tz database, or else that of the package tzdata."""
        digest = sha256()
        for name in sorted(zoneinfo.available_timezones()):
            digest.update(name.encode() + b"\0" + sha256(_rules(name)).digest())
        return cls(_find_version(), digest.hexdigest())

    @classmethod
    def parse(cls, noted: object) -> Self | None:
        """Return the tz database whose `str` was saved as `noted`, or None if `noted` is no text."""
        if not isinstance(noted, str):
            return None
        digest, _, version = noted.partition(" ")
        return cls(version, digest)

    def __str__(self) -> str:
        return f"{self.digest} {self.version}"

    def replaces(self, noted: "TimezoneData") -> bool:
        """Return whether due times that were computed by `noted` are to follow these rules instead.

        A version that is not known counts as older than every other one. Where neither is known, the rules
        of the process that starts count.
        """
        if self.digest == noted.digest:
            return False
        return self.version > noted.version or not (self.version or noted.version)


def _rules(name: str) -> bytes:
    for folder in _folders():
        file = folder / name
        if file.is_file():
            return file.read_bytes()
    package = resources.files("tzdata").joinpath("zoneinfo")
    return package.joinpath(*name.split("/")).read_bytes()


def _find_version() -> str:
    """Return the version of the first tz database that `zoneinfo` finds, or "" if it has none."""
    for folder in _folders():
        if (folder / "UTC").is_file():
            return next(_versions_in(folder), "")
    with suppress(ImportError, AttributeError):
        return str(import_module("tzdata").IANA_VERSION)
    return ""


def _versions_in(folder: Path) -> Iterator[str]:
    for name in _VERSION_FILES:
        with suppress(OSError), (folder / name).open(encoding="utf-8") as file:
            yield from _VERSION.findall(file.readline())


def _folders() -> list[Path]:
    return [Path(each) for each in zoneinfo.TZPATH]
