"""Makes `docs/commands.md` from the commands: `python -m bot.app.command_page > docs/commands.md`."""

import asyncio
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.app.compose import wire
from bot.gateway.client import Client
from bot.gateway.shards import make_client
from bot.scheduling.clock import SystemClock
from bot.settings import Settings
from bot.storage.sqlite.database import SqliteDatabase

_BEGINNING = """# Commands

Made from the commands themselves by `python -m bot.app.command_page`; a test compares the two.

Discord suggests commands and their options as you type. An option in **bold** is required.
Answers to commands are private: nobody else in the channel sees them.
"""
_MANAGE_SERVER = str(1 << 5)  # Discord's permission bit
_DIRECT_MESSAGES = 1  # Discord's interaction context BOT_DM
_SUBCOMMAND, _GROUP = 1, 2  # Discord's types of options
_TYPES = {3: "text", 4: "a whole number", 5: "yes or no", 6: "a member", 7: "a channel"}


async def page() -> str:
    """Return the page in Markdown."""
    payloads = sorted(await command_payload(), key=_order)
    members = [each for each in payloads if not _is_for_moderators(each)]
    moderators = [each for each in payloads if _is_for_moderators(each)]
    sections = [
        "## For everyone\n",
        *(part for each in members for part in _sections(each, each["name"])),
        "## For moderators\n\nYou need Manage Server. Discord hides these commands from everyone else.\n",
        *(part for each in moderators for part in _sections(each, each["name"])),
    ]
    return "\n".join([_BEGINNING, *sections])


async def command_payload() -> list[dict[str, Any]]:
    """Return the commands as Discord gets them, from a client that connects to nothing."""
    with tempfile.TemporaryDirectory() as folder:
        database = await SqliteDatabase.open(Path(folder) / "none.db")
        try:
            client: Client = make_client(
                wire(database, SystemClock()), Settings.model_construct(shard_count=None)
            )
            client.syncs_at_start = False
            async with client:
                await client.setup_hook()
                return await client.command_payload()
        finally:
            await database.close()


def _is_for_moderators(command: dict[str, Any]) -> bool:
    return str(command.get("default_member_permissions")) == _MANAGE_SERVER


def _order(command: dict[str, Any]) -> str:
    return str(command["name"])


def _sections(command: dict[str, Any], name: str) -> Iterator[str]:
    """Yield a section for a command, or for each subcommand of a group."""
    options = command.get("options", [])
    if any(each["type"] in {_SUBCOMMAND, _GROUP} for each in options):
        for each in sorted(options, key=_order):
            yield from _sections(each | {"contexts": command.get("contexts")}, f"{name} {each['name']}")
        return
    where = " Works in direct messages too." if _DIRECT_MESSAGES in (command.get("contexts") or []) else ""
    yield f"### `/{name}`\n\n{_sentence(command['description'])}{where}\n"
    if options:
        rows = [_row(each) for each in options]
        yield "\n".join(["| option | what it is | what to enter |", "|---|---|---|", *rows, ""])


def _row(option: dict[str, Any]) -> str:
    name = f"**{option['name']}**" if option.get("required") else option["name"]
    return f"| {name} | {option['description']} | {_values(option)} |"


def _values(option: dict[str, Any]) -> str:
    if option.get("choices"):
        return " · ".join(str(each["name"]) for each in option["choices"])
    kind = _TYPES.get(option["type"], "text")
    least, most = option.get("min_value"), option.get("max_value")
    if least is not None and most is not None:
        return f"{kind} from {least} to {most}"
    return kind


def _sentence(words: str) -> str:
    return words if words.endswith((".", "?", "!")) else f"{words}."


if __name__ == "__main__":
    sys.stdout.write(asyncio.run(page()))
