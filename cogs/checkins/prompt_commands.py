"""`/quiet prompt`: a server's own check-in texts, by command."""

from discord import app_commands

from bot.checkins.prompts.model import LONGEST_PROMPT
from bot.gateway.client import Interaction
from bot.gateway.interactions import guild_id_of
from cogs.checkins.prompt_setup import PromptSetup
from cogs.ui.typed_values import matching


class PromptCommands(app_commands.Group):
    """The commands of check-in texts."""

    def __init__(self, prompts: PromptSetup) -> None:
        super().__init__(name="prompt")
        self._prompts = prompts

    @app_commands.command(name="add")
    async def add_prompt(
        self, interaction: Interaction, words: app_commands.Range[str, 1, LONGEST_PROMPT]
    ) -> None:
        """Check and preview a text."""
        await self._prompts.propose(interaction, words)

    @app_commands.command(name="list")
    async def list_prompts(self, interaction: Interaction) -> None:
        """List the texts."""
        await self._prompts.show(interaction)

    @app_commands.command(name="remove")
    async def remove_prompt(self, interaction: Interaction, words: str) -> None:
        """Remove a text."""
        await self._prompts.remove(interaction, words)

    @remove_prompt.autocomplete("words")
    async def complete_prompt(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Offer the server's own texts."""
        own = await self._prompts.own(guild_id_of(interaction))
        return matching([(each.words, str(each.prompt_id)) for each in own], typed)
