"""Slash commands as Discord's client offers them to a person."""

from __future__ import annotations

from sandbox.client.errors import ClientRefusal
from sandbox.state import permissions
from sandbox.state.models import Channel, Command, Json, User
from sandbox.state.permissions import Permission
from sandbox.state.simulation import Simulation


def _reason_against(simulation: Simulation, user: User, channel: Channel, command: Command) -> str | None:
    """Return why the person cannot use a command here, None if they can."""
    context = 0 if channel.guild_id else 1
    if context not in _contexts(command):
        return f"/{command.name} cannot be used here"
    guild = simulation.world.find_guild_of(channel)
    if guild is None:
        return None
    if not simulation.world.has_bot(guild):
        return "the app is not in this server"
    return _reason_against_in_guild(simulation, user, channel, command)


def _reason_against_in_guild(
    simulation: Simulation, user: User, channel: Channel, command: Command
) -> str | None:
    bits = permissions.of_user(simulation.world, user.id, channel)
    if not bits & Permission.USE_APPLICATION_COMMANDS:
        return "application commands are off in this channel"
    if channel.thread is not None and channel.thread.archived:
        return "the thread is archived"
    needed = command.data.get("default_member_permissions")
    admin = bits == permissions.ALL
    if needed is None or admin or (int(needed) and bits & int(needed) == int(needed)):
        return None
    return f"no permission to use /{command.name}"


def _contexts(command: Command) -> list[int]:
    """Return where a command can be used: 0 is servers, 1 the bot's DM."""
    if command.guild_id is not None:
        return [0]
    listed = command.data.get("contexts")
    if listed is not None:
        return list(listed)
    return [0] if command.data.get("dm_permission") is False else [0, 1]


def get_command(
    simulation: Simulation, user: User, channel: Channel, path: str
) -> tuple[Command, list[Json], list[Json]]:
    """Return a path's command, the subcommands down to its leaf, and the leaf's options.

    Raises `ClientRefusal` if there is none or the person cannot use it here.
    """
    words = path.removeprefix("/").split()
    scopes = [channel.guild_id, None] if channel.guild_id else [None]
    known = [c for scope in scopes for c in simulation.world.commands_of(scope) if c.type == 1]
    command = next((c for c in known if words and c.name == words[0]), None)
    if command is None:
        raise ClientRefusal(f"there is no command /{path}")
    reason = _reason_against(simulation, user, channel, command)
    if reason:
        raise ClientRefusal(reason)
    steps: list[Json] = []
    options = command.data.get("options") or []
    for word in words[1:]:
        step = next((o for o in options if o["name"] == word and o["type"] in {1, 2}), None)
        if step is None:
            raise ClientRefusal(f"there is no command /{path}")
        steps.append(step)
        options = step.get("options") or []
    if any(option["type"] in {1, 2} for option in options):
        raise ClientRefusal(f"/{path} needs a subcommand")
    return command, steps, options


def command_data(command: Command, steps: list[Json], options: list[Json], resolved: Json) -> Json:
    """Return the data of an interaction that runs a command; `steps` are its subcommands."""
    for step in reversed(steps):
        options = [{"name": step["name"], "type": step["type"], "options": options}]
    data: Json = {"id": str(command.id), "name": command.name, "type": 1, "options": options}
    return data | ({"resolved": resolved} if resolved else {})
