"""`/help` and `/help-now`."""

from discord import app_commands
from discord.ext import commands

from bot.gateway.client import Interaction
from bot.gateway.interactions import anyone, guarded
from bot.gateway.shared_servers import SharedServer
from bot.privacy.export import MemberData
from bot.servers.service import ServerSettings
from bot.settings import OperatorLinks
from bot.texts.catalogue import Markup, Say
from cogs.ui.panels import Lines, panel, send_panel, texts_for


def operator_lines(links: OperatorLinks, say: Say) -> list[str]:
    """Return how to report a problem and where the terms are, if the operator published that."""
    lines: list[str] = []
    if links.report:
        # An email address stands in code marks: Discord shows it unchanged there, and it can be copied.
        address = links.report if "://" in links.report else f"`{links.report}`"
        lines.append(say("help.report", address=Markup(address)))
    if links.terms:
        lines.append(say("help.terms", link=Markup(links.terms)))
    return lines


class HelpCog(commands.Cog):
    """What the bot offers, and where a member can get help."""

    def __init__(self, settings: ServerSettings, member_data: MemberData, links: OperatorLinks) -> None:
        self._settings = settings
        self._member_data = member_data
        self._links = links

    @guarded(anyone)
    @app_commands.command()
    async def help(self, interaction: Interaction) -> None:
        """Show what the bot offers."""
        say = texts_for(interaction)
        topics = ("help.what", "help.rooms", "help.checkins", "help.yours")
        await send_panel(
            interaction, panel([*(say(topic) for topic in topics), *operator_lines(self._links, say)])
        )

    @guarded(anyone)
    @app_commands.command(name="help-now")
    async def help_now(self, interaction: Interaction) -> None:
        """Show the server's help contacts; in direct messages, those of each server that is shared."""
        say = texts_for(interaction)
        if interaction.guild_id is None:
            contacts = await self._contacts_of_shared(interaction)
        else:
            contacts = Lines([await self._contacts(interaction.guild_id, say)])
        await send_panel(interaction, panel([say("help.help_contacts"), contacts, say("help.emergency")]))

    async def _contacts_of_shared(self, interaction: Interaction) -> Lines:
        say, member_id = texts_for(interaction), interaction.user.id
        known = await self._member_data.servers_of(member_id)
        servers = await interaction.client.shared_servers.of(member_id, known)
        if not servers:
            return Lines([say("help.no_server")])
        return Lines([await self._named_contacts(each, say) for each in servers], say("help.rest"))

    async def _named_contacts(self, server: SharedServer, say: Say) -> str:
        name = server.name or say("checkins.some_server")
        return f"{say('help.server', server=name)}\n{await self._contacts(server.id, say)}"

    async def _contacts(self, guild_id: int, say: Say) -> str:
        guild = await self._settings.get(guild_id)
        return guild.help_contacts or say("help.no_help_contacts")
