"""The buttons of a seat's private panel that show and hide the member's name on the card.

The question is asked inside that panel, so that the controls of the seat stay in reach.
"""

from collections.abc import Sequence

from bot.errors import RefusalError
from bot.gateway.client import Interaction
from bot.gateway.interactions import guild_id_of
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.receipt import Receipt
from bot.privacy.consents import Consents
from bot.privacy.retention import Retention
from bot.rooms.sessions.model import SeatResult, Visibility
from bot.rooms.sessions.seats import Seats
from cogs.rooms import cards, routes
from cogs.rooms.card_updater import CardUpdater
from cogs.ui import receipts
from cogs.ui.panels import Component, replace_panel, texts_for


class NameButtons:
    """Asks whether the card may show a name, saves the consent, and turns it off again."""

    def __init__(
        self, seats: Seats, consents: Consents, retention: Retention, updater: CardUpdater
    ) -> None:
        self._seats = seats
        self._consents = consents
        self._retention = retention
        self._updater = updater

    @routes.SHOW_SEAT.handler
    async def show_seat(self, interaction: Interaction, payload: routes.SessionRef) -> None:
        """Show the seat as it is now; nothing is changed."""
        await self._show_seat(interaction, payload.session_id)

    @routes.ASK_NAME.handler
    async def ask_name(self, interaction: Interaction, payload: routes.SessionRef) -> None:
        """Ask for the consent, or show the name at once if the member agreed before."""
        guild_id, member_id, say = guild_id_of(interaction), interaction.user.id, texts_for(interaction)
        seat = await self._seats.show_name(guild_id, payload.session_id, member_id)
        if seat.seat.visibility is Visibility.NAMED:
            try:
                await replace_panel(interaction, cards.seat_panel(seat, say))
            finally:  # the name is shown, whether Discord takes the answer or not
                await self._updater.refresh(seat.card.room.room_id)
            return
        await replace_panel(interaction, cards.name_question(seat, await self._changed(interaction), say))

    @routes.GIVE_NAME.handler
    async def give_name(self, interaction: Interaction, payload: routes.NameConsent) -> None:
        """Save the consent, and show the seat with the receipt."""
        guild_id, member_id = guild_id_of(interaction), interaction.user.id
        async with self._consents.agreements.begin(member_id, guild_id, Purpose.SHOW_NAME) as agreement:
            await self._get_seat(interaction, payload.session_id)
            agreement.check()
            consent = await self._consents.agree(member_id, guild_id, Purpose.SHOW_NAME, payload.version)
        receipt = Receipt.of(consent)
        note = await receipts.given_text(interaction, receipt)
        await self._show_seat(
            interaction, payload.session_id, note, [receipts.file_button(interaction, receipt)]
        )

    @routes.HIDE_NAME.handler
    async def hide_name(self, interaction: Interaction, payload: routes.SessionRef) -> None:
        """Turn the consent off, and show the seat with the receipt."""
        guild_id = guild_id_of(interaction)
        await self._get_seat(interaction, payload.session_id)
        done = await self._consents.turn_off(interaction.user.id, guild_id, Purpose.SHOW_NAME)
        note, more = await receipts.ended(interaction, guild_id, done)
        await self._show_seat(interaction, payload.session_id, note, more)

    async def _show_seat(
        self, interaction: Interaction, session_id: int, note: str = "", more: Sequence[Component] = ()
    ) -> None:
        seat = await self._get_seat(interaction, session_id)
        view = cards.seat_panel(seat, texts_for(interaction), note=note, more=more)
        await replace_panel(interaction, view)

    async def _get_seat(self, interaction: Interaction, session_id: int) -> SeatResult:
        """Return the member's seat in an open session. Raises RefusalError if there is none."""
        seat = await self._seats.find(guild_id_of(interaction), session_id, interaction.user.id)
        if seat is None:
            raise RefusalError("refusals.no_seat")
        return seat

    async def _changed(self, interaction: Interaction) -> str:
        """Return that the consent text has changed, for a member who agreed to an older one, or nothing."""
        guild_id, say = guild_id_of(interaction), texts_for(interaction)
        if not await self._consents.is_outdated(interaction.user.id, guild_id, Purpose.SHOW_NAME):
            return ""
        server = await interaction.client.server_name(guild_id, say)
        ends = await self._retention.ends_at(Purpose.SHOW_NAME)
        name = say(f"consent.name.{Purpose.SHOW_NAME}")
        return say("consent.changed", purpose=name, server=server, ends=ends)
