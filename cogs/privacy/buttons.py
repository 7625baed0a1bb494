"""The buttons of a member's own panels: consents, and their data."""

import io

import discord

from bot.checkins.personal.service import Checkins
from bot.gateway.client import Interaction
from bot.gateway.interactions import check_server
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.receipt import Receipt
from bot.privacy.consents import Consents
from bot.privacy.erasure import Erasure
from bot.privacy.export import MemberData, consent_text
from bot.privacy.retention import Retention
from cogs.privacy import panels, routes
from cogs.ui import receipts
from cogs.ui.links import ConsentRef
from cogs.ui.panels import replace_panel, send_panel, texts_for
from cogs.ui.routes import NoPayload


class ConsentButtons:
    """Asks for consents, saves them and turns them off, each in one tap, with a receipt."""

    def __init__(self, consents: Consents, checkins: Checkins, retention: Retention) -> None:
        self._consents = consents
        self._checkins = checkins
        self._retention = retention

    @routes.ASK_CONSENT.handler
    async def ask(self, interaction: Interaction, payload: ConsentRef) -> None:
        """Explain a purpose and, if its text has changed, when the old consent ends."""
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
    async def agree(self, interaction: Interaction, payload: routes.ConsentText) -> None:
        """Save a consent and show its receipt."""
        guild_id, purpose, version = payload.guild_id, payload.purpose, payload.version
        member_id = interaction.user.id
        check_server(interaction, guild_id, is_known=True)
        receipt = Receipt(guild_id, purpose, version, interaction.client.services.clock.now())
        if purpose is Purpose.CHECKINS:  # asked for with their times; here a changed text is agreed to
            await self._checkins.agree_again(member_id, guild_id, version)
        else:
            is_dm = interaction.guild_id is None  # a DM does not prove that the member is in that server
            await self._consents.agree(member_id, guild_id, purpose, version, only_again=is_dm)
        await replace_panel(interaction, receipts.given(interaction, receipt))

    @routes.DECLINE_CONSENT.handler
    async def decline(self, interaction: Interaction, _: NoPayload) -> None:
        """Answer that nothing was saved."""
        await replace_panel(interaction, panels.line(texts_for(interaction)("consent.declined")))

    @routes.TURN_OFF_CONSENT.handler
    async def turn_off(self, interaction: Interaction, payload: ConsentRef) -> None:
        """End a consent, delete what was saved for it, and show the receipt."""
        turned_off = await self._consents.turn_off(interaction.user.id, payload.guild_id, payload.purpose)
        await replace_panel(interaction, receipts.turned_off(interaction, payload.guild_id, turned_off))

    @routes.GIVE_RECEIPT.handler
    async def give_receipt(self, interaction: Interaction, payload: Receipt) -> None:
        """Send a receipt as a file, made from the button's custom id."""
        texts, locale = interaction.client.services.texts, interaction.locale.value
        text = consent_text(texts, payload.purpose, payload.version, locale)
        document = payload.document(interaction.user.id, text)
        file = discord.File(io.BytesIO(document), "alongside-receipt.json")
        said = texts_for(interaction)("consent.receipt")
        await interaction.response.send_message(said, file=file, ephemeral=True)


class DataButtons:
    """Shows, exports and erases what is saved about a member."""

    def __init__(self, member_data: MemberData, erasure: Erasure) -> None:
        self._member_data = member_data
        self._erasure = erasure

    @routes.SHOW_DATA.handler
    async def show(self, interaction: Interaction, payload: routes.DataScope) -> None:
        """Show every row."""
        rows = await self._member_data.rows(interaction.user.id, payload.guild_id)
        await send_panel(interaction, panels.data(rows, payload.guild_id, texts_for(interaction)))

    @routes.EXPORT_DATA.handler
    async def export(self, interaction: Interaction, payload: routes.DataScope) -> None:
        """Send the rows as a file."""
        locale = interaction.locale.value
        document = await self._member_data.export(interaction.user.id, payload.guild_id, locale)
        file = discord.File(io.BytesIO(document), "alongside-export.json")
        text = texts_for(interaction)("data.exported")
        await interaction.response.send_message(text, file=file, ephemeral=True)

    @routes.ASK_TO_DELETE.handler
    async def ask_to_delete(self, interaction: Interaction, payload: routes.DataScope) -> None:
        """Ask whether to delete everything, in this server or in all."""
        await send_panel(interaction, panels.delete(payload.guild_id, texts_for(interaction)))

    @routes.ERASE.handler
    async def erase(self, interaction: Interaction, payload: routes.DataScope) -> None:
        """Delete everything, then show the receipt."""
        guild_id = payload.guild_id
        count = await self._erasure.erase_member(interaction.user.id, guild_id)
        now, say = interaction.client.services.clock.now(), texts_for(interaction)
        view = panels.deleted(now, say, is_here=guild_id is not None, was_saved=count > 0)
        await replace_panel(interaction, view)

    @routes.KEEP.handler
    async def keep(self, interaction: Interaction, _: NoPayload) -> None:
        """Answer that nothing was deleted."""
        await replace_panel(interaction, panels.line(texts_for(interaction)("data.kept")))
