"""Registered commands as a person's client sees them: found, offered, and their values typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.state import payloads, permissions
from sandbox.state.models import Channel, Command, Guild, Json, Role, User
from sandbox.state.permissions import Permission

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.state.simulation import Core

STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER = 3, 4, 5, 6, 7, 8, 9, 10
_LONGEST_STRING = 6000


class ClientRefusal(Exception):  # noqa: N818 - Discord's client refuses, nothing went wrong
    """What Discord's client would not have let the person do."""


def why_not(core: Core, user: User, channel: Channel, command: Command) -> str | None:
    """Say why the person cannot use a command here; None where they can."""
    context = 0 if channel.guild_id else 1
    if context not in contexts(command):
        return f"/{command.name} cannot be used here"
    guild = core.world.find_guild_of(channel)
    if guild is None:
        return None
    if not core.world.has_bot(guild):
        return "the app is not in this server"
    return _why_not_inside(core, user, channel, command)


def _why_not_inside(core: Core, user: User, channel: Channel, command: Command) -> str | None:
    bits = permissions.of_user(core.world, user.id, channel)
    if not bits & Permission.USE_APPLICATION_COMMANDS:
        return "application commands are off in this channel"
    if channel.thread is not None and channel.thread.archived:
        return "the thread is archived"
    needed = command.data.get("default_member_permissions")
    admin = bits == permissions.ALL
    if needed is None or admin or (int(needed) and bits & int(needed) == int(needed)):
        return None
    return f"no permission to use /{command.name}"


def contexts(command: Command) -> list[int]:
    """Where a command can be used: 0 servers, 1 the bot's DM."""
    if command.guild_id is not None:
        return [0]
    listed = command.data.get("contexts")
    if listed is not None:
        return list(listed)
    return [0] if command.data.get("dm_permission") is False else [0, 1]


def find(core: Core, user: User, channel: Channel, path: str) -> tuple[Command, list[Json], list[Json]]:
    """Return a path's command, the subcommands down to its leaf, and the leaf's options.

    Raises `ClientRefusal` where there is none or the person may not use it here.
    """
    words = path.removeprefix("/").split()
    scopes = [channel.guild_id, None] if channel.guild_id else [None]
    known = [c for scope in scopes for c in core.world.commands_of(scope) if c.type == 1]
    command = next((c for c in known if words and c.name == words[0]), None)
    if command is None:
        raise ClientRefusal(f"there is no command /{path}")
    reason = why_not(core, user, channel, command)
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


class Values:
    """Turns what a person gives into option values, and collects what `resolved` must hold."""

    def __init__(self, core: Core, user: User, channel: Channel) -> None:
        self._core = core
        self._user = user
        self._guild = core.world.find_guild_of(channel)
        self.resolved: dict[str, dict[str, Json]] = {}

    def typed(self, options: list[Json], given: Mapping[str, object], focused: str = "") -> list[Json]:
        """Return interaction options; raises `ClientRefusal` as Discord's client would refuse.

        With `focused` the person is still typing: nothing is required and that option is unchecked.
        """
        known = {option["name"] for option in options}
        for name in given:
            if name not in known:
                raise ClientRefusal(f"there is no option {name}")
        result = []
        for option in options:
            name = option["name"]
            if given.get(name) is None:
                if option.get("required") and not focused:
                    raise ClientRefusal(f"the option {name} is required")
                continue
            typing = name == focused
            value = str(given[name]) if typing else self._value(option, given[name])
            entry = {"name": name, "type": option["type"], "value": value}
            result.append(entry | ({"focused": True} if typing else {}))
        return result

    def _value(self, option: Json, given: object) -> object:
        kind = option["type"]
        if kind in {STRING, INTEGER, NUMBER}:
            return _plain(option, given)
        if kind == BOOLEAN:
            if not isinstance(given, bool):
                raise ClientRefusal(f"{option['name']} is true or false")
            return given
        return self.pick(kind, given, option.get("channel_types"), option["name"])

    def pick(self, kind: int, given: object, types: list[int] | None, name: str) -> str:
        """Return the id of a user, channel, role or mentionable; notes it in `resolved`."""
        if kind in {USER, MENTIONABLE} and (user := self._find_user(given)):
            self._resolve_user(user)
            return str(user.id)
        if kind in {ROLE, MENTIONABLE} and (role := self._find_role(given)):
            self.resolved.setdefault("roles", {})[str(role.id)] = payloads.role(role)
            return str(role.id)
        if kind == CHANNEL and (channel := self._find_channel(given)):
            if types and channel.type not in types:
                raise ClientRefusal(f"{name} does not take a channel of this kind")
            data = payloads.partial_channel(self._core, channel, self._user.id)
            self.resolved.setdefault("channels", {})[str(channel.id)] = data
            return str(channel.id)
        raise ClientRefusal(f"{name} takes no {given!r}")

    def _resolve_user(self, user: User) -> None:
        self.resolved.setdefault("users", {})[str(user.id)] = payloads.user(user)
        member = self._guild.members.get(user.id) if self._guild else None
        if self._guild and member:
            bits = permissions.of_member(self._guild, member)
            data = payloads.bare_member(member) | {"permissions": str(bits)}
            self.resolved.setdefault("members", {})[str(user.id)] = data

    def _find_user(self, given: object) -> User | None:
        given = getattr(given, "user", given)
        if isinstance(given, User):
            return given
        return self._core.world.find_user(given) if isinstance(given, str | int) else None

    def _find_role(self, given: object) -> Role | None:
        roles = self._guild.roles.values() if self._guild else ()
        return next((r for r in roles if given is r or str(given) in {r.name, str(r.id)}), None)

    def _find_channel(self, given: object) -> Channel | None:
        return find_channel(self._core, self._user, self._guild, given)


def find_channel(core: Core, user: User, guild: Guild | None, given: object) -> Channel | None:
    """Return a channel that the person sees, by itself, id or name."""
    channels = list(guild.channels.values()) if guild else []
    for one in channels:
        wanted = given is one or str(given).removeprefix("#") in {one.name, str(one.id)}
        if wanted and permissions.sees(core.world, user.id, one):
            return one
    return None


def _plain(option: Json, given: object) -> object:
    name, kind = option["name"], option["type"]
    choices = option.get("choices") or []
    if choices:
        for choice in choices:
            if given in (choice["value"], choice["name"]) or str(given) == str(choice["value"]):
                return choice["value"]
        raise ClientRefusal(f"{name} has no choice {given!r}")
    if kind == STRING:
        text = str(given)
        low, high = option.get("min_length") or 0, option.get("max_length") or _LONGEST_STRING
        if not low <= len(text) <= high:
            raise ClientRefusal(f"{name} takes {low} to {high} characters")
        return text
    try:
        number = int(str(given)) if kind == INTEGER else float(str(given))
    except ValueError as error:
        raise ClientRefusal(f"{name} is a number") from error
    low, high = option.get("min_value"), option.get("max_value")
    if (low is not None and number < low) or (high is not None and number > high):
        raise ClientRefusal(f"{name} must be between {low} and {high}")
    return number
