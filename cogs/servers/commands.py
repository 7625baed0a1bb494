"""`/quiet`: the group, and the commands that are about the server as a whole."""

import discord
from discord import app_commands

from bot.gateway.client import Interaction
from bot.gateway.interactions import guarded, moderator
from cogs.servers.pause import ServerPause
from cogs.servers.setup import ServerSetup
from cogs.servers.status import StatusCheck
from cogs.ui.typed_values import TypedValues


class QuietCommands(app_commands.Group):
    """The `/quiet` group. Discord shows it to members with Manage Server; the guard checks it again."""

    def __init__(self, server_setup: ServerSetup, status_check: StatusCheck, pause: ServerPause) -> None:
        super().__init__(
            name="quiet",
            default_permissions=discord.Permissions(manage_guild=True),
        )
        guarded(moderator)(self)
        self._setup = server_setup
        self._status_check = status_check
        self._pause = pause

    @app_commands.command()
    async def setup(self, interaction: Interaction, zone: str | None = None) -> None:
        """Show the panel."""
        if zone is None:
            await self._setup.show(interaction)
        else:
            await self._setup.set_zone(interaction, zone)

    @app_commands.command()
    async def check(self, interaction: Interaction) -> None:
        """Show what works in the server and what does not."""
        await self._status_check.show(interaction)

    @app_commands.command()
    async def pause(self, interaction: Interaction, until: str | None = None) -> None:
        """Pause the server."""
        await self._pause.pause(interaction, until)

    @app_commands.command()
    async def resume(self, interaction: Interaction) -> None:
        """Resume the server."""
        await self._pause.resume(interaction)

    @pause.autocomplete("until")
    async def complete_until(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Offer dates: the one that was typed, or the next days."""
        return await self._pause.offered_ends(interaction, typed)

    @setup.autocomplete("zone")
    async def complete_zone(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Offer time zones, each with the time that it is there now."""
        return TypedValues.of(interaction).offered_zones(typed)
