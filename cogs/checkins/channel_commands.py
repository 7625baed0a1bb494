"""`/quiet checkins`: channel check-ins, by command."""

import discord
from discord import app_commands

from bot.errors import RefusalError
from bot.gateway.client import Interaction
from cogs.checkins.channel_setup import ChannelCheckinSetup
from cogs.ui.typed_values import TypedValues, matching, read_number


class ChannelCheckinCommands(app_commands.Group):
    """The commands of channel check-ins."""

    def __init__(self, setup: ChannelCheckinSetup) -> None:
        super().__init__(name="checkins")
        self._setup = setup

    @app_commands.command(name="add")
    async def add_checkin(
        self,
        interaction: Interaction,
        channel: discord.TextChannel,
        days: str,
        time: str,
        zone: str | None = None,
    ) -> None:
        """Add a channel check-in."""
        await self._setup.add(interaction, channel.id, days, time, zone)

    @app_commands.command(name="list")
    async def list_checkins(self, interaction: Interaction) -> None:
        """Show the panel."""
        await self._setup.show(interaction)

    @app_commands.command(name="remove")
    async def remove_checkin(self, interaction: Interaction, checkin: str) -> None:
        """Ask before a channel check-in is removed."""
        number = read_number(checkin)
        if number is None:
            raise RefusalError("refusals.open_removed")
        await self._setup.ask_removal(interaction, number)

    @add_checkin.autocomplete("zone")
    async def complete_zone(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Offer time zones, each with the time that it is there now."""
        return TypedValues.of(interaction).offered_zones(typed)

    @add_checkin.autocomplete("time")
    async def complete_time(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Show how the time was understood."""
        return TypedValues.of(interaction).offered_times(typed)

    @add_checkin.autocomplete("days")
    async def complete_days(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Offer days; after a comma, each is added to the days that were typed before it."""
        return TypedValues.of(interaction).offered_days(typed)

    @remove_checkin.autocomplete("checkin")
    async def complete_checkin(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """Offer the server's channel check-ins."""
        return matching(await self._setup.choices(interaction), typed)
