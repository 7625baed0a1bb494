"""Tz databases of other versions, as updates of the system bring them."""

import shutil
from importlib import resources
from pathlib import Path

import tzdata  # type: ignore[import-untyped] # it has none

NEWER, NEWEST = "2099a", "2099b"
PACKAGED = tzdata.IANA_VERSION


def copied(folder: Path, version: str | None) -> Path:
    """Make a tz database in `folder` with the package's rules, which says that it is of `version`."""
    with resources.as_file(resources.files("tzdata").joinpath("zoneinfo")) as packaged:
        shutil.copytree(packaged, folder)
    (folder / "tzdata.zi").write_text(f"# version {version}\n" if version else "", encoding="utf-8")
    return folder


def helsinki_for_berlin(folder: Path, version: str | None = NEWER) -> Path:
    """Make a tz database in `folder` in which Berlin's clocks show Helsinki's time, an hour ahead."""
    copied(folder, version)
    shutil.copy(folder / "Europe" / "Helsinki", folder / "Europe" / "Berlin")
    return folder
