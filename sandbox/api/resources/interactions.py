"""The first response to an interaction."""

from __future__ import annotations

from sandbox.api.requests import Request, Response
from sandbox.api.routing import Route
from sandbox.api.validation.interactions import check_callback
from sandbox.state import interactions, payloads
from sandbox.state.models import CallbackType, Interaction, Json


def _callback(request: Request) -> Response:
    simulation = request.simulation
    token = request.params["interaction_token"]
    interaction = simulation.world.get_interaction(request.id("interaction_id"), token)
    interactions.require_unanswered(interaction)
    body = request.unchecked_body()
    callback = check_callback(interaction, body, request.unknown_fields)
    interactions.require_files_allowed(simulation, interaction, request.uploads)
    interactions.respond(simulation, interaction, callback, body.get("data") or {}, request.uploads)
    if not request.query_flag("with_response"):
        return Response(None, 204)
    return Response(_response(request, interaction))


def _response(request: Request, interaction: Interaction) -> Json:
    details: Json = {"id": str(interaction.id), "type": int(interaction.type)}
    resource: Json = {"type": int(interaction.callback or 0)}
    message = interaction.original
    if message is not None:
        details |= {
            "response_message_id": str(message.id),
            "response_message_loading": message.thinking,
            "response_message_ephemeral": message.ephemeral_to is not None,
        }
        if interaction.callback in {CallbackType.MESSAGE, CallbackType.UPDATE}:
            resource["message"] = payloads.message(request.simulation, message)
    return {"interaction": details, "resource": resource}


ROUTES = [
    Route(
        "POST",
        "/interactions/{interaction_id}/{interaction_token}/callback",
        _callback,
        needs_bot_token=False,
    ),
]
