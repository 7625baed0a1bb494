"""Interaction responses after the first: the original and the follow-ups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.api.requests import Answer, Call
from sandbox.api.server import Route
from sandbox.state import interactions, messages, payloads

if TYPE_CHECKING:
    from sandbox.state.models import Interaction, Message


def _interaction(call: Call) -> Interaction:
    return interactions.by_token(call.core, call.id("webhook_id"), call.params["webhook_token"])


def _message(call: Call) -> Message:
    return interactions.message_of(_interaction(call), call.params.get("message_id", "@original"))


def _get(call: Call) -> Answer:
    return Answer(payloads.message(call.core, _message(call)))


def _edit(call: Call) -> Answer:
    interaction, message = _interaction(call), _message(call)
    interactions.edit(call.core, interaction, message, call.object(), call.uploads)
    return Answer(payloads.message(call.core, message))


def _delete(call: Call) -> Answer:
    messages.remove(call.core, _message(call))
    return Answer(None, 204)


def _follow_up(call: Call) -> Answer:
    message = interactions.follow_up(call.core, _interaction(call), call.object(), call.uploads)
    return Answer(payloads.message(call.core, message))


_ORIGINAL = "/webhooks/{webhook_id}/{webhook_token}/messages/@original"
_OTHER = "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"

ROUTES = [
    Route("POST", "/webhooks/{webhook_id}/{webhook_token}", _follow_up, is_open=True),
    Route("GET", _ORIGINAL, _get, is_open=True),
    Route("PATCH", _ORIGINAL, _edit, is_open=True),
    Route("DELETE", _ORIGINAL, _delete, is_open=True),
    Route("GET", _OTHER, _get, is_open=True),
    Route("PATCH", _OTHER, _edit, is_open=True),
    Route("DELETE", _OTHER, _delete, is_open=True),
]
