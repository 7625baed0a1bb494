"""`/help` and `/help-now`."""

from discord import app_commands
from discord.ext import commands

from bot.gateway.client import Interaction
from bot.gateway.interactions import anyone, guarded, guild_id_of, in_server
from bot.servers.service import ServerSettings
from cogs.ui.panels import panel, send_panel, texts_for


class HelpCog(commands.Cog):
    """What the bot offers, and where a member can get help."""

    def __init__(self, settings: ServerSettings) -> None:
        self._settings = settings

    @guarded(anyone)
    @app_commands.command(description="What Alongside does, in a few lines")
    async def help(self, interaction: Interaction) -> None:
        """Show what the bot offers."""
        say = texts_for(interaction)
        topics = ("help.what", "help.rooms", "help.checkins", "help.yours")
        await send_panel(interaction, panel([say(topic) for topic in topics]))

    @guarded(in_server)
    @app_commands.command(name="help-now", description="Places to turn to, as this server lists them")
    async def help_now(self, interaction: Interaction) -> None:
        """Show the server's help contacts."""
        say = texts_for(interaction)
        guild = await self._settings.get(guild_id_of(interaction))
        contacts = guild.help_contacts or say("help.no_help_contacts")
        await send_panel(interaction, panel([say("help.help_contacts"), contacts, say("help.emergency")]))
