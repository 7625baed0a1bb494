"""Application commands, either global or of one server."""

from __future__ import annotations

from sandbox.api.rate_limits import CREATE_COMMANDS
from sandbox.api.requests import Request, Response
from sandbox.api.routing import Route
from sandbox.api.validation.commands import COMMAND, EDIT_COMMAND, check_commands, command_key
from sandbox.api.validation.schema import ListOf, check
from sandbox.state import payloads
from sandbox.state.errors import refused
from sandbox.state.models import Command, Json, without_nulls

_COMMANDS = ListOf(COMMAND, 130)


def _scope(request: Request) -> int | None:
    if "guild_id" not in request.params:
        return None
    return request.simulation.world.get_guild(request.id("guild_id")).id


def _require_own(request: Request) -> None:
    if request.id("application_id") != request.simulation.world.app.id:
        raise refused(50001)


def _list(request: Request) -> Response:
    _require_own(request)
    found = request.simulation.world.commands_of(_scope(request))
    return Response([payloads.command(request.simulation, one) for one in found])


def _get(request: Request) -> Response:
    _require_own(request)
    one = request.simulation.world.get_command(request.id("command_id"), _scope(request))
    return Response(payloads.command(request.simulation, one))


def _replace_all(request: Request) -> Response:
    """Replace all commands of a scope; those of the same type and name keep their ids."""
    _require_own(request)
    scope = _scope(request)
    check(_COMMANDS, request.payload, request.unknown_fields)
    check_commands(request.payload)
    world = request.simulation.world
    before = {command_key(one.data): one for one in world.commands_of(scope)}
    _count_new(request, scope, sum(1 for data in request.payload if command_key(data) not in before))
    for one in before.values():
        del world.commands[one.id]
    for data in request.payload:
        old = before.get(command_key(data))
        _store(request, data, scope, old.id if old else None)
    request.simulation.notify("state")
    return _list(request)


def _count_new(request: Request, scope: int | None, new: int) -> None:
    """Count new commands; raises `DiscordError` 30034 above 200 a day."""
    for _ in range(new):
        if request.limits.take_hidden(f"new commands {scope}", CREATE_COMMANDS) is not None:
            raise refused(30034)


def _store(request: Request, data: Json, scope: int | None, command_id: int | None) -> Command:
    version = request.simulation.ids.next()
    stored = {name: value for name, value in data.items() if name != "id"}
    stored["options"] = without_nulls(data.get("options") or [])
    command = Command(command_id or request.simulation.ids.next(), stored, scope, version)
    request.simulation.world.commands[command.id] = command
    return command


def _create(request: Request) -> Response:
    """Create a command, or overwrite the one of the same type and name."""
    _require_own(request)
    scope = _scope(request)
    data = request.body(COMMAND)
    world = request.simulation.world
    others = [c for c in world.commands_of(scope) if command_key(c.data) != command_key(data)]
    old = next((c for c in world.commands_of(scope) if command_key(c.data) == command_key(data)), None)
    check_commands([*(c.data for c in others), data])
    _count_new(request, scope, 0 if old else 1)
    command = _store(request, data, scope, old.id if old else None)
    request.simulation.notify("state")
    return Response(payloads.command(request.simulation, command), 200 if old else 201)


def _edit(request: Request) -> Response:
    _require_own(request)
    scope = _scope(request)
    world = request.simulation.world
    old = world.get_command(request.id("command_id"), scope)
    data = {**old.data, **request.body(EDIT_COMMAND)}
    check(COMMAND, data, request.unknown_fields)
    check_commands([*(c.data for c in world.commands_of(scope) if c is not old), data])
    command = _store(request, data, scope, old.id)
    request.simulation.notify("state")
    return Response(payloads.command(request.simulation, command))


def _delete(request: Request) -> Response:
    _require_own(request)
    world = request.simulation.world
    del world.commands[world.get_command(request.id("command_id"), _scope(request)).id]
    request.simulation.notify("state")
    return Response(None, 204)


_GLOBAL = "/applications/{application_id}/commands"
_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"

ROUTES = [
    route
    for base in (_GLOBAL, _GUILD)
    for route in (
        Route("GET", base, _list),
        Route("PUT", base, _replace_all),
        Route("POST", base, _create),
        Route("GET", f"{base}/{{command_id}}", _get),
        Route("PATCH", f"{base}/{{command_id}}", _edit),
        Route("DELETE", f"{base}/{{command_id}}", _delete),
    )
]
