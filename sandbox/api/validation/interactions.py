"""What Discord accepts as the first response to an interaction, by the type of the interaction.

Source: Discord's "Receiving and Responding to Interactions".
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.api.validation.commands import CHOICE
from sandbox.api.validation.component_rules import check_modal_components
from sandbox.api.validation.components import MODAL
from sandbox.api.validation.messages import RESPONSE_FLAGS, WEBHOOK_MESSAGE, check_message
from sandbox.api.validation.schema import (
    Boolean,
    ListOf,
    Object,
    OneOf,
    Problems,
    Schema,
    UnknownFields,
)
from sandbox.state.errors import invalid_field
from sandbox.state.messages import flags_after_edit
from sandbox.state.models import CallbackType, Interaction, InteractionType, Json

_DATA: Mapping[CallbackType, Schema] = {
    CallbackType.MESSAGE: WEBHOOK_MESSAGE,
    CallbackType.DEFERRED_MESSAGE: Object({"flags": OneOf({0, 64}), "tts": Boolean()}),
    CallbackType.DEFERRED_UPDATE: Object({}),
    CallbackType.UPDATE: WEBHOOK_MESSAGE,
    CallbackType.AUTOCOMPLETE: Object({"choices": ListOf(CHOICE, 25)}),
    CallbackType.MODAL: MODAL,
}
_ALLOWED: Mapping[InteractionType, frozenset[int]] = {
    InteractionType.COMMAND: frozenset({4, 5, 9}),
    InteractionType.COMPONENT: frozenset({4, 5, 6, 7, 9}),
    InteractionType.AUTOCOMPLETE: frozenset({8}),
    InteractionType.MODAL_SUBMIT: frozenset({4, 5, 6}),
}


def check_callback(interaction: Interaction, body: Json, unknown_fields: UnknownFields) -> CallbackType:
    """Return the type of a first response; raise `DiscordError` 50035 if it is invalid or does not fit."""
    _check_fields(body, unknown_fields)
    callback = _callback_type(interaction, body)
    data = body.get("data") or {}
    schema = _DATA[callback]
    flags = data.get("flags") or 0
    if callback == CallbackType.UPDATE and interaction.source is not None:
        flags = flags_after_edit(interaction.source, data)
    problems = Problems(unknown_fields)
    schema.check(data, ("data",), problems)
    problems.raise_if_any()
    if callback in {CallbackType.MESSAGE, CallbackType.UPDATE}:
        check_message(schema, data, unknown_fields, flags=flags, settable_flags=RESPONSE_FLAGS)
    elif callback == CallbackType.MODAL:
        check_modal_components(data, problems)
    problems.raise_if_any()
    return callback


def _check_fields(body: Json, unknown_fields: UnknownFields) -> None:
    for name in sorted(set(body) - {"type", "data"}):
        if not unknown_fields.ignore((name,)):
            raise invalid_field(name, "Unknown field.", "SANDBOX_UNKNOWN_FIELD")


def _callback_type(interaction: Interaction, body: Json) -> CallbackType:
    allowed = set(_ALLOWED[interaction.type])
    if interaction.type == InteractionType.MODAL_SUBMIT and interaction.source is not None:
        allowed.add(CallbackType.UPDATE)
    if body.get("type") not in allowed:
        listed = ", ".join(str(one) for one in sorted(allowed))
        text = f'Value of field "type" must be one of ({listed}).'
        raise invalid_field("type", text, "UNION_TYPE_CHOICES")
    return CallbackType(body["type"])
