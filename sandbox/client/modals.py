"""Modals as a person fills them in: values checked as Discord's client does, and sent back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.client.errors import ClientRefusal
from sandbox.client.values import CHANNEL, MENTIONABLE, ROLE, USER, ValueResolver
from sandbox.state import components as c
from sandbox.state.models import Interaction, Json

_MAX_INPUT_LENGTH = 4000
_ENTITIES = {  # option types of the selects
    c.USER_SELECT: USER,
    c.ROLE_SELECT: ROLE,
    c.MENTIONABLE_SELECT: MENTIONABLE,
    c.CHANNEL_SELECT: CHANNEL,
}


@dataclass(frozen=True, eq=False)
class Modal:
    """A modal that the bot opened for a person, as the response to `interaction`."""

    interaction: Interaction
    title: str
    custom_id: str
    components: list[Json]

    @property
    def fields(self) -> list[tuple[str, Json]]:
        """Every field that can be filled in, as pairs of label and component."""
        found = []
        for part in self.components:
            if part["type"] == c.LABEL:
                found.append((part["label"], part["component"]))
            elif part["type"] == c.ACTION_ROW:
                found += [(one.get("label") or "", one) for one in part["components"]]
        return found


def find_modal(interaction: Interaction) -> Modal | None:
    """Return the modal that an interaction opened, None if it opened none."""
    data = interaction.modal
    if data is None:
        return None
    return Modal(interaction, data["title"], data["custom_id"], data["components"])


def submitted_components(modal: Modal, given: Mapping[str, object], values: ValueResolver) -> list[Json]:
    """Return the components of a submitted modal; `given` has the values by label or custom id.

    Raises `ClientRefusal` for an unknown field, a missing value or one that is not allowed.
    """
    known = {name for label, one in modal.fields for name in (label, one["custom_id"])}
    for name in given:
        if name not in known:
            raise ClientRefusal(f"the form has no field {name}")
    return [_submitted_part(part, given, values) for part in modal.components]


def _submitted_part(part: Json, given: Mapping[str, object], values: ValueResolver) -> Json:
    base: Json = {"type": part["type"], "id": part["id"]}
    if part["type"] == c.LABEL:
        return base | {"component": _submitted_field(part["component"], part["label"], given, values)}
    if part["type"] == c.ACTION_ROW:
        inputs = [
            _submitted_field(one, one.get("label") or "", given, values) for one in part["components"]
        ]
        return base | {"components": inputs}
    return base


def _submitted_field(one: Json, label: str, given: Mapping[str, object], values: ValueResolver) -> Json:
    custom_id, kind = one["custom_id"], one["type"]
    value = given.get(custom_id, given.get(label))
    base: Json = {"type": kind, "id": one["id"], "custom_id": custom_id}
    if kind == c.TEXT_INPUT:
        return base | {"value": _text(one, label, value)}
    if kind == c.CHECKBOX:
        return base | {"value": bool(one.get("default") if value is None else value)}
    if kind == c.RADIO_GROUP:
        chosen = _chosen_options(one, label, _as_list(value), 1)
        return base | {"value": chosen[0] if chosen else None}
    return base | {"values": selected_values(one, label, _as_list(value), values)}


def _as_list(value: object) -> list[object] | None:
    if value is None:
        return None
    return list(value) if isinstance(value, list | tuple) else [value]


def _text(one: Json, label: str, value: object) -> str:
    text = str(one.get("value") or "") if value is None else str(value)
    low, high = one.get("min_length") or 0, one.get("max_length") or _MAX_INPUT_LENGTH
    if not text and one.get("required", True):
        raise ClientRefusal(f"{label} is required")
    if text and not low <= len(text) <= high:
        raise ClientRefusal(f"{label} takes {low} to {high} characters")
    return text


def _chosen_options(one: Json, label: str, given: list[object] | None, maximum: int) -> list[str]:
    """Return the values of the options that were chosen by value or label; the defaults if None."""
    options = one.get("options") or []
    if given is None:
        chosen = [o["value"] for o in options if o.get("default")]
    else:
        chosen = []
        for wanted in given:
            found = [o["value"] for o in options if str(wanted) in {o["value"], o["label"]}]
            if not found:
                raise ClientRefusal(f"{label} has no option {wanted}")
            chosen.append(found[0])
    if not chosen and one.get("required", True):
        raise ClientRefusal(f"{label} is required")
    if len(chosen) > maximum:
        raise ClientRefusal(f"{label} takes at most {maximum}")
    return chosen


def selected_values(one: Json, label: str, given: list[object] | None, values: ValueResolver) -> list[str]:
    """Return the values chosen in a select or checkbox group; the defaults if `given` is None.

    Raises `ClientRefusal` if there are too few or too many, or one is not allowed.
    """
    kind = one["type"]
    low, high = one.get("min_values"), one.get("max_values")
    low = 1 if low is None else low
    if high is None:
        high = len(one["options"]) if kind == c.CHECKBOX_GROUP else 1
    if kind in {c.STRING_SELECT, c.CHECKBOX_GROUP}:
        chosen = _chosen_options({**one, "required": False}, label, given, high)
    else:
        option_type = _ENTITIES[kind]
        if given is None:
            given = [default["id"] for default in one.get("default_values") or []]
        chosen = [values.entity(option_type, wanted, one.get("channel_types"), label) for wanted in given]
    may_be_empty = low == 0 or one.get("required") is False
    if not (low <= len(chosen) <= high or (may_be_empty and not chosen)):
        raise ClientRefusal(f"{label} takes {low} to {high} values")
    return chosen
