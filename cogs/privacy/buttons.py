"""The buttons of a member's own panels: consent, and their data."""

import io

import discord

from bot.checkins.personal.service import Checkins
from bot.gateway.client import Client, Interaction
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.receipt import Receipt
from bot.privacy.consents import Consents
from bot.privacy.retention import Retention
from bot.rooms.sessions.model import Presence
from cogs.privacy import panels
from cogs.ui import receipts
from cogs.ui.panels import replace_panel, send_panel, texts_for


class ConsentActions:
    """Asking, granting and withdrawing, each in one tap, and a receipt for both."""

    def __init__(self, consents: Consents, checkins: Checkins, retention: Retention) -> None:
        self._consents = consents
        self._checkins = checkins
        self._retention = retention

    def register(self, bot: Client) -> None:
        """Name the actions."""
        bot.on_action("consent:ask", self.ask)
        bot.on_action("consent:give", self.give)
        bot.on_action("consent:not_now", self.decline)
        bot.on_action("consent:withdraw", self.withdraw)
        bot.on_action("consent:receipt", self.give_receipt)

    async def ask(self, interaction: Interaction, detail: str) -> None:
        """Explain a purpose, and, where its text has changed, until when an answer is waited for."""
        guild_id, named = detail.split(".")
        purpose = Purpose(named)
        say = texts_for(interaction)
        if await self._consents.is_outdated(interaction.user.id, int(guild_id), purpose):
            server = interaction.client.server_name(int(guild_id), say)
            ends = await self._retention.ends_at(purpose)
            await send_panel(interaction, panels.ask_again(int(guild_id), server, purpose, ends, say))
        else:
            await send_panel(interaction, panels.ask(int(guild_id), purpose, say))

    async def give(self, interaction: Interaction, detail: str) -> None:
        """Keep a yes."""
        guild_id, named, version = detail.split(".")
        member_id, purpose = interaction.user.id, Purpose(named)
        receipt = Receipt(int(guild_id), purpose, int(version), interaction.client.services.clock.now())
        if purpose is Purpose.CHECKINS:  # asked for with their times; here a changed text is agreed to
            await self._checkins.agree_again(member_id, int(guild_id), int(version))
        else:
            counted = await self._consents.grant(member_id, int(guild_id), purpose, int(version))
            interaction.client.dispatch("seats_changed", counted)  # first: the answer may not go out
        await replace_panel(interaction, receipts.given(interaction, receipt))

    async def decline(self, interaction: Interaction, _: str) -> None:
        """Say that nothing was kept."""
        await replace_panel(interaction, panels.line(texts_for(interaction)("consent.declined")))

    async def withdraw(self, interaction: Interaction, detail: str) -> None:
        """End a yes and delete what it kept, then say so."""
        guild_id, purpose = detail.split(".")
        done = await self._consents.withdraw(interaction.user.id, int(guild_id), Purpose(purpose))
        interaction.client.dispatch("names_withdrawn", done.unnamed)  # first: the answer may not go out
        await replace_panel(interaction, receipts.withdrawn(interaction, int(guild_id), done))

    async def give_receipt(self, interaction: Interaction, detail: str) -> None:
        """Give a receipt as a file; all that it says is in the button."""
        receipt = Receipt.read(detail)
        text = self._consents.text(receipt.purpose, receipt.version, interaction.locale.value)
        document = receipt.document(interaction.user.id, text)
        file = discord.File(io.BytesIO(document), "alongside-receipt.json")
        said = texts_for(interaction)("consent.receipt")
        await interaction.response.send_message(said, file=file, ephemeral=True)


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
        await send_panel(interaction, panels.data(kept, int(detail), texts_for(interaction)))

    async def export(self, interaction: Interaction, detail: str) -> None:
        """Give the rows as a file."""
        locale = interaction.locale.value
        document = await self._consents.export(interaction.user.id, int(detail) or None, locale)
        file = discord.File(io.BytesIO(document), "alongside-export.json")
        text = texts_for(interaction)("data.exported")
        await interaction.response.send_message(text, file=file, ephemeral=True)

    async def ask_to_delete(self, interaction: Interaction, detail: str) -> None:
        """Ask once."""
        await send_panel(interaction, panels.delete(int(detail), texts_for(interaction)))

    async def erase(self, interaction: Interaction, detail: str) -> None:
        """Delete, then say so."""
        guild_id = int(detail) or None
        kept = await self._consents.kept(interaction.user.id, guild_id)
        seats = [row for each in kept if each.table == "seat" for row in each.rows]
        count = await self._consents.erase(interaction.user.id, guild_id)
        named = [row["session_id"] for row in seats if row["presence"] == Presence.LISTED]
        counted = [row["session_id"] for row in seats if row["presence"] == Presence.COUNTED]
        interaction.client.dispatch("names_withdrawn", named)  # first: the answer may not go out
        interaction.client.dispatch("seats_changed", counted)
        now = interaction.client.services.clock.now()
        view = panels.deleted(now, texts_for(interaction), is_here=guild_id is not None, was_kept=count > 0)
        await replace_panel(interaction, view)

    async def keep(self, interaction: Interaction, _: str) -> None:
        """Leave everything as it is."""
        await replace_panel(interaction, panels.line(texts_for(interaction)("data.kept")))
