"""Every setting is documented, and every documented setting exists."""

import re
from pathlib import Path

from bot.settings import Settings

PREFIX = "ALONGSIDE_"
EXAMPLE = Path(__file__).parents[2] / ".env.example"


def _documented(text: str) -> set[str]:
    """Return the names that are written as `NAME=`, including those that are commented out."""
    return set(re.findall(r"^#? ?([A-Z][A-Z0-9_]*)=", text, re.MULTILINE))


def test_settings_are_documented() -> None:
    settings = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    assert _documented(EXAMPLE.read_text(encoding="utf-8")) == settings


def test_every_documented_setting_is_explained_above_it() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    bare = [
        line
        for above, line in zip(["", *lines], lines, strict=False)
        if _documented(line) and not (above.startswith("#") or _documented(above))
    ]
    assert bare == []


def test_the_example_holds_no_token() -> None:
    assert (
        re.search(r"^ALONGSIDE_DISCORD_TOKEN=\S", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE) is None
    )


def test_settings_in_force_and_commented_out_are_both_read() -> None:
    text = "# What it is for.\nALONGSIDE_A=1\n#ALONGSIDE_B=\n# ALONGSIDE_C=x\n# Prose with X=1 in it.\n"
    assert _documented(text) == {"ALONGSIDE_A", "ALONGSIDE_B", "ALONGSIDE_C"}
