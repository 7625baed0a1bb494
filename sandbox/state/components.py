"""The shapes of message components and forms, and the rules that span several of them.

Source: Discord's component reference; lengths and counts as in its API description.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.api.validation.schema import (
    ByType,
    Flag,
    Id,
    Many,
    OneOf,
    Path,
    Record,
    Shape,
    Text,
    Unsupported,
    Whole,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sandbox.state.models import Json

ROW, BUTTON, SELECT, INPUT = 1, 2, 3, 4
USERS, ROLES, MENTIONABLES, CHANNELS = 5, 6, 7, 8
SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR = 9, 10, 11, 12, 13, 14
CONTAINER, LABEL, UPLOAD = 17, 18, 19
RADIOS, CHECKBOXES, CHECKBOX = 21, 22, 23
SELECTS = frozenset({SELECT, USERS, ROLES, MENTIONABLES, CHANNELS})
V2_ONLY = frozenset({SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER})
LINK, PREMIUM = 5, 6
MOST_COMPONENTS = 40
MOST_TEXT = 4000

_CUSTOM_ID = Text(100, 1)
_BASE: Mapping[str, Shape] = {"type": Whole(), "id": Whole(0, 2**31 - 1)}
_EMOJI = Record({"id": Id(), "name": Text(32), "animated": Flag()})
_MEDIA = Record({"url": Text(2048, 1)}, ["url"])


def _record(fields: Mapping[str, Shape], *required: str) -> Record:
    return Record({**_BASE, **fields}, ("type", *required))


_BUTTON = _record(
    {
        "style": OneOf(range(1, 7)),
        "label": Text(80),
        "emoji": _EMOJI,
        "custom_id": _CUSTOM_ID,
        "sku_id": Id(),
        "url": Text(512, 1),
        "disabled": Flag(),
    },
    "style",
)
_OPTION = Record(
    {
        "label": Text(100, 1),
        "value": Text(100, 1),
        "description": Text(100),
        "emoji": _EMOJI,
        "default": Flag(),
    },
    ("label", "value"),
)
_SELECT_FIELDS: Mapping[str, Shape] = {
    "custom_id": _CUSTOM_ID,
    "placeholder": Text(150),
    "min_values": Whole(0, 25),
    "max_values": Whole(1, 25),
    "disabled": Flag(),
    "required": Flag(),
}
_DEFAULT = Record({"id": Id(), "type": OneOf({"user", "role", "channel"})}, ("id", "type"))
_DEFAULTS: Mapping[str, Shape] = {"default_values": Many(_DEFAULT, 25)}
_SELECT_SHAPES: Mapping[int, Shape] = {
    SELECT: _record({**_SELECT_FIELDS, "options": Many(_OPTION, 25, 1)}, "custom_id", "options"),
    USERS: _record({**_SELECT_FIELDS, **_DEFAULTS}, "custom_id"),
    ROLES: _record({**_SELECT_FIELDS, **_DEFAULTS}, "custom_id"),
    MENTIONABLES: _record({**_SELECT_FIELDS, **_DEFAULTS}, "custom_id"),
    CHANNELS: _record(
        {**_SELECT_FIELDS, **_DEFAULTS, "channel_types": Many(Whole(0, 16), 17)}, "custom_id"
    ),
}
_ROW = _record({"components": Many(ByType({BUTTON: _BUTTON, **_SELECT_SHAPES}), 5, 1)}, "components")
_TEXT = _record({"content": Text(MOST_TEXT, 1)}, "content")
_THUMBNAIL = _record({"media": _MEDIA, "description": Text(1024, 1), "spoiler": Flag()}, "media")
_SECTION = _record(
    {
        "components": Many(ByType({TEXT: _TEXT}), 3, 1),
        "accessory": ByType({BUTTON: _BUTTON, THUMBNAIL: _THUMBNAIL}),
    },
    "components",
    "accessory",
)
_GALLERY_ITEM = Record({"media": _MEDIA, "description": Text(1024, 1), "spoiler": Flag()}, ["media"])
_INSIDE: Mapping[int, Shape] = {
    ROW: _ROW,
    SECTION: _SECTION,
    TEXT: _TEXT,
    GALLERY: _record({"items": Many(_GALLERY_ITEM, 10, 1)}, "items"),
    FILE: _record({"file": _MEDIA, "spoiler": Flag()}, "file"),
    SEPARATOR: _record({"divider": Flag(), "spacing": OneOf({1, 2})}),
}
_CONTAINER = _record(
    {
        "components": Many(ByType(_INSIDE), MOST_COMPONENTS, 1),
        "accent_color": Whole(0, 0xFFFFFF),
        "spoiler": Flag(),
    },
    "components",
)
MESSAGE_COMPONENTS = Many(ByType({**_INSIDE, CONTAINER: _CONTAINER}), MOST_COMPONENTS)

_INPUT = _record(
    {
        "custom_id": _CUSTOM_ID,
        "style": OneOf({1, 2}),
        "label": Text(45, 1),
        "min_length": Whole(0, 4000),
        "max_length": Whole(1, 4000),
        "required": Flag(),
        "value": Text(4000),
        "placeholder": Text(100),
    },
    "custom_id",
    "style",
)
_CHOICE = Record(
    {"label": Text(100, 1), "value": Text(100, 1), "description": Text(100), "default": Flag()},
    ("label", "value"),
)
_LABELLED: Mapping[int, Shape] = {
    INPUT: _INPUT,
    **_SELECT_SHAPES,
    UPLOAD: Unsupported("file uploads in forms"),
    RADIOS: _record(
        {"custom_id": _CUSTOM_ID, "required": Flag(), "options": Many(_CHOICE, 10, 2)},
        "custom_id",
        "options",
    ),
    CHECKBOXES: _record(
        {
            "custom_id": _CUSTOM_ID,
            "required": Flag(),
            "options": Many(_CHOICE, 10, 1),
            "min_values": Whole(0, 10),
            "max_values": Whole(1, 10),
        },
        "custom_id",
        "options",
    ),
    CHECKBOX: _record({"custom_id": _CUSTOM_ID, "default": Flag()}, "custom_id"),
}
_LABEL = _record(
    {"label": Text(45, 1), "description": Text(100, 1), "component": ByType(_LABELLED)},
    "label",
    "component",
)
_INPUT_ROW = _record({"components": Many(ByType({INPUT: _INPUT}), 1, 1)}, "components")
MODAL = Record(
    {
        "custom_id": _CUSTOM_ID,
        "title": Text(45, 1),
        "components": Many(ByType({ROW: _INPUT_ROW, TEXT: _TEXT, LABEL: _LABEL}), 5, 1),
    },
    ("custom_id", "title", "components"),
)


def walk(components: list[Json], path: Path = ("components",)) -> Iterator[tuple[Path, Json]]:
    """Yield every component with its path, depth first."""
    for index, one in enumerate(components):
        here = (*path, str(index))
        yield here, one
        yield from walk(one.get("components") or [], (*here, "components"))
        for name in ("accessory", "component"):
            if one.get(name):
                yield (*here, name), one[name]


def texts(components: list[Json]) -> list[str]:
    """Every text display's text, in order."""
    return [one["content"] for _, one in walk(components) if one["type"] == TEXT]


_COMPLETED: Mapping[int, Json] = {
    **{kind: {"min_values": 1, "max_values": 1} for kind in SELECTS},
    CONTAINER: {"accent_color": None, "spoiler": False},
    SEPARATOR: {"divider": True, "spacing": 1},
    THUMBNAIL: {"description": None, "spoiler": False},
    FILE: {"name": None, "size": None, "spoiler": False},
}


def completed(components: list[Json]) -> list[Json]:
    """Give a message's components the fields that Discord always returns; changes them in place."""
    for _, one in walk(components):
        for name, value in _COMPLETED.get(one["type"], {}).items():
            if one.get(name) is None:
                one[name] = value
        if one["type"] in SELECTS:
            one.pop("required", None)  # means something only in forms
        for item in one.get("items") or []:
            item.setdefault("description", None)
            item.setdefault("spoiler", False)
    return components


def numbered(components: list[Json]) -> list[Json]:
    """Give every component without an `id` one, as Discord does; changes them in place."""
    used = {one.get("id") for _, one in walk(components)}
    fresh = (number for number in range(1, 10_000) if number not in used)
    for _, one in walk(components):
        if not one.get("id"):
            one["id"] = next(fresh)
    return components
