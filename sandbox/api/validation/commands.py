"""What Discord accepts as application commands: schemas, counts and sizes.

Source: Discord's API description (lengths, counts, required fields) and its documentation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sandbox.api.validation.schema import (
    Bitfield,
    Boolean,
    Integer,
    ListOf,
    MapOf,
    Number,
    Object,
    OneOf,
    Problems,
    Schema,
    Snowflake,
    Text,
    UnionByType,
    Unsupported,
)
from sandbox.state.components import Path
from sandbox.state.errors import refused
from sandbox.state.models import LOCALES, Json

MAX_COMMANDS = {1: 100, 2: 15, 3: 15}  # in one scope, by type
MAX_TEXT = 8000


class _ChoiceValue:
    """A string of at most 100 characters or a number."""

    def check(self, value: object, path: Path, problems: Problems) -> None:
        """Check as text, or as a number."""
        schema: Schema = Text(100) if isinstance(value, str) else Number()
        schema.check(value, path, problems)


CHOICE = Object(
    {
        "name": Text(100, 1),
        "name_localizations": MapOf(LOCALES, Text(100, 1)),
        "value": _ChoiceValue(),
    },
    ("name", "value"),
)

COMMAND_NAME = r"[-_'\w\u0900-\u097f\u0e00-\u0e7f]{1,32}"
_NAMES: Mapping[str, Schema] = {
    "name": Text(32, 1, COMMAND_NAME),
    "name_localizations": MapOf(LOCALES, Text(32, 1, COMMAND_NAME)),
    "description": Text(100, 1),
    "description_localizations": MapOf(LOCALES, Text(100, 1)),
}
_VALUE: Mapping[str, Schema] = {**_NAMES, "type": Integer(), "required": Boolean()}
_CHOOSABLE: Mapping[str, Schema] = {
    **_VALUE,
    "choices": ListOf(CHOICE, 25),
    "autocomplete": Boolean(),
}
_NEEDED = ("type", "name", "description")
_VALUES: Mapping[int, Schema] = {
    3: Object({**_CHOOSABLE, "min_length": Integer(0, 6000), "max_length": Integer(1, 6000)}, _NEEDED),
    4: Object({**_CHOOSABLE, "min_value": Integer(), "max_value": Integer()}, _NEEDED),
    5: Object(_VALUE, _NEEDED),
    6: Object(_VALUE, _NEEDED),
    7: Object({**_VALUE, "channel_types": ListOf(Integer(0, 16), 17)}, _NEEDED),
    8: Object(_VALUE, _NEEDED),
    9: Object(_VALUE, _NEEDED),
    10: Object({**_CHOOSABLE, "min_value": Number(), "max_value": Number()}, _NEEDED),
    11: Unsupported("attachment options"),
}
_SUBCOMMAND = Object(
    {**_NAMES, "type": Integer(), "required": Boolean(), "options": ListOf(UnionByType(_VALUES), 25)},
    _NEEDED,
)
_GROUP = Object(
    {
        **_NAMES,
        "type": Integer(),
        "required": Boolean(),
        "options": ListOf(UnionByType({1: _SUBCOMMAND}), 25),
    },
    _NEEDED,
)
_COMMAND: Mapping[str, Schema] = {
    "id": Snowflake(),
    "type": OneOf({1, 2, 3}),
    "default_member_permissions": Bitfield(),
    "dm_permission": Boolean(),
    "contexts": ListOf(OneOf({0, 1, 2}), 3, 1, unique=True),
    "integration_types": ListOf(OneOf({0, 1}), 2, 1, unique=True),
    "nsfw": Boolean(),
    # an empty list is what a context menu command has
    "options": ListOf(UnionByType({1: _SUBCOMMAND, 2: _GROUP, **_VALUES}), 25),
}
CHAT_COMMAND = Object({**_COMMAND, **_NAMES}, ("name", "description"))
MENU_COMMAND = Object(
    {
        **_COMMAND,
        "name": Text(32, 1),
        "name_localizations": MapOf(LOCALES, Text(32, 1)),
        "description": Text(0),
        "description_localizations": MapOf((), Text(0)),
        "options": ListOf(Unsupported("options in menu commands"), 0),
    },
    ["name"],
)
COMMAND = UnionByType({1: CHAT_COMMAND, 2: MENU_COMMAND, 3: MENU_COMMAND}, default=1)
EDIT_COMMAND = Object({**_COMMAND, **_NAMES})


def command_key(data: Json) -> tuple[int, str]:
    """Return what identifies a command in its scope: its type and name."""
    return int(data.get("type") or 1), str(data["name"])


def check_commands(commands: list[Json]) -> None:
    """Check all commands of one scope; raise `DiscordError` 30032 if too many, 50035 if one is invalid."""
    problems = Problems()
    keys = [command_key(one) for one in commands]
    for kind, maximum in MAX_COMMANDS.items():
        if sum(1 for key in keys if key[0] == kind) > maximum:
            raise refused(30032)
    for index, one in enumerate(commands):
        path = (str(index),)
        if keys.count(keys[index]) > 1:
            code = "APPLICATION_COMMANDS_DUPLICATE_NAME"
            problems.add((*path, "name"), code, "Application command names must be unique")
        if _size(one) > MAX_TEXT:
            code = "APPLICATION_COMMAND_TOO_LARGE"
            problems.add(path, code, f"Command exceeds maximum size ({MAX_TEXT})")
        if keys[index][0] == 1 and str(one["name"]) != str(one["name"]).lower():
            problems.add((*path, "name"), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
        _check_options(one.get("options") or [], (*path, "options"), problems)
    problems.raise_if_any()


def _check_options(options: list[Json], path: tuple[str, ...], problems: Problems) -> None:
    names = [one["name"] for one in options]
    optional_seen = False
    nested = {one["type"] in {1, 2} for one in options}
    if nested == {True, False}:
        text = "Sub-command and sub-command group option types are mutually exclusive to all other types"
        problems.add(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", text)
    for index, one in enumerate(options):
        here = (*path, str(index))
        if names.count(one["name"]) > 1:
            code = "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS"
            problems.add((*here, "name"), code, "Option name already exists")
        if one["name"] != one["name"].lower():
            problems.add((*here, "name"), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
        if one.get("required") and optional_seen:
            code = "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"
            problems.add(here, code, "Required options must be placed before non-required options")
        optional_seen = optional_seen or not one.get("required")
        if one.get("autocomplete") and one.get("choices"):
            text = "Autocomplete options cannot have choices"
            problems.add((*here, "choices"), "APPLICATION_COMMAND_OPTION_AUTOCOMPLETE", text)
        _check_options(one.get("options") or [], (*here, "options"), problems)


def _texts(data: Json) -> Iterator[int]:
    for name in ("name", "description"):
        localised = (data.get(f"{name}_localizations") or {}).values()
        yield max(map(len, [data.get(name) or "", *(text or "" for text in localised)]))
    for choice in data.get("choices") or []:
        localised = (choice.get("name_localizations") or {}).values()
        yield max(map(len, [choice["name"], *(text or "" for text in localised)]))
        yield len(str(choice["value"])) if isinstance(choice["value"], str) else 0
    for option in data.get("options") or []:
        yield from _texts(option)


def _size(command: Json) -> int:
    """Return what Discord counts against 8,000: names, descriptions, values, longest localisation."""
    return sum(_texts(command))
