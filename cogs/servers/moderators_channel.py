"""The panel in which moderators choose the channel that is told what stopped working."""

from discord import ui

from bot.errors import StaleError
from bot.fingerprint import fingerprint
from bot.gateway.client import Interaction
from bot.gateway.interactions import guild_id_of
from bot.servers.model import Guild
from bot.servers.outages.service import Outages
from bot.servers.service import ServerSettings
from bot.texts.catalogue import Markup, Say
from cogs.servers import routes
from cogs.ui.bot_permissions import usable_channel
from cogs.ui.panels import button, channel_select, chosen, panel, replace_panel, send_panel, texts_for
from cogs.ui.routes import NoPayload


class ModeratorsChannelSetup:
    """Chooses the moderators' channel of a server, or none."""

    def __init__(self, settings: ServerSettings, outages: Outages) -> None:
        self._settings = settings
        self._outages = outages

    async def show(self, interaction: Interaction, done: str = "") -> None:
        """Show the panel privately, or replace the one that was tapped; `done` says what was changed."""
        guild = await self._settings.get(guild_id_of(interaction))
        view = page(guild, texts_for(interaction), done)
        await (replace_panel if interaction.message is not None else send_panel)(interaction, view)

    @routes.SHOW_MODERATORS_CHANNEL.handler
    async def show_from_button(self, interaction: Interaction, _: NoPayload) -> None:
        """Show the panel."""
        await self.show(interaction)

    @routes.CHOOSE_MODERATORS_CHANNEL.handler
    async def choose(self, interaction: Interaction, payload: routes.Seen) -> None:
        """Save the channel that was chosen, if the bot can post there."""
        channel = usable_channel(interaction, chosen(interaction, int))
        chosen_now = texts_for(interaction)("outages.chosen", where=Markup(channel.mention))
        await self._save(interaction, channel.id, payload, chosen_now)

    @routes.NO_MODERATORS_CHANNEL.handler
    async def turn_off(self, interaction: Interaction, payload: routes.Seen) -> None:
        """Choose no channel: nobody is told any more."""
        await self._save(interaction, None, payload, texts_for(interaction)("outages.off_now"))

    async def _save(
        self, interaction: Interaction, channel_id: int | None, payload: routes.Seen, done: str
    ) -> None:
        guild_id = guild_id_of(interaction)
        try:
            await self._outages.choose_channel(guild_id, channel_id, seen=payload.fingerprint)
        except StaleError as stale:
            done = texts_for(interaction)(stale.key)
        await self.show(interaction, done)


def page(guild: Guild, say: Say, done: str = "") -> ui.LayoutView:
    """Return the panel."""
    buttons = [button(say("setup.button.back"), routes.SHOW_SETUP())]
    seen = fingerprint(guild.moderators_channel_id)
    if guild.moderators_channel_id is not None:
        buttons.insert(0, button(say("outages.button.off"), routes.NO_MODERATORS_CHANNEL(seen)))
    select = channel_select(say("outages.choose"), routes.CHOOSE_MODERATORS_CHANNEL(seen))
    return panel([say("outages.title"), say("outages.what"), state(guild, say), done], [[select], buttons])


def state(guild: Guild, say: Say) -> str:
    """Return the line that says which channel is chosen."""
    if guild.moderators_channel_id is None:
        return say("outages.none")
    return say("outages.channel", where=Markup(f"<#{guild.moderators_channel_id}>"))
