"""A server's own check-in text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prompt:
    """One line that moderators of a server added. Who of them is not kept."""

    prompt_id: int
    guild_id: int
    words: str

    @property
    def key(self) -> str:
        """Its name among the words that a member's check-ins have used."""
        return f"s{self.prompt_id}"
