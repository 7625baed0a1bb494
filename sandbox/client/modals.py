"""Forms (modals) as a person fills them in: values checked as the client does, and sent back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.client.commands import ClientRefusal, Values
from sandbox.state import components as c

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.state.models import Interaction, Json

_MOST_INPUT = 4000


@dataclass(frozen=True, eq=False)
class Modal:
    """A form that the bot opened for a person."""

    interaction: Interaction
    title: str
    custom_id: str
    components: list[Json]

    @property
    def fields(self) -> list[tuple[str, Json]]:
        """Every field that can be filled in, with its label."""
        found = []
        for part in self.components:
            if part["type"] == c.LABEL:
                found.append((part["label"], part["component"]))
            elif part["type"] == c.ROW:
                found += [(one.get("label") or "", one) for one in part["components"]]
        return found


def modal_of(interaction: Interaction) -> Modal | None:
    """Return the form that an interaction opened, None where it opened none."""
    data = interaction.modal
    if data is None:
        return None
    return Modal(interaction, data["title"], data["custom_id"], data["components"])


def filled(modal: Modal, given: Mapping[str, object], values: Values) -> list[Json]:
    """Return the components of a submit; `given` is by label or custom id.

    Raises `ClientRefusal` for a field that is not there, missing or out of bounds.
    """
    known = {name for label, one in modal.fields for name in (label, one["custom_id"])}
    for name in given:
        if name not in known:
            raise ClientRefusal(f"the form has no field {name}")
    return [_part(part, given, values) for part in modal.components]


def _part(part: Json, given: Mapping[str, object], values: Values) -> Json:
    base: Json = {"type": part["type"], "id": part["id"]}
    if part["type"] == c.LABEL:
        return base | {"component": _field(part["component"], part["label"], given, values)}
    if part["type"] == c.ROW:
        inputs = [_field(one, one.get("label") or "", given, values) for one in part["components"]]
        return base | {"components": inputs}
    return base


def _field(one: Json, label: str, given: Mapping[str, object], values: Values) -> Json:
    custom_id, kind = one["custom_id"], one["type"]
    value = given.get(custom_id, given.get(label))
    base: Json = {"type": kind, "id": one["id"], "custom_id": custom_id}
    if kind == c.INPUT:
        return base | {"value": _text(one, label, value)}
    if kind == c.CHECKBOX:
        return base | {"value": bool(one.get("default") if value is None else value)}
    if kind == c.RADIOS:
        chosen = chosen_options(one, label, _listed(value), 1)
        return base | {"value": chosen[0] if chosen else None}
    return base | {"values": choice(one, label, _listed(value), values)}


def _listed(value: object) -> list[object] | None:
    if value is None:
        return None
    return list(value) if isinstance(value, list | tuple) else [value]


def _text(one: Json, label: str, value: object) -> str:
    text = str(one.get("value") or "") if value is None else str(value)
    low, high = one.get("min_length") or 0, one.get("max_length") or _MOST_INPUT
    if not text and one.get("required", True):
        raise ClientRefusal(f"{label} is required")
    if text and not low <= len(text) <= high:
        raise ClientRefusal(f"{label} takes {low} to {high} characters")
    return text


def chosen_options(one: Json, label: str, given: list[object] | None, most: int) -> list[str]:
    """Return the values of the options that were chosen, by value or label."""
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
    if len(chosen) > most:
        raise ClientRefusal(f"{label} takes at most {most}")
    return chosen


def choice(one: Json, label: str, given: list[object] | None, values: Values) -> list[str]:
    """Return the values chosen in a select or checkbox group, within its bounds."""
    kind = one["type"]
    low, high = one.get("min_values"), one.get("max_values")
    low = 1 if low is None else low
    if high is None:
        high = len(one["options"]) if kind == c.CHECKBOXES else 1
    if kind in {c.SELECT, c.CHECKBOXES}:
        chosen = chosen_options({**one, "required": False}, label, given, high)
    else:
        pick = {c.USERS: 6, c.ROLES: 8, c.MENTIONABLES: 9, c.CHANNELS: 7}[kind]
        if given is None:
            given = [default["id"] for default in one.get("default_values") or []]
        chosen = [values.pick(pick, wanted, one.get("channel_types"), label) for wanted in given]
    may_be_empty = low == 0 or one.get("required") is False
    if not (low <= len(chosen) <= high or (may_be_empty and not chosen)):
        raise ClientRefusal(f"{label} takes {low} to {high} values")
    return chosen
