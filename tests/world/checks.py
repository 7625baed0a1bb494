"""Checks for every story: answers are private, no one is mentioned, nothing fails, rooms have one card."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from discord import app_commands

from bot.errors import RefusalError

_IDS = re.compile(r"\d{15,}")
_EXEMPT = re.compile(r"POST /interactions/|(GET|POST|PATCH|DELETE) /webhooks/")
_CARD = re.compile(r'"rooms:how:(?P<room>\d+):v1"')
_CALLBACK_WITH_MESSAGE = 4  # a callback with a new message
_EPHEMERAL = 1 << 6
_REFUSED = (
    RefusalError,
    app_commands.CommandNotFound,
    app_commands.CommandSignatureMismatch,
    app_commands.TransformerError,
)


def rate_limited(requests: Sequence[Any]) -> list[str]:
    """Return the requests that count against the global rate limit, as method and path without ids."""
    named = [f"{each.method} {each.path}" for each in requests]
    return [_IDS.sub("*", each) for each in named if not _EXEMPT.match(each)]


def check_privacy(requests: Sequence[Any]) -> None:
    """Check that every answer is private and that no message mentions anyone."""
    for each in requests:
        body = each.json if isinstance(each.json, dict) else {}
        is_callback = each.path.startswith("/interactions/")
        message = (body.get("data") or {}) if is_callback else body
        is_answer = each.path.startswith("/webhooks/") and each.method == "POST"
        if is_answer or (is_callback and body["type"] == _CALLBACK_WITH_MESSAGE):
            assert int(message.get("flags", 0)) & _EPHEMERAL, f"seen by everybody: {message}"
        if "content" in message or ("components" in message and "title" not in message):
            assert message["allowed_mentions"] == {"parse": []}, message


def check_one_card(messages: Iterable[str]) -> None:
    """Check that each room has one message at most, among the components of all messages as JSON."""
    rooms = Counter(found["room"] for each in messages if (found := _CARD.search(each)))
    assert not rooms or max(rooms.values()) == 1, rooms


def is_refusal(error: BaseException) -> bool:
    """Return whether an error is one that members cause."""
    return isinstance(getattr(error, "original", error), _REFUSED)
