"""The shapes of application commands.

Source: Discord's API description (lengths, counts, required fields) and its documentation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.api.validation.limits import CHOICE, LOCALES
from sandbox.api.validation.schema import (
    Bits,
    ByType,
    Dict,
    Flag,
    Id,
    Many,
    Number,
    OneOf,
    Record,
    Shape,
    Text,
    Unsupported,
    Whole,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMAND_NAME = r"[-_'\w\u0900-\u097f\u0e00-\u0e7f]{1,32}"
_NAMES: Mapping[str, Shape] = {
    "name": Text(32, 1, COMMAND_NAME),
    "name_localizations": Dict(LOCALES, Text(32, 1, COMMAND_NAME)),
    "description": Text(100, 1),
    "description_localizations": Dict(LOCALES, Text(100, 1)),
}
_VALUE: Mapping[str, Shape] = {**_NAMES, "type": Whole(), "required": Flag()}
_CHOOSABLE: Mapping[str, Shape] = {
    **_VALUE,
    "choices": Many(CHOICE, 25),
    "autocomplete": Flag(),
}
_NEEDED = ("type", "name", "description")
_VALUES: Mapping[int, Shape] = {
    3: Record({**_CHOOSABLE, "min_length": Whole(0, 6000), "max_length": Whole(1, 6000)}, _NEEDED),
    4: Record({**_CHOOSABLE, "min_value": Whole(), "max_value": Whole()}, _NEEDED),
    5: Record(_VALUE, _NEEDED),
    6: Record(_VALUE, _NEEDED),
    7: Record({**_VALUE, "channel_types": Many(Whole(0, 16), 17)}, _NEEDED),
    8: Record(_VALUE, _NEEDED),
    9: Record(_VALUE, _NEEDED),
    10: Record({**_CHOOSABLE, "min_value": Number(), "max_value": Number()}, _NEEDED),
    11: Unsupported("attachment options"),
}
_SUBCOMMAND = Record(
    {**_NAMES, "type": Whole(), "required": Flag(), "options": Many(ByType(_VALUES), 25)}, _NEEDED
)
_GROUP = Record(
    {
        **_NAMES,
        "type": Whole(),
        "required": Flag(),
        "options": Many(ByType({1: _SUBCOMMAND}), 25),
    },
    _NEEDED,
)
_COMMAND: Mapping[str, Shape] = {
    "id": Id(),
    "type": OneOf({1, 2, 3}),
    "default_member_permissions": Bits(),
    "dm_permission": Flag(),
    "contexts": Many(OneOf({0, 1, 2}), 3, 1, unique=True),
    "integration_types": Many(OneOf({0, 1}), 2, 1, unique=True),
    "nsfw": Flag(),
    # an empty list is what a context menu command has
    "options": Many(ByType({1: _SUBCOMMAND, 2: _GROUP, **_VALUES}), 25),
}
CHAT_COMMAND = Record({**_COMMAND, **_NAMES}, ("name", "description"))
MENU_COMMAND = Record(
    {
        **_COMMAND,
        "name": Text(32, 1),
        "name_localizations": Dict(LOCALES, Text(32, 1)),
        "description": Text(0),
        "description_localizations": Dict((), Text(0)),
        "options": Many(Unsupported("options in menu commands"), 0),
    },
    ["name"],
)
COMMAND = ByType({1: CHAT_COMMAND, 2: MENU_COMMAND, 3: MENU_COMMAND}, default=1)
EDIT_COMMAND = Record({**_COMMAND, **_NAMES})
