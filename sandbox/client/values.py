"""Values of command options and selects, checked and resolved as Discord's client does it."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.client.channels import find_channel
from sandbox.client.errors import ClientRefusal
from sandbox.state import payloads, permissions
from sandbox.state.models import Channel, Json, Role, User
from sandbox.state.simulation import Simulation

STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER = 3, 4, 5, 6, 7, 8, 9, 10  # option types
_MAX_STRING_LENGTH = 6000


class ValueResolver:
    """Turn what a person enters into the values that Discord sends.

    `resolved` collects the objects that the values refer to, for the interaction's data.
    """

    def __init__(self, simulation: Simulation, user: User, channel: Channel) -> None:
        self._simulation = simulation
        self._user = user
        self._guild = simulation.world.find_guild_of(channel)
        self.resolved: Json = {}

    def options(self, options: list[Json], given: Mapping[str, object], focused: str = "") -> list[Json]:
        """Return a command's options with their values.

        `focused` names the option that the person is still typing, for autocomplete: then no option is
        required and this one is not checked. Raises `ClientRefusal` for a value that is not allowed.
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
            return _plain_value(option, given)
        if kind == BOOLEAN:
            if not isinstance(given, bool):
                raise ClientRefusal(f"{option['name']} is true or false")
            return given
        return self.entity(kind, given, option.get("channel_types"), option["name"])

    def entity(self, kind: int, given: object, types: list[int] | None, name: str) -> str:
        """Return the id of a user, channel, role or mentionable, and add the object to `resolved`.

        Raises `ClientRefusal` if there is none or the channel has another type than `types`.
        """
        if kind in {USER, MENTIONABLE} and (user := self._find_user(given)):
            self._resolve_user(user)
            return str(user.id)
        if kind in {ROLE, MENTIONABLE} and (role := self._find_role(given)):
            self.resolved.setdefault("roles", {})[str(role.id)] = payloads.role(role)
            return str(role.id)
        if kind == CHANNEL and (channel := self._find_channel(given)):
            if types and channel.type not in types:
                raise ClientRefusal(f"{name} does not take a channel of this kind")
            data = payloads.partial_channel(self._simulation, channel, self._user.id)
            self.resolved.setdefault("channels", {})[str(channel.id)] = data
            return str(channel.id)
        raise ClientRefusal(f"{name} does not accept {given!r}")

    def _resolve_user(self, user: User) -> None:
        self.resolved.setdefault("users", {})[str(user.id)] = payloads.user(user)
        member = self._guild.members.get(user.id) if self._guild else None
        if self._guild and member:
            bits = permissions.of_member(self._guild, member)
            data = payloads.partial_member(member) | {"permissions": str(bits)}
            self.resolved.setdefault("members", {})[str(user.id)] = data

    def _find_user(self, given: object) -> User | None:
        given = getattr(given, "user", given)
        if isinstance(given, User):
            return given
        return self._simulation.world.find_user(given) if isinstance(given, str | int) else None

    def _find_role(self, given: object) -> Role | None:
        roles = self._guild.roles.values() if self._guild else ()
        return next((r for r in roles if given is r or str(given) in {r.name, str(r.id)}), None)

    def _find_channel(self, given: object) -> Channel | None:
        return find_channel(self._simulation, self._user, self._guild, given)


def _plain_value(option: Json, given: object) -> object:
    name, kind = option["name"], option["type"]
    choices = option.get("choices") or []
    if choices:
        for choice in choices:
            if given in (choice["value"], choice["name"]) or str(given) == str(choice["value"]):
                return choice["value"]
        raise ClientRefusal(f"{name} has no choice {given!r}")
    if kind == STRING:
        text = str(given)
        low, high = option.get("min_length") or 0, option.get("max_length") or _MAX_STRING_LENGTH
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
