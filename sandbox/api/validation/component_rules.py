"""The rules of components that a schema cannot express, such as unique custom ids."""

from __future__ import annotations

from collections import Counter

from sandbox.api.validation.components import (
    LINK_STYLE,
    MAX_COMPONENTS,
    MAX_TEXT,
    PREMIUM_STYLE,
    V2_ONLY,
)
from sandbox.api.validation.schema import Problems
from sandbox.state.components import (
    ACTION_ROW,
    BUTTON,
    CHECKBOX_GROUP,
    RADIO_GROUP,
    SELECTS,
    TEXT_INPUT,
    Path,
    texts,
    walk,
)
from sandbox.state.models import Json

MAX_LEGACY_ROWS = 5


def check_message_components(components: list[Json], problems: Problems, *, v2: bool) -> None:
    """Add problems that concern several components of a message."""
    everything = list(walk(components))
    if v2 and len(everything) > MAX_COMPONENTS:
        text = f"The total number of components exceeds {MAX_COMPONENTS}."
        problems.add(("components",), "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", text)
    if v2 and sum(map(len, texts(components))) > MAX_TEXT:
        text = f"Component displayable text size exceeds maximum size of {MAX_TEXT}."
        problems.add(("components",), "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", text)
    if not v2:
        _check_legacy(components, problems)
    _check_unique(everything, problems)
    for path, one in everything:
        _check_one(path, one, problems)


def _check_legacy(components: list[Json], problems: Problems) -> None:
    if len(components) > MAX_LEGACY_ROWS:
        problems.add(("components",), "BASE_TYPE_BAD_LENGTH", "Must be 5 or fewer in length.")
    for index, one in enumerate(components):
        if one["type"] in V2_ONLY:
            text = "This component needs the flag IS_COMPONENTS_V2."
            problems.add(("components", str(index), "type"), "UNION_TYPE_CHOICES", text)


def check_modal_components(modal: Json, problems: Problems) -> None:
    """Add problems that concern several components of a modal."""
    everything = list(walk(modal["components"]))
    _check_unique(everything, problems)
    for path, one in everything:
        _check_one(path, one, problems)
        if one["type"] == TEXT_INPUT and path[-1] != "component" and not one.get("label"):
            problems.add((*path, "label"), "BASE_TYPE_REQUIRED", "This field is required")


def _check_unique(everything: list[tuple[Path, Json]], problems: Problems) -> None:
    for name, code in (
        ("custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED"),
        ("id", "COMPONENT_ID_DUPLICATED"),
    ):
        seen = Counter(one[name] for _, one in everything if one.get(name))
        for path, one in everything:
            if one.get(name) and seen[one[name]] > 1:
                problems.add((*path, name), code, f"Component {name} cannot be duplicated")


def _check_one(path: Path, one: Json, problems: Problems) -> None:
    kind = one["type"]
    if kind == ACTION_ROW:
        kinds = [child["type"] for child in one["components"]]
        if len(kinds) > 1 and any(k in SELECTS for k in kinds):
            problems.add(path, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "A select fills its whole row.")
    elif kind == BUTTON:
        _check_button(path, one, problems)
    elif kind in SELECTS or kind == CHECKBOX_GROUP:
        _check_choice(path, one, problems)
    elif kind == RADIO_GROUP:
        _check_options(path, one, problems)
    elif kind == TEXT_INPUT:
        _check_input(path, one, problems)


def _check_button(path: Path, one: Json, problems: Problems) -> None:
    style = one["style"]
    wants = {LINK_STYLE: "url", PREMIUM_STYLE: "sku_id"}.get(style, "custom_id")
    for name in ("custom_id", "url", "sku_id"):
        if name == wants and not one.get(name):
            problems.add((*path, name), "BASE_TYPE_REQUIRED", f"Style {style} needs a {name}.")
        elif name != wants and one.get(name):
            problems.add((*path, name), "BUTTON_COMPONENT_FIELD", f"Style {style} has no {name}.")
    if style != PREMIUM_STYLE and not one.get("label") and not one.get("emoji"):
        text = "A button must have a label or an emoji."
        problems.add((*path, "label"), "BUTTON_COMPONENT_LABEL_REQUIRED", text)


def _check_options(path: Path, one: Json, problems: Problems) -> None:
    values = [option["value"] for option in one.get("options", [])]
    for index, value in enumerate(values):
        if values.count(value) > 1:
            where = (*path, "options", str(index), "value")
            text = "The specified option value is already used"
            problems.add(where, "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", text)


def _check_choice(path: Path, one: Json, problems: Problems) -> None:
    options = one.get("options")
    low = one.get("min_values")
    low = 1 if low is None else low
    high = one.get("max_values")
    if high is None:
        high = len(options or []) if one["type"] == CHECKBOX_GROUP else 1
    if low > high:
        text = "min_values must be at most max_values."
        problems.add((*path, "min_values"), "NUMBER_TYPE_MAX", text)
    if options is None:
        return
    if high > len(options):
        text = "max_values must be at most the number of options."
        problems.add((*path, "max_values"), "BASE_TYPE_BAD", text)
    if sum(bool(option.get("default")) for option in options) > high:
        problems.add((*path, "options"), "SELECT_COMPONENT_MAX_DEFAULTS", "Too many defaults.")
    _check_options(path, one, problems)


def _check_input(path: Path, one: Json, problems: Problems) -> None:
    low, high = one.get("min_length") or 0, one.get("max_length") or 4000
    if low > high:
        text = "min_length must be at most max_length."
        problems.add((*path, "min_length"), "NUMBER_TYPE_MAX", text)
    value = one.get("value")
    if value and len(value) > high:
        problems.add((*path, "value"), "BASE_TYPE_MAX_LENGTH", f"Must be {high} or fewer in length.")
