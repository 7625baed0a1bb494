"""`/me`, `/help` and `/help-now`."""

from discord import app_commands
from discord.ext import commands

from bot.checkins.personal.service import Checkins
from bot.gateway.client import Interaction
from bot.gateway.interactions import anyone, guarded, guild_id_of, in_server
from bot.privacy.consent.rules import outdated, standing
from bot.privacy.consents import Consents
from bot.scheduling.clock import Clock
from bot.servers.service import ServerSettings
from bot.weeks.counts.service import Rhythm
from cogs.privacy import panels
from cogs.ui.panels import panel, send_panel, texts_for


class MeCog(commands.Cog):
    """One private panel for everything that a member chose."""

    def __init__(self, consents: Consents, checkins: Checkins, rhythm: Rhythm, clock: Clock) -> None:
        self._consents = consents
        self._checkins = checkins
        self._rhythm = rhythm
        self._clock = clock

    @guarded(in_server)
    @app_commands.command(description="Your choices here; nobody else sees them")
    @app_commands.guild_only()
    async def me(self, interaction: Interaction) -> None:
        """Show choices, check-ins, rhythm and data."""
        member_id, guild_id = interaction.user.id, guild_id_of(interaction)
        cadence = await self._checkins.find(member_id, guild_id)
        weeks = await self._rhythm.newest(member_id, guild_id)
        consents = await self._consents.of_member(member_id, guild_id)
        mine = panels.Mine(
            guild_id,
            interaction.guild.name if interaction.guild else "",
            standing(consents),
            frozenset(each.purpose for each in outdated(consents)),
            cadence,
            await self._checkins.next_at(cadence.cadence_id) if cadence else None,
            weeks,
            await self._rhythm.picture(weeks),
        )
        await send_panel(interaction, *panels.me(mine, self._clock.now(), texts_for(interaction)))


class HelpCog(commands.Cog):
    """What there is, and where to turn to."""

    def __init__(self, guilds: ServerSettings) -> None:
        self._guilds = guilds

    @guarded(anyone)
    @app_commands.command(description="What Alongside does, in a few lines")
    async def help(self, interaction: Interaction) -> None:
        """Show what there is."""
        say = texts_for(interaction)
        texts = ("help.what", "help.rooms", "help.checkins", "help.yours")
        await send_panel(interaction, panel([say(text) for text in texts]))

    @guarded(in_server)
    @app_commands.command(name="help-now", description="Places to turn to, as this server lists them")
    @app_commands.guild_only()
    async def help_now(self, interaction: Interaction) -> None:
        """Show the server's own list."""
        say = texts_for(interaction)
        guild = await self._guilds.get(guild_id_of(interaction))
        contacts = guild.help_contacts or say("help.no_help_contacts")
        await send_panel(interaction, panel([say("help.help_contacts"), contacts, say("help.emergency")]))
