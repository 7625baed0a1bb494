"""Finds lines with ids, tokens or names, which no log may contain."""

from __future__ import annotations

import re
from collections.abc import Iterable

_ID = re.compile(r"(?<!\d)\d{17,20}(?!\d)")  # as Discord's are, of members, servers, channels and messages
_TOKEN = re.compile(r"[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}|[A-Za-z0-9_-]{50,}")


def telling(lines: Iterable[str], secrets: Iterable[str] = ()) -> list[str]:
    """Return the lines that hold an id, what may be a token, or one of `secrets` as a whole word."""
    kept = list(lines)
    text = "\n".join(kept)  # most have nothing: one search in all of them is quicker than one in each
    words = [re.compile(rf"(?<!\w){re.escape(each)}(?!\w)") for each in secrets if each in text]
    wanted = [each for each in (_ID, _TOKEN, *words) if each.search(text)]
    return [line for line in kept if any(each.search(line) for each in wanted)] if wanted else []
