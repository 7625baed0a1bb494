"""The first response to an interaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.api.requests import Answer, Call
from sandbox.api.server import Route
from sandbox.state import interactions, payloads

if TYPE_CHECKING:
    from sandbox.state.models import Interaction, Json


def _callback(call: Call) -> Answer:
    core = call.core
    token = call.params["interaction_token"]
    interaction = core.world.get_interaction(call.id("interaction_id"), token)
    interactions.respond(core, interaction, call.object(), call.uploads)
    if not call.flag("with_response"):
        return Answer(None, 204)
    return Answer(_response(call, interaction))


def _response(call: Call, interaction: Interaction) -> Json:
    about: Json = {"id": str(interaction.id), "type": int(interaction.kind)}
    resource: Json = {"type": int(interaction.callback or 0)}
    message = interaction.original
    if message is not None:
        about |= {
            "response_message_id": str(message.id),
            "response_message_loading": message.thinking,
            "response_message_ephemeral": message.ephemeral_to is not None,
        }
        if interaction.callback in {4, 7}:
            resource["message"] = payloads.message(call.core, message)
    return {"interaction": about, "resource": resource}


ROUTES = [
    Route(
        "POST",
        "/interactions/{interaction_id}/{interaction_token}/callback",
        _callback,
        is_open=True,
    ),
]
