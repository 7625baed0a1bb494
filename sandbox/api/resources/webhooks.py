"""Interaction webhooks: the original response and the follow-ups."""

from __future__ import annotations

from sandbox.api.requests import Request, Response
from sandbox.api.routing import Route
from sandbox.api.validation.messages import RESPONSE_FLAGS, WEBHOOK_MESSAGE, check_message
from sandbox.state import interactions, messages, payloads
from sandbox.state.messages import flags_after_edit
from sandbox.state.models import Interaction, Json, Message


def _interaction(request: Request) -> Interaction:
    return interactions.get_by_token(
        request.simulation, request.id("webhook_id"), request.params["webhook_token"]
    )


def _message(request: Request) -> Message:
    return interactions.get_response(_interaction(request), request.params.get("message_id", "@original"))


def _get(request: Request) -> Response:
    return Response(payloads.message(request.simulation, _message(request)))


def _check(request: Request, body: Json, flags: int) -> None:
    check_message(WEBHOOK_MESSAGE, body, request.unknown_fields, flags=flags, settable_flags=RESPONSE_FLAGS)


def _edit(request: Request) -> Response:
    interaction, message = _interaction(request), _message(request)
    body = request.unchecked_body()
    interactions.require_files_allowed(request.simulation, interaction, request.uploads)
    _check(request, body, flags_after_edit(message, body))
    interactions.edit_response(request.simulation, interaction, message, body, request.uploads)
    return Response(payloads.message(request.simulation, message))


def _delete(request: Request) -> Response:
    messages.delete(request.simulation, _message(request))
    return Response(None, 204)


def _follow_up(request: Request) -> Response:
    interaction, body = _interaction(request), request.unchecked_body()
    interactions.require_files_allowed(request.simulation, interaction, request.uploads)
    _check(request, body, body.get("flags") or 0)
    message = interactions.follow_up(request.simulation, interaction, body, request.uploads)
    return Response(payloads.message(request.simulation, message))


_ORIGINAL = "/webhooks/{webhook_id}/{webhook_token}/messages/@original"
_FOLLOW_UP = "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"

ROUTES = [
    Route("POST", "/webhooks/{webhook_id}/{webhook_token}", _follow_up, needs_bot_token=False),
    Route("GET", _ORIGINAL, _get, needs_bot_token=False),
    Route("PATCH", _ORIGINAL, _edit, needs_bot_token=False),
    Route("DELETE", _ORIGINAL, _delete, needs_bot_token=False),
    Route("GET", _FOLLOW_UP, _get, needs_bot_token=False),
    Route("PATCH", _FOLLOW_UP, _edit, needs_bot_token=False),
    Route("DELETE", _FOLLOW_UP, _delete, needs_bot_token=False),
]
