"""`/my-data` and `/privacy`."""

from discord import app_commands
from discord.ext import commands

from bot.gateway.client import Interaction
from bot.gateway.interactions import anyone, guarded
from bot.privacy.consents import Consents
from cogs.privacy import panels
from cogs.privacy.buttons import DataButtons
from cogs.privacy.routes import DataScope
from cogs.ui.panels import send_panel, texts_for


class DataCog(commands.Cog):
    """What is kept about a member, for that member."""

    my_data = guarded(anyone)(
        app_commands.Group(name="my-data", description="What is kept about you, and all of it gone")
    )

    def __init__(self, consents: Consents, buttons: DataButtons, policy_url: str) -> None:
        self._consents = consents
        self._policy_url = policy_url
        self._buttons = buttons

    @my_data.command(description="Show every row that is kept about you")
    async def show(self, interaction: Interaction) -> None:
        """Show the very rows: of this server, or, in direct messages, of all."""
        await self._buttons.show(interaction, _here(interaction))

    @my_data.command(description="Get everything that is kept about you as a file")
    async def export(self, interaction: Interaction) -> None:
        """Give a JSON file."""
        await self._buttons.export(interaction, _here(interaction))

    @my_data.command(description="Delete everything that is kept about you")
    async def delete(self, interaction: Interaction) -> None:
        """Ask once, then delete."""
        await self._buttons.ask_to_delete(interaction, _here(interaction))

    @guarded(anyone)
    @app_commands.command(description="What is kept, for what, and until when")
    async def privacy(self, interaction: Interaction) -> None:
        """Show what is kept about anybody."""
        await send_panel(
            interaction, panels.privacy(self._consents.all_kept(), self._policy_url, texts_for(interaction))
        )


def _here(interaction: Interaction) -> DataScope:
    return DataScope(interaction.guild_id)
