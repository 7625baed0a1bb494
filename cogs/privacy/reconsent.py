"""Asks again after a consent text has changed, but only when a member does something.

`/me` asks, and once also the answer to another command or tap. It shows one text at a time.
"""

from typing import Any

from discord.ext import commands

from bot.gateway.client import Interaction
from bot.privacy.consent.model import Consent, Purpose
from bot.privacy.consents import Consents
from bot.privacy.retention import Retention
from cogs.privacy import panels
from cogs.ui.panels import send_panel, texts_for
from cogs.ui.routes import AnyRoute

# Commands that show it themselves, are about something else, or after which nothing else should be asked.
_NOT_AFTER = {"me", "checkins", "my-data", "privacy", "pause", "help-now"}

# What comes by direct message, and so is asked about there.
_IN_DIRECT_MESSAGES = {Purpose.CHECKINS, Purpose.ROOM_NOTICES}


class ReconsentPrompt(commands.Cog):
    """Records members' activity after each action, and shows them a consent text that changed.

    Which member saw which text is in memory until the bot restarts, and saved nowhere.
    """

    def __init__(self, consents: Consents, retention: Retention) -> None:
        self._consents = consents
        self._retention = retention
        self._shown: set[tuple[int, int, Purpose]] = set()

    @commands.Cog.listener()
    async def on_app_command_completion(self, interaction: Interaction, command: Any) -> None:  # noqa: ANN401 - a command of any kind
        """Record the activity of a command that was answered."""
        name = command.qualified_name.partition(" ")[0]
        await self._record(interaction, may_ask=name not in _NOT_AFTER)

    @commands.Cog.listener()
    async def on_route_completion(self, interaction: Interaction, route: AnyRoute) -> None:
        """Record the activity of a tap or a form that was answered."""
        await self._record(interaction, may_ask=route.may_ask_again)

    async def _record(self, interaction: Interaction, *, may_ask: bool) -> None:
        outdated = await self._consents.record_activity(interaction.user.id, interaction.guild_id)
        if interaction.guild_id is None:
            outdated = [each for each in outdated if each.purpose in _IN_DIRECT_MESSAGES]
        if may_ask and interaction.response.is_done():
            for each in outdated:
                key = (interaction.user.id, each.guild_id, each.purpose)
                if key not in self._shown:
                    self._shown.add(key)
                    await self._ask(interaction, each)
                    return

    async def _ask(self, interaction: Interaction, outdated: Consent) -> None:
        guild_id, purpose, say = outdated.guild_id, outdated.purpose, texts_for(interaction)
        ends = await self._retention.ends_at(purpose)
        server = await interaction.client.server_name(guild_id, say)
        await send_panel(interaction, panels.ask_again(guild_id, server, purpose, ends, say))
