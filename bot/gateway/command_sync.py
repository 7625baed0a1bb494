"""Telling Discord of the commands: once a deployment whenever they changed, never at a plain restart.

What was sent is known by its digest; what Discord has of it by the version that it gives each command,
which it renews at every change, whoever made it. Both are noted together, so a start that finds the same
costs one request that reads, and one that finds another (a new release, an old one put back, a restored
database) sends the commands again.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

NOTED_AS = "commands synced"


class Commands(Protocol):
    """The client's side of it, in plain data."""

    async def commands_here(self) -> tuple[int, list[dict[str, Any]]]:
        """Return the application's id and the commands, in every language that there is."""
        ...

    async def commands_there(self) -> Iterable[Mapping[str, Any]]:
        """Return the commands that Discord has."""
        ...

    async def send_commands(self, payload: list[dict[str, Any]]) -> Iterable[Mapping[str, Any]]:
        """Replace the commands that Discord has, and return what it made of them."""
        ...


async def is_noted(commands: Commands, noted: object) -> bool:
    """Return whether Discord has the commands of this version, by the note of when they were sent."""
    ours = await _ours(commands)
    if not isinstance(noted, str) or not noted.startswith(ours):
        return False
    return noted == ours + _versions(await commands.commands_there())


async def send(commands: Commands) -> str:
    """Send the commands and return what is to be noted."""
    _, payload = await commands.commands_here()
    return await _ours(commands) + _versions(await commands.send_commands(payload))


async def _ours(commands: Commands) -> str:
    application_id, payload = await commands.commands_here()
    digest = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
    return f"{application_id} {digest} "


def _versions(commands: Iterable[Mapping[str, Any]]) -> str:
    known = sorted((str(each["id"]), str(each.get("version"))) for each in commands)
    return hashlib.sha256(json.dumps(known).encode()).hexdigest()
