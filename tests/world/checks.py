"""Checks for every story: answers are private, no one is mentioned, nothing fails, budgets are met."""

import json
import re
from collections.abc import Sequence
from typing import Any

from discord import app_commands

from bot.errors import RefusalError
from bot.rooms.sessions.rules import CALLS_PER_FURTHER_ROUND, CALLS_PER_SESSION

_IDS = re.compile(r"\d{15,}")
_EXEMPT = re.compile(r"POST /interactions/|(GET|POST|PATCH|DELETE) /webhooks/")
_ROUNDS = re.compile(r"(?P<rounds>\d) rounds\.")
_CARD = re.compile(r'"rooms:how:(?P<session>\d+):v1"')
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


def check_budget(requests: Sequence[Any], repeats: int) -> None:
    """Check that no session cost more requests than allowed; a button of a card names its session.

    `repeats` is how many requests a restarted process made again, since it could not know of them.
    """
    messages = [each for each in requests if re.match(r"/channels/\d+/messages", each.path)]
    posts = [(each, _CARD.search(json.dumps(each.json))) for each in messages if each.method == "POST"]
    cards = {(str(each.json["nonce"]), found["session"]) for each, found in posts if each.json and found}
    edits = [each for each in messages if each.method == "PATCH"]
    rounds = {found["session"]: _ROUNDS.search(json.dumps(each.json)) for each, found in posts if found}
    further = sum(int(found["rounds"]) - 1 for found in rounds.values() if found)
    allowed = CALLS_PER_SESSION * len(rounds) + CALLS_PER_FURTHER_ROUND * further
    assert len(cards) + len(edits) <= allowed + repeats, (cards, edits)


def is_refusal(error: BaseException) -> bool:
    """Return whether an error is one that members cause."""
    return isinstance(getattr(error, "original", error), _REFUSED)
