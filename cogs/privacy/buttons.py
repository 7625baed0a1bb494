"""The buttons of a member's own panels: consent, and their data."""

import io

import discord

from bot.checkins.personal.service import Checkins
from bot.gateway.client import Interaction
from bot.gateway.interactions import check_server
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.receipt import Receipt
from bot.privacy.consents import Consents
from bot.privacy.retention import Retention
from bot.rooms.sessions.model import Visibility
from cogs.privacy import panels, routes
from cogs.ui import receipts
from cogs.ui.links import ConsentRef
from cogs.ui.panels import replace_panel, send_panel, texts_for
from cogs.ui.routes import NoPayload


class ConsentButtons:
    """Asking, granting and withdrawing, each in one tap, and a receipt for both."""

    def __init__(self, consents: Consents, checkins: Checkins, retention: Retention) -> None:
        self._consents = consents
        self._checkins = checkins
        self._retention = retention

    @routes.ASK_CONSENT.handler
    async def ask(self, interaction: Interaction, payload: ConsentRef) -> None:
        """Explain a purpose, and, where its text has changed, until when an answer is waited for."""
        guild_id, purpose, say = payload.guild_id, payload.purpose, texts_for(interaction)
        is_outdated = await self._consents.is_outdated(interaction.user.id, guild_id, purpose)
        check_server(interaction, guild_id, is_known=is_outdated)
        if is_outdated:
            server = interaction.client.server_name(guild_id, say)
            ends = await self._retention.ends_at(purpose)
            await send_panel(interaction, panels.ask_again(guild_id, server, purpose, ends, say))
        else:
            await send_panel(interaction, panels.ask(guild_id, purpose, say))

    @routes.GIVE_CONSENT.handler
    async def give(self, interaction: Interaction, payload: routes.ConsentText) -> None:
        """Keep a yes."""
        guild_id, purpose, version = payload.guild_id, payload.purpose, payload.version
        member_id = interaction.user.id
        known = await self._consents.of_member(member_id, guild_id)
        check_server(interaction, guild_id, is_known=purpose in {each.purpose for each in known})
        receipt = Receipt(guild_id, purpose, version, interaction.client.services.clock.now())
        if purpose is Purpose.CHECKINS:  # asked for with their times; here a changed text is agreed to
            await self._checkins.agree_again(member_id, guild_id, version)
        else:
            counted = await self._consents.grant(member_id, guild_id, purpose, version)
            interaction.client.dispatch("seats_changed", counted)  # first: the answer may not go out
        await replace_panel(interaction, receipts.given(interaction, receipt))

    @routes.DECLINE_CONSENT.handler
    async def decline(self, interaction: Interaction, _: NoPayload) -> None:
        """Say that nothing was kept."""
        await replace_panel(interaction, panels.line(texts_for(interaction)("consent.declined")))

    @routes.TURN_OFF_CONSENT.handler
    async def turn_off(self, interaction: Interaction, payload: ConsentRef) -> None:
        """End a yes and delete what it kept, then say so."""
        guild_id = payload.guild_id
        done = await self._consents.withdraw(interaction.user.id, guild_id, payload.purpose)
        interaction.client.dispatch("names_withdrawn", done.unnamed)  # first: the answer may not go out
        await replace_panel(interaction, receipts.withdrawn(interaction, guild_id, done))

    @routes.GIVE_RECEIPT.handler
    async def give_receipt(self, interaction: Interaction, payload: Receipt) -> None:
        """Give a receipt as a file; all that it says is in the button."""
        text = self._consents.text(payload.purpose, payload.version, interaction.locale.value)
        document = payload.document(interaction.user.id, text)
        file = discord.File(io.BytesIO(document), "alongside-receipt.json")
        said = texts_for(interaction)("consent.receipt")
        await interaction.response.send_message(said, file=file, ephemeral=True)


class DataButtons:
    """Showing, giving and erasing what is saved about a member."""

    def __init__(self, consents: Consents) -> None:
        self._consents = consents

    @routes.SHOW_DATA.handler
    async def show(self, interaction: Interaction, payload: routes.DataScope) -> None:
        """Show the very rows."""
        kept = await self._consents.kept(interaction.user.id, payload.guild_id)
        await send_panel(interaction, panels.data(kept, payload.guild_id, texts_for(interaction)))

    @routes.EXPORT_DATA.handler
    async def export(self, interaction: Interaction, payload: routes.DataScope) -> None:
        """Give the rows as a file."""
        locale = interaction.locale.value
        document = await self._consents.export(interaction.user.id, payload.guild_id, locale)
        file = discord.File(io.BytesIO(document), "alongside-export.json")
        text = texts_for(interaction)("data.exported")
        await interaction.response.send_message(text, file=file, ephemeral=True)

    @routes.ASK_TO_DELETE.handler
    async def ask_to_delete(self, interaction: Interaction, payload: routes.DataScope) -> None:
        """Ask once."""
        await send_panel(interaction, panels.delete(payload.guild_id, texts_for(interaction)))

    @routes.ERASE.handler
    async def erase(self, interaction: Interaction, payload: routes.DataScope) -> None:
        """Delete, then say so."""
        guild_id = payload.guild_id
        kept = await self._consents.kept(interaction.user.id, guild_id)
        seats = [row for each in kept if each.table == "seat" for row in each.rows]
        count = await self._consents.erase(interaction.user.id, guild_id)
        named = [row["session_id"] for row in seats if row["visibility"] == Visibility.NAMED]
        counted = [row["session_id"] for row in seats if row["visibility"] == Visibility.COUNTED]
        interaction.client.dispatch("names_withdrawn", named)  # first: the answer may not go out
        interaction.client.dispatch("seats_changed", counted)
        now = interaction.client.services.clock.now()
        view = panels.deleted(now, texts_for(interaction), is_here=guild_id is not None, was_kept=count > 0)
        await replace_panel(interaction, view)

    @routes.KEEP.handler
    async def keep(self, interaction: Interaction, _: NoPayload) -> None:
        """Leave everything as it is."""
        await replace_panel(interaction, panels.line(texts_for(interaction)("data.kept")))
