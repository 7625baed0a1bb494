"""Schemas of message components and modals.

Source: Discord's "Component Reference"; lengths and counts as in its API description.
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.api.validation.schema import (
    Boolean,
    Integer,
    ListOf,
    Object,
    OneOf,
    Schema,
    Snowflake,
    Text,
    UnionByType,
    Unsupported,
)
from sandbox.state.components import (
    ACTION_ROW,
    BUTTON,
    CHANNEL_SELECT,
    CHECKBOX,
    CHECKBOX_GROUP,
    CONTAINER,
    FILE,
    FILE_UPLOAD,
    LABEL,
    MEDIA_GALLERY,
    MENTIONABLE_SELECT,
    RADIO_GROUP,
    ROLE_SELECT,
    SECTION,
    SEPARATOR,
    STRING_SELECT,
    TEXT_DISPLAY,
    TEXT_INPUT,
    THUMBNAIL,
    USER_SELECT,
)

V2_ONLY = frozenset({SECTION, TEXT_DISPLAY, THUMBNAIL, MEDIA_GALLERY, FILE, SEPARATOR, CONTAINER})
LINK_STYLE, PREMIUM_STYLE = 5, 6
MAX_COMPONENTS = 40
MAX_TEXT = 4000

_CUSTOM_ID = Text(100, 1)
_COMMON_FIELDS: Mapping[str, Schema] = {"type": Integer(), "id": Integer(0, 2**31 - 1)}
_EMOJI = Object({"id": Snowflake(), "name": Text(32), "animated": Boolean()})
_MEDIA = Object({"url": Text(2048, 1)}, ["url"])


def _component(fields: Mapping[str, Schema], *required: str) -> Object:
    return Object({**_COMMON_FIELDS, **fields}, ("type", *required))


_BUTTON = _component(
    {
        "style": OneOf(range(1, 7)),
        "label": Text(80),
        "emoji": _EMOJI,
        "custom_id": _CUSTOM_ID,
        "sku_id": Snowflake(),
        "url": Text(512, 1),
        "disabled": Boolean(),
    },
    "style",
)
_OPTION = Object(
    {
        "label": Text(100, 1),
        "value": Text(100, 1),
        "description": Text(100),
        "emoji": _EMOJI,
        "default": Boolean(),
    },
    ("label", "value"),
)
_SELECT_FIELDS: Mapping[str, Schema] = {
    "custom_id": _CUSTOM_ID,
    "placeholder": Text(150),
    "min_values": Integer(0, 25),
    "max_values": Integer(1, 25),
    "disabled": Boolean(),
    "required": Boolean(),
}
_DEFAULT_VALUE = Object({"id": Snowflake(), "type": OneOf({"user", "role", "channel"})}, ("id", "type"))
_DEFAULT_VALUES: Mapping[str, Schema] = {"default_values": ListOf(_DEFAULT_VALUE, 25)}
_SELECTS: Mapping[int, Schema] = {
    STRING_SELECT: _component(
        {**_SELECT_FIELDS, "options": ListOf(_OPTION, 25, 1)}, "custom_id", "options"
    ),
    USER_SELECT: _component({**_SELECT_FIELDS, **_DEFAULT_VALUES}, "custom_id"),
    ROLE_SELECT: _component({**_SELECT_FIELDS, **_DEFAULT_VALUES}, "custom_id"),
    MENTIONABLE_SELECT: _component({**_SELECT_FIELDS, **_DEFAULT_VALUES}, "custom_id"),
    CHANNEL_SELECT: _component(
        {**_SELECT_FIELDS, **_DEFAULT_VALUES, "channel_types": ListOf(Integer(0, 16), 17)}, "custom_id"
    ),
}
_ROW = _component({"components": ListOf(UnionByType({BUTTON: _BUTTON, **_SELECTS}), 5, 1)}, "components")
_TEXT = _component({"content": Text(MAX_TEXT, 1)}, "content")
_THUMBNAIL = _component({"media": _MEDIA, "description": Text(1024, 1), "spoiler": Boolean()}, "media")
_SECTION = _component(
    {
        "components": ListOf(UnionByType({TEXT_DISPLAY: _TEXT}), 3, 1),
        "accessory": UnionByType({BUTTON: _BUTTON, THUMBNAIL: _THUMBNAIL}),
    },
    "components",
    "accessory",
)
_GALLERY_ITEM = Object({"media": _MEDIA, "description": Text(1024, 1), "spoiler": Boolean()}, ["media"])
_CONTAINER_CHILDREN: Mapping[int, Schema] = {
    ACTION_ROW: _ROW,
    SECTION: _SECTION,
    TEXT_DISPLAY: _TEXT,
    MEDIA_GALLERY: _component({"items": ListOf(_GALLERY_ITEM, 10, 1)}, "items"),
    FILE: _component({"file": _MEDIA, "spoiler": Boolean()}, "file"),
    SEPARATOR: _component({"divider": Boolean(), "spacing": OneOf({1, 2})}),
}
_CONTAINER = _component(
    {
        "components": ListOf(UnionByType(_CONTAINER_CHILDREN), MAX_COMPONENTS, 1),
        "accent_color": Integer(0, 0xFFFFFF),
        "spoiler": Boolean(),
    },
    "components",
)
MESSAGE_COMPONENTS = ListOf(UnionByType({**_CONTAINER_CHILDREN, CONTAINER: _CONTAINER}), MAX_COMPONENTS)

_INPUT = _component(
    {
        "custom_id": _CUSTOM_ID,
        "style": OneOf({1, 2}),
        "label": Text(45, 1),
        "min_length": Integer(0, 4000),
        "max_length": Integer(1, 4000),
        "required": Boolean(),
        "value": Text(4000),
        "placeholder": Text(100),
    },
    "custom_id",
    "style",
)
_CHOICE = Object(
    {"label": Text(100, 1), "value": Text(100, 1), "description": Text(100), "default": Boolean()},
    ("label", "value"),
)
_LABEL_CHILDREN: Mapping[int, Schema] = {
    TEXT_INPUT: _INPUT,
    **_SELECTS,
    FILE_UPLOAD: Unsupported("file uploads in forms"),
    RADIO_GROUP: _component(
        {"custom_id": _CUSTOM_ID, "required": Boolean(), "options": ListOf(_CHOICE, 10, 2)},
        "custom_id",
        "options",
    ),
    CHECKBOX_GROUP: _component(
        {
            "custom_id": _CUSTOM_ID,
            "required": Boolean(),
            "options": ListOf(_CHOICE, 10, 1),
            "min_values": Integer(0, 10),
            "max_values": Integer(1, 10),
        },
        "custom_id",
        "options",
    ),
    CHECKBOX: _component({"custom_id": _CUSTOM_ID, "default": Boolean()}, "custom_id"),
}
_LABEL = _component(
    {"label": Text(45, 1), "description": Text(100, 1), "component": UnionByType(_LABEL_CHILDREN)},
    "label",
    "component",
)
_INPUT_ROW = _component({"components": ListOf(UnionByType({TEXT_INPUT: _INPUT}), 1, 1)}, "components")
MODAL = Object(
    {
        "custom_id": _CUSTOM_ID,
        "title": Text(45, 1),
        "components": ListOf(
            UnionByType({ACTION_ROW: _INPUT_ROW, TEXT_DISPLAY: _TEXT, LABEL: _LABEL}), 5, 1
        ),
    },
    ("custom_id", "title", "components"),
)
