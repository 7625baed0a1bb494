"""The privacy policy: `docs/privacy-policy.md` is written by `python -m bot.privacy.policy.text`."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.privacy.personal_data import PERSONAL
from bot.storage.erasure_log import LOG_KEPT_FOR
from bot.texts.catalogue import Texts

_TEMPLATE = Path(__file__).parent / "template.md"
_BEGIN, _END = "<!-- saved: begin -->", "<!-- saved: end -->"
_FOR_ENGINE = re.compile(r"<!-- (sqlite|postgresql) --> ")
_BLANK = re.compile(r"\[\[([^\]:]*):?\s*([^\]]*)\]\]")
_SAY = Texts().to("en")


@dataclass(frozen=True, slots=True)
class Finding:
    """Why a policy cannot be published: in which line, counted from 1, and what is wrong there."""

    line: int
    what: str


def policy(engine: str = "sqlite") -> str:
    """Return the policy in Markdown; what the operator has to fill in is marked `[[like: this]]`.

    Some lines hold for one database engine alone: for `sqlite` or for `postgresql`.
    """
    lines = _TEMPLATE.read_text(encoding="utf-8").replace("DAYS", str(LOG_KEPT_FOR.days)).splitlines()
    parts = [(_FOR_ENGINE.match(line), line) for line in lines]
    kept = [_FOR_ENGINE.sub("", line) for found, line in parts if found is None or found[1] == engine]
    text = "\n".join([*kept, ""])
    before, after = text.split(f"{_BEGIN}\n{_END}")
    return f"{before}{_BEGIN}\n{saved_table()}\n{_END}{after}"


def saved_table() -> str:
    """Return what is saved about a person, as a Markdown table made from `personal_data.py`."""
    lines = ["| what | which means | because of | until |", "|---|---|---|---|"]
    for table in PERSONAL:
        agreed = " or ".join(_SAY(f"consent.name.{each}") for each in table.purposes)
        because = f"you agreed to {agreed}" if agreed else "you tapped a button or used a command"
        what, means, until = table.what(_SAY), "; ".join(table.meanings(_SAY).values()), table.until(_SAY)
        lines.append(f"| {what} | {means} | {because} | {until} |")
    return "\n".join(lines)


def findings(text: str) -> list[Finding]:
    """Return what is wrong in a policy: a blank that is not filled in, or another release's table."""
    return [*not_filled_in(text), *_tables(text)]


def not_filled_in(text: str) -> Iterator[Finding]:
    """Yield each blank of a document that is not filled in."""
    for number, line in enumerate(text.splitlines(), start=1):
        for name, meaning in _BLANK.findall(line):
            yield Finding(number, f"{name} is not filled in" + (f": {meaning}" if meaning else ""))


def _tables(text: str) -> Iterator[Finding]:
    before, begin, rest = text.partition(_BEGIN)
    own, end, _ = rest.partition(_END)
    number = before.count("\n") + 1
    if not begin or not end:
        yield Finding(number, "the table of what is saved is missing: alongside policy prints it")
    elif own.strip() != saved_table():
        yield Finding(number, "the table is of another version: alongside policy prints the right one")


if __name__ == "__main__":
    sys.stdout.write(policy())
