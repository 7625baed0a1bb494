"""`/quiet pause` and `/quiet resume`. Both answer with the set-up panel, which shows a pause."""

from discord import app_commands

from bot.gateway.client import Interaction
from bot.gateway.interactions import guild_id_of
from bot.servers.pause import Pauses
from bot.servers.service import ServerSettings
from cogs.servers import routes
from cogs.ui.links import ShowSetup
from cogs.ui.panels import texts_for
from cogs.ui.routes import NoPayload
from cogs.ui.typed_values import TypedValues


class ServerPause:
    """Pauses a server and resumes it."""

    def __init__(self, settings: ServerSettings, pauses: Pauses, show_setup: ShowSetup) -> None:
        self._settings = settings
        self._pauses = pauses
        self._show_setup = show_setup

    async def pause(self, interaction: Interaction, typed: str | None) -> None:
        """Pause the server until the end that was typed, or (None) until a moderator resumes it."""
        guild_id, say = guild_id_of(interaction), texts_for(interaction)
        until, read = None, TypedValues.of(interaction)
        if typed is not None and not read.is_no_end(typed):
            until = read.end(typed, (await self._settings.get(guild_id)).zone)
        await self._pauses.pause(guild_id, until)
        done = say("pause.done") if until is None else say("pause.done_until", until=until)
        await self._show_setup(interaction, done)

    async def resume(self, interaction: Interaction) -> None:
        """End the server's pause."""
        was_paused = await self._pauses.resume(guild_id_of(interaction))
        done = "pause.done_resumed" if was_paused else "pause.not_paused"
        await self._show_setup(interaction, texts_for(interaction)(done))

    @routes.RESUME.handler
    async def resume_from_button(self, interaction: Interaction, _: NoPayload) -> None:
        """End the server's pause, from the set-up or the check."""
        await self.resume(interaction)

    async def offered_ends(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Offer the end that was typed, or the next days, in the server's time zone."""
        guild = await self._settings.get(guild_id_of(interaction))
        return TypedValues.of(interaction).offered_moments(typed, guild.zone)
