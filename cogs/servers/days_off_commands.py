"""`/quiet days-off`: days on which nothing scheduled takes place, by command."""

from discord import app_commands

from bot.gateway.client import Interaction
from cogs.servers.days_off_setup import Choices, DaysOffSetup
from cogs.ui.typed_values import matching


class DaysOffCommands(app_commands.Group):
    """The commands of days off."""

    def __init__(self, setup: DaysOffSetup) -> None:
        super().__init__(name="days-off")
        self._setup = setup

    @app_commands.command(name="add")
    async def add_days(self, interaction: Interaction, days: str, until: str | None = None) -> None:
        """Add days off."""
        await self._setup.add(interaction, days, until or "")

    @app_commands.command(name="list")
    async def list_days(self, interaction: Interaction) -> None:
        """Show the panel."""
        await self._setup.show(interaction)

    @app_commands.command(name="remove")
    async def remove_days(self, interaction: Interaction, days: str) -> None:
        """Remove days off."""
        await self._setup.remove_typed(interaction, days)

    @add_days.autocomplete("days")
    @add_days.autocomplete("until")
    async def complete_days(self, interaction: Interaction, typed: str) -> Choices:
        """Offer the days that were typed, as they are understood, or the next ones."""
        return await self._setup.offered_dates(interaction, typed)

    @remove_days.autocomplete("days")
    async def complete_known(self, interaction: Interaction, typed: str) -> Choices:
        """Offer the server's days off."""
        return matching(await self._setup.choices(interaction), typed)
