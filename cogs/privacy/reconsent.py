"""Texts that have changed are asked again, quietly: in /me, and once beside what a member does next.

One at a time: the next of them comes beside the next thing that the member does.
"""

from typing import Any

from discord.ext import commands

from bot.gateway.client import Interaction
from bot.privacy.consent.model import Purpose
from bot.privacy.consents import Consents
from bot.privacy.retention import Retention
from cogs.privacy import panels
from cogs.ui.panels import send_panel, texts_for
from cogs.ui.routes import AnyRoute

# Commands that show it by themselves, are about other things, or are not to be talked over.
_ELSEWHERE = {"me", "checkins", "my-data", "privacy", "pause", "help-now"}


class ReconsentPrompt(commands.Cog):
    """Hears that a member did something: their consents live on, and what has changed is shown beside it.

    Whom it was shown to is known until the bot restarts, and stored nowhere.
    """

    def __init__(self, consents: Consents, retention: Retention) -> None:
        self._consents = consents
        self._retention = retention
        self._shown: set[tuple[int, int, Purpose]] = set()

    @commands.Cog.listener()
    async def on_app_command_completion(self, interaction: Interaction, command: Any) -> None:  # noqa: ANN401 - a command of any kind
        """Note a command that was answered."""
        name = command.qualified_name.partition(" ")[0]
        await self._note(interaction, may_ask=name not in _ELSEWHERE)

    @commands.Cog.listener()
    async def on_route_completion(self, interaction: Interaction, route: AnyRoute) -> None:
        """Note a tap or a form that was answered."""
        await self._note(interaction, may_ask=route.may_ask_again)

    async def _note(self, interaction: Interaction, *, may_ask: bool) -> None:
        member_id = interaction.user.id
        old = await self._consents.hear(member_id, interaction.guild_id)
        if interaction.guild_id is None:  # what comes in direct messages is check-ins
            old = [each for each in old if each.purpose is Purpose.CHECKINS]
        if not may_ask or not old or not interaction.response.is_done():
            return
        for each in old:
            key = (member_id, each.guild_id, each.purpose)
            if key not in self._shown:
                self._shown.add(key)
                ends = await self._retention.ends_at(each.purpose)
                say = texts_for(interaction)
                server = interaction.client.server_name(each.guild_id, say)
                view = panels.ask_again(each.guild_id, server, each.purpose, ends, say)
                await send_panel(interaction, view)
                return
