"""The buttons of a member's own panels: consent, and their data."""

import io

import discord

from bot.client import Client, Interaction
from bot.consent.model import Purpose
from bot.consent.service import Consents
from bot.sessions.model import Presence
from cogs.me import panels
from cogs.ui.panel import speaker, tell, turn_into


class ConsentActions:
    """Asking, granting and withdrawing, each in one tap."""

    def __init__(self, consents: Consents) -> None:
        self._consents = consents

    def register(self, bot: Client) -> None:
        """Name the actions."""
        bot.on_action("consent:ask", self.ask)
        bot.on_action("consent:give", self.give)
        bot.on_action("consent:not_now", self.decline)
        bot.on_action("consent:withdraw", self.withdraw)

    async def ask(self, interaction: Interaction, detail: str) -> None:
        """Explain a purpose."""
        guild_id, purpose = detail.split(".")
        await tell(interaction, panels.ask(int(guild_id), Purpose(purpose), speaker(interaction)))

    async def give(self, interaction: Interaction, detail: str) -> None:
        """Keep a yes."""
        guild_id, purpose, version = detail.split(".")
        member_id = interaction.user.id
        named = await self._consents.grant(member_id, int(guild_id), Purpose(purpose), int(version))
        now = interaction.client.services.clock.now()
        view = panels.given(int(guild_id), Purpose(purpose), now, speaker(interaction))
        interaction.client.dispatch("seats_changed", named)  # first: the answer may not go out
        await turn_into(interaction, view)

    async def decline(self, interaction: Interaction, _: str) -> None:
        """Say that nothing was kept."""
        await turn_into(interaction, panels.line(speaker(interaction)("consent.declined")))

    async def withdraw(self, interaction: Interaction, detail: str) -> None:
        """End a yes and delete what it kept, then say so."""
        guild_id, purpose = detail.split(".")
        unnamed = await self._consents.withdraw(interaction.user.id, int(guild_id), Purpose(purpose))
        now = interaction.client.services.clock.now()
        interaction.client.dispatch("names_withdrawn", unnamed)  # first: the answer may not go out
        await turn_into(interaction, panels.withdrawn(Purpose(purpose), now, speaker(interaction)))


class DataActions:
    """Showing, giving and erasing what is kept. A detail of 0 stands for every server."""

    def __init__(self, consents: Consents) -> None:
        self._consents = consents

    def register(self, bot: Client) -> None:
        """Name the actions."""
        bot.on_action("data:show", self.show)
        bot.on_action("data:export", self.export)
        bot.on_action("data:delete", self.ask_to_delete)
        bot.on_action("data:erase", self.erase)
        bot.on_action("data:keep", self.keep)

    async def show(self, interaction: Interaction, detail: str) -> None:
        """Show the very rows."""
        kept = await self._consents.kept(interaction.user.id, int(detail) or None)
        await tell(interaction, panels.data(kept, int(detail), speaker(interaction)))

    async def export(self, interaction: Interaction, detail: str) -> None:
        """Give the rows as a file."""
        document = await self._consents.export(interaction.user.id, int(detail) or None)
        file = discord.File(io.BytesIO(document), "alongside-export.json")
        text = speaker(interaction)("data.exported")
        await interaction.response.send_message(text, file=file, ephemeral=True)

    async def ask_to_delete(self, interaction: Interaction, detail: str) -> None:
        """Ask once."""
        await tell(interaction, panels.delete(int(detail), speaker(interaction)))

    async def erase(self, interaction: Interaction, detail: str) -> None:
        """Delete, then say so."""
        guild_id = int(detail) or None
        kept = await self._consents.kept(interaction.user.id, guild_id)
        seats = [row for each in kept if each.table == "seat" for row in each.rows]
        await self._consents.erase(interaction.user.id, guild_id)
        named = [row["session_id"] for row in seats if row["presence"] == Presence.LISTED]
        counted = [row["session_id"] for row in seats if row["presence"] == Presence.COUNTED]
        interaction.client.dispatch("names_withdrawn", named)  # first: the answer may not go out
        interaction.client.dispatch("seats_changed", counted)
        say = speaker(interaction)
        text = say("data.deleted_here" if guild_id else "data.deleted_everywhere")
        await turn_into(interaction, panels.line(text))

    async def keep(self, interaction: Interaction, _: str) -> None:
        """Leave everything as it is."""
        await turn_into(interaction, panels.line(speaker(interaction)("data.kept")))
