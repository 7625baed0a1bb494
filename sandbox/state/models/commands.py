"""Application commands as the bot registered them."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.state.models.json_object import Json


@dataclass(eq=False)
class Command:
    """A registered command; `data` is what the bot sent, `guild_id` None means global."""

    id: int
    data: Json
    guild_id: int | None = None
    version: int = 0

    @property
    def name(self) -> str:
        """The command's name, not localised."""
        return str(self.data["name"])

    @property
    def type(self) -> int:
        """1 for slash commands, 2 for user commands, 3 for message commands."""
        return int(self.data.get("type") or 1)
