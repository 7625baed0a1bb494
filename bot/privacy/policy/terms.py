"""The terms of service: `docs/terms.md` is written by `python -m bot.privacy.policy.terms`."""

import re
import sys
from pathlib import Path

from bot.privacy.policy.text import Finding, not_filled_in
from bot.settings import OperatorLinks

_TEMPLATE = Path(__file__).parent / "terms.md"


def terms(links: OperatorLinks | None = None) -> str:
    """Return the terms in Markdown, with what `links` says filled in.

    What the operator has to fill in besides is marked `[[like: this]]`.
    """
    text = _TEMPLATE.read_text(encoding="utf-8")
    if links is None:
        return text
    for name, value in (("report", links.report), ("policy", links.privacy_policy)):
        blank = re.search(rf"\[\[{name}: [^\]]*\]\]", text)
        if value and blank:
            text = text.replace(blank[0], f"<{value}>")
    return text


def findings(text: str) -> list[Finding]:
    """Return each blank that is not filled in."""
    return list(not_filled_in(text))


if __name__ == "__main__":
    sys.stdout.write(terms())
