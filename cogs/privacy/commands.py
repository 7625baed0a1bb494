"""`/me`, `/my-data` and `/privacy`."""

from discord import app_commands
from discord.ext import commands

from bot.gateway.client import Interaction
from bot.gateway.interactions import anyone, guarded
from cogs.privacy import panels
from cogs.privacy.data_buttons import DataButtons
from cogs.privacy.me import MePanel
from cogs.privacy.routes import DataScope
from cogs.ui.panels import send_panel, texts_for


class MeCog(commands.Cog):
    """Shows a member's choices in one private panel."""

    def __init__(self, panel: MePanel) -> None:
        self._panel = panel

    @guarded(anyone)
    @app_commands.command()
    async def me(self, interaction: Interaction) -> None:
        """Show the member's consents, check-ins and weekly counts, with a button to their data."""
        await self._panel.show(interaction)


class DataCog(commands.Cog):
    """Shows, exports and deletes what is saved about the member who asks."""

    my_data = guarded(anyone)(app_commands.Group(name="my-data", description="…"))

    def __init__(self, buttons: DataButtons, policy_url: str) -> None:
        self._policy_url = policy_url
        self._buttons = buttons

    @my_data.command()
    async def show(self, interaction: Interaction) -> None:
        """Show every row: of this server, or, in direct messages, of all."""
        await self._buttons.show(interaction, _scope_of(interaction))

    @my_data.command()
    async def export(self, interaction: Interaction) -> None:
        """Send the rows as a file."""
        await self._buttons.export(interaction, _scope_of(interaction))

    @my_data.command()
    async def delete(self, interaction: Interaction) -> None:
        """Ask first; a button deletes."""
        await self._buttons.ask_to_delete(interaction, _scope_of(interaction))

    @guarded(anyone)
    @app_commands.command()
    async def privacy(self, interaction: Interaction) -> None:
        """Show what the bot saves about people, for what and until when."""
        say = texts_for(interaction)
        await send_panel(interaction, panels.privacy(self._policy_url, say))


def _scope_of(interaction: Interaction) -> DataScope:
    return DataScope(interaction.guild_id)
