"""The buttons of consents: asking, agreeing, turning off, receipts."""

from bot.checkins.personal.service import Checkins
from bot.errors import RefusalError
from bot.gateway.client import Interaction
from bot.gateway.shared_servers import check_server
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.receipt import Receipt
from bot.privacy.consents import Consents
from bot.privacy.export import consent_text
from bot.privacy.retention import Retention
from bot.rooms.notices.service import RoomNotices
from cogs.privacy import panels, routes
from cogs.ui import receipts
from cogs.ui.links import ConsentRef
from cogs.ui.panels import replace_panel, send_file, send_panel, texts_for
from cogs.ui.routes import NoPayload


class ConsentButtons:
    """Asks for consents, saves them and turns them off, each in one tap, with a receipt."""

    def __init__(
        self, consents: Consents, checkins: Checkins, notices: RoomNotices, retention: Retention
    ) -> None:
        self._consents = consents
        self._checkins = checkins
        self._notices = notices
        self._retention = retention

    @routes.ASK_CONSENT.handler
    async def ask(self, interaction: Interaction, payload: ConsentRef) -> None:
        """Explain a purpose and, if its text has changed, when the old consent ends."""
        guild_id, purpose, say = payload.guild_id, payload.purpose, texts_for(interaction)
        is_outdated = await self._consents.is_outdated(interaction.user.id, guild_id, purpose)
        await check_server(interaction, guild_id, is_known=is_outdated)
        if is_outdated:
            server = await interaction.client.server_name(guild_id, say)
            ends = await self._retention.ends_at(purpose)
            await send_panel(interaction, panels.ask_again(guild_id, server, purpose, ends, say))
        else:
            await send_panel(interaction, panels.ask(guild_id, purpose, say))

    @routes.GIVE_CONSENT.handler
    async def agree(self, interaction: Interaction, payload: routes.ConsentText) -> None:
        """Save a consent and show its receipt."""
        guild_id, purpose, version = payload.guild_id, payload.purpose, payload.version
        member_id, locale = interaction.user.id, interaction.locale.value
        async with self._consents.agreements.begin(member_id, guild_id, purpose) as agreement:
            known = await self._consents.of_member(member_id, guild_id)
            is_known = purpose in {each.purpose for each in known}
            await check_server(interaction, guild_id, is_known=is_known)
            agreement.check()
            if purpose is Purpose.CHECKINS:  # asked for with their times; here a changed text is agreed to
                consent = await self._checkins.agree_again(member_id, guild_id, version, locale)
            elif purpose is Purpose.ROOM_NOTICES:  # asked for with their rooms
                consent = await self._notices.agree_again(member_id, guild_id, version, locale)
            else:
                only_again = interaction.guild_id is None and is_known
                consent = await self._consents.agree(
                    member_id, guild_id, purpose, version, only_again=only_again
                )
        await replace_panel(interaction, await receipts.given(interaction, Receipt.of(consent)))

    @routes.DECLINE_CONSENT.handler
    async def decline(self, interaction: Interaction, _: NoPayload) -> None:
        """Answer that nothing was saved."""
        await replace_panel(interaction, panels.line(texts_for(interaction)("consent.declined")))

    @routes.TURN_OFF_CONSENT.handler
    async def turn_off(self, interaction: Interaction, payload: ConsentRef) -> None:
        """End a consent, delete what was saved for it, and show the receipt."""
        turned_off = await self._consents.turn_off(interaction.user.id, payload.guild_id, payload.purpose)
        await replace_panel(
            interaction, await receipts.turned_off(interaction, payload.guild_id, turned_off)
        )

    @routes.GIVE_RECEIPT.handler
    async def give_receipt(self, interaction: Interaction, payload: Receipt) -> None:
        """Send a receipt as a file, made from the button's custom id."""
        if payload.ended_at is None:  # one that holds is its own receipt; one that ended is saved nowhere
            consent = await self._consents.find(interaction.user.id, payload.guild_id, payload.purpose)
            if consent is None:
                raise RefusalError("refusals.receipt_gone")
            payload = Receipt.of(consent)
        texts, locale = interaction.client.services.texts, interaction.locale.value
        text = consent_text(texts, payload.purpose, payload.version, locale)
        document = payload.document(interaction.user.id, text)
        say = texts_for(interaction)
        without = panels.receipt_as_text(document.decode(), say)
        await send_file(
            interaction, say("consent.receipt"), document, "alongside-receipt.json", without=without
        )
