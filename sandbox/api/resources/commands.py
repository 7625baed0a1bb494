"""Application commands, global and of a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.api.rate_limits import CREATE_COMMANDS
from sandbox.api.requests import Answer, Call
from sandbox.api.server import Route
from sandbox.api.validation import commands
from sandbox.api.validation.schema import Many, Problems, check
from sandbox.state import payloads
from sandbox.state.errors import invalid, refused
from sandbox.state.models import Command, Json

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = {1: 100, 2: 15, 3: 15}
MOST_TEXT = 8000
_ALL = Many(commands.COMMAND, 130)


def _scope(call: Call) -> int | None:
    if "guild_id" not in call.params:
        return None
    return call.core.world.get_guild(call.id("guild_id")).id


def _own(call: Call) -> None:
    if call.id("application_id") != call.core.world.app.id:
        raise refused(50001)


def _list(call: Call) -> Answer:
    _own(call)
    found = call.core.world.commands_of(_scope(call))
    return Answer([payloads.command(call.core, one) for one in found])


def _get(call: Call) -> Answer:
    _own(call)
    one = call.core.world.get_command(call.id("command_id"), _scope(call))
    return Answer(payloads.command(call.core, one))


def _key(data: Json) -> tuple[int, str]:
    return int(data.get("type") or 1), str(data["name"])


def _put(call: Call) -> Answer:
    """Overwrite a scope: commands of the same type and name keep their ids."""
    _own(call)
    scope = _scope(call)
    check(_ALL, call.payload)
    _check_all(call.payload)
    world = call.core.world
    before = {_key(one.data): one for one in world.commands_of(scope)}
    _count_new(call, scope, sum(1 for data in call.payload if _key(data) not in before))
    for one in before.values():
        del world.commands[one.id]
    for data in call.payload:
        old = before.get(_key(data))
        _store(call, data, scope, old.id if old else None)
    call.core.signal("state")
    return _list(call)


def _count_new(call: Call, scope: int | None, new: int) -> None:
    """Count commands whose names were not there; raises `ApiError` 30034 past 200 a day."""
    for _ in range(new):
        if call.core.limits.take_sub(f"new commands {scope}", CREATE_COMMANDS) is not None:
            raise refused(30034)


def _store(call: Call, data: Json, scope: int | None, command_id: int | None) -> Command:
    version = call.core.mint.next()
    kept = {name: value for name, value in data.items() if name != "id"}
    command = Command(command_id or call.core.mint.next(), kept, scope, version)
    call.core.world.commands[command.id] = command
    return command


def _post(call: Call) -> Answer:
    """Create a command, or overwrite the one of the same type and name."""
    _own(call)
    scope = _scope(call)
    data = call.body(commands.COMMAND)
    world = call.core.world
    others = [c for c in world.commands_of(scope) if _key(c.data) != _key(data)]
    old = next((c for c in world.commands_of(scope) if _key(c.data) == _key(data)), None)
    _check_all([*(c.data for c in others), data])
    _count_new(call, scope, 0 if old else 1)
    command = _store(call, data, scope, old.id if old else None)
    call.core.signal("state")
    return Answer(payloads.command(call.core, command), 200 if old else 201)


def _patch(call: Call) -> Answer:
    _own(call)
    scope = _scope(call)
    world = call.core.world
    old = world.get_command(call.id("command_id"), scope)
    data = {**old.data, **call.body(commands.EDIT_COMMAND)}
    check(commands.COMMAND, data)
    _check_all([*(c.data for c in world.commands_of(scope) if c is not old), data])
    command = _store(call, data, scope, old.id)
    call.core.signal("state")
    return Answer(payloads.command(call.core, command))


def _delete(call: Call) -> Answer:
    _own(call)
    world = call.core.world
    del world.commands[world.get_command(call.id("command_id"), _scope(call)).id]
    call.core.signal("state")
    return Answer(None, 204)


def _check_all(commands: list[Json]) -> None:
    problems = Problems()
    keys = [_key(one) for one in commands]
    for kind, most in MOST.items():
        if sum(1 for key in keys if key[0] == kind) > most:
            raise refused(30032)
    for index, one in enumerate(commands):
        path = (str(index),)
        if keys.count(keys[index]) > 1:
            code = "APPLICATION_COMMANDS_DUPLICATE_NAME"
            problems.add((*path, "name"), code, "Application command names must be unique")
        if size(one) > MOST_TEXT:
            code = "APPLICATION_COMMAND_TOO_LARGE"
            problems.add(path, code, f"Command exceeds maximum size ({MOST_TEXT})")
        if keys[index][0] == 1 and str(one["name"]) != str(one["name"]).lower():
            problems.add((*path, "name"), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
        _check_options(one.get("options") or [], (*path, "options"), problems)
    if problems.found:
        raise invalid(problems.found)


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


def size(command: Json) -> int:
    """Return what Discord counts against 8,000: names, descriptions, values, longest localisation."""
    return sum(_texts(command))


_GLOBAL = "/applications/{application_id}/commands"
_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"

ROUTES = [
    route
    for base in (_GLOBAL, _GUILD)
    for route in (
        Route("GET", base, _list),
        Route("PUT", base, _put),
        Route("POST", base, _post),
        Route("GET", f"{base}/{{command_id}}", _get),
        Route("PATCH", f"{base}/{{command_id}}", _patch),
        Route("DELETE", f"{base}/{{command_id}}", _delete),
    )
]
