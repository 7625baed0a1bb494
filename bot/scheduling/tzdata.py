"""Which tz database is in use, by its content: names and versions are told in many ways, or not at all."""

import zoneinfo
from hashlib import sha256
from importlib import resources
from pathlib import Path


def fingerprint() -> str:
    """Return a digest of every zone's rules, found where `zoneinfo` finds them.

    That is the system's tz database, or the package tzdata where there is none.
    """
    digest = sha256()
    for name in sorted(zoneinfo.available_timezones()):
        digest.update(name.encode() + b"\0" + sha256(_rules(name)).digest())
    return digest.hexdigest()


def _rules(name: str) -> bytes:
    for folder in zoneinfo.TZPATH:
        file = Path(folder) / name
        if file.is_file():
            return file.read_bytes()
    package = resources.files("tzdata").joinpath("zoneinfo")
    return package.joinpath(*name.split("/")).read_bytes()
