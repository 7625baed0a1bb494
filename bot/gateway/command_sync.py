"""Register the commands with Discord when they changed, not at every start.

The database holds a note of the last registration: a digest of the commands that were sent, and one of the
versions that Discord gave them. Discord gives a command a new version at each change, by any program. If
the note still matches at a start, that costs one GET. Otherwise (another release, a restored database) the
commands are sent again.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from bot.storage.database import Database, Statements
from bot.storage.record import Stored

NOTE_NAME = "commands synced"  # in the table `deployment`


class Commands(Protocol):
    """What the registration needs from the client, as plain data."""

    async def local_commands(self) -> tuple[int, list[dict[str, Any]]]:
        """Return the application's id and the commands of this version, in all languages."""
        ...

    async def registered_commands(self) -> Iterable[Mapping[str, Any]]:
        """Return the commands that Discord has."""
        ...

    async def send_commands(self, payload: list[dict[str, Any]]) -> Iterable[Mapping[str, Any]]:
        """Replace the commands that Discord has, and return them as Discord answers."""
        ...


async def send_if_changed(commands: Commands, database: Database) -> None:
    """Send Discord the commands, unless the database says that Discord already has them.

    If several processes start together, one sends them.
    """

    async def find_note(statements: Statements) -> Stored:
        return await statements.value("get_deployment", name=NOTE_NAME)

    async def save_note(statements: Statements) -> None:
        await statements.run("set_deployment", name=NOTE_NAME, value=note)

    async with database.alone(NOTE_NAME):
        if not await is_noted(commands, await database.read(find_note)):
            note = await send(commands)
            await database.write(save_note)


async def is_noted(commands: Commands, noted: object) -> bool:
    """Return whether Discord has this version's commands, according to the last registration's note."""
    digest = await _digest(commands)
    if not isinstance(noted, str) or not noted.startswith(digest):
        return False
    return noted == digest + _versions(await commands.registered_commands())


async def send(commands: Commands) -> str:
    """Register the commands and return the new note."""
    _, payload = await commands.local_commands()
    return await _digest(commands) + _versions(await commands.send_commands(payload))


async def _digest(commands: Commands) -> str:
    application_id, payload = await commands.local_commands()
    digest = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
    return f"{application_id} {digest} "


def _versions(commands: Iterable[Mapping[str, Any]]) -> str:
    known = sorted((str(each["id"]), str(each.get("version"))) for each in commands)
    return hashlib.sha256(json.dumps(known).encode()).hexdigest()
