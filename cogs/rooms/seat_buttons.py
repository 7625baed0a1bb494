"""The buttons of a card, and of the private panel of a member who has a seat."""

from functools import partial

from bot.gateway.client import Interaction
from bot.gateway.interactions import guild_id_of, may_enter
from bot.rooms.sessions.model import SeatResult, Visibility
from bot.rooms.sessions.seats import Seats
from cogs.rooms import cards, routes
from cogs.rooms.card_updater import CardUpdater
from cogs.rooms.seat_questions import asking
from cogs.ui.panels import replace_panel, send_panel, texts_for


class SeatButtons:
    """Answers taps on a card and on the private panel of a seat."""

    def __init__(self, seats: Seats, updater: CardUpdater) -> None:
        self._seats = seats
        self._updater = updater

    @routes.SIT.handler
    async def sit(self, interaction: Interaction, payload: routes.SessionRef) -> None:
        """Take a seat by a tap on the card."""
        async with asking(interaction):
            result = await self._take(interaction, payload.session_id)
            await self._updater.answer(interaction, result.card)
            await send_panel(interaction, cards.seat_panel(result, texts_for(interaction)))

    @routes.SLIP_OUT.handler
    async def slip_out(self, interaction: Interaction, payload: routes.SessionRef) -> None:
        """Give up the seat by a tap on the card, which then counts one fewer; nothing else is announced."""
        session_id = payload.session_id
        card, was_seated = await self._seats.leave(
            guild_id_of(interaction), session_id, interaction.user.id
        )
        await self._updater.answer(interaction, card)
        say = texts_for(interaction)
        await send_panel(interaction, cards.left_panel(session_id, say, was_seated=was_seated))

    @routes.NOD.handler
    async def nod(self, interaction: Interaction, payload: routes.SessionRef) -> None:
        """Show a nod on the card."""
        card = await self._seats.nod(guild_id_of(interaction), payload.session_id, interaction.user.id)
        await self._updater.answer(interaction, card)

    @routes.ANSWER.handler
    async def answer(self, interaction: Interaction, payload: routes.SessionAnswer) -> None:
        """Count an answer to the card's question; which one it was is not saved."""
        card, is_seated = await self._seats.answer(
            guild_id_of(interaction),
            payload.session_id,
            interaction.user.id,
            partial(may_enter, interaction),
        )
        await self._updater.answer(interaction, card)
        offers_seat = not is_seated and card.counted < card.room.capacity
        say = texts_for(interaction)
        await send_panel(interaction, cards.answered_panel(card, say, offers_seat=offers_seat))

    @routes.LOOK.handler
    async def look(self, interaction: Interaction, payload: routes.SessionRef) -> None:
        """Show the card privately to a member who need not sit."""
        card = await self._seats.look(
            guild_id_of(interaction), payload.session_id, partial(may_enter, interaction)
        )
        in_voice = self._updater.in_voice(card)
        is_moderator = interaction.permissions.manage_guild
        say = texts_for(interaction)
        await send_panel(interaction, cards.look_panel(card, say, in_voice, is_moderator=is_moderator))

    @routes.HOW.handler
    async def how(self, interaction: Interaction, payload: routes.RoomId) -> None:
        """Explain sessions, privately."""
        await send_panel(interaction, cards.how_panel(payload.room_id, texts_for(interaction)))

    @routes.LEAVE.handler
    async def leave(self, interaction: Interaction, payload: routes.SessionRef) -> None:
        """Give up the seat by a tap on the private panel."""
        session_id = payload.session_id
        card, was_seated = await self._seats.leave(
            guild_id_of(interaction), session_id, interaction.user.id
        )
        say = texts_for(interaction)
        try:
            await replace_panel(interaction, cards.left_panel(session_id, say, was_seated=was_seated))
        finally:  # they left, whether Discord takes the answer or not
            await self._updater.refresh(card.room.room_id)

    @routes.SIT_HERE.handler
    async def sit_here(self, interaction: Interaction, payload: routes.SessionRef) -> None:
        """Take a seat by a tap on the private panel."""
        async with asking(interaction):
            await self._show_seat(interaction, await self._take(interaction, payload.session_id))

    @routes.HIDE.handler
    async def hide(self, interaction: Interaction, payload: routes.SessionRef) -> None:
        """Hide the seat from the card."""
        await self._show_as(interaction, payload.session_id, Visibility.HIDDEN)

    @routes.COUNT.handler
    async def count(self, interaction: Interaction, payload: routes.SessionRef) -> None:
        """Let the seat count on the card, without a name."""
        await self._show_as(interaction, payload.session_id, Visibility.COUNTED)

    async def _show_as(self, interaction: Interaction, session_id: int, visibility: Visibility) -> None:
        guild_id, member_id = guild_id_of(interaction), interaction.user.id
        result = await self._seats.show_as(guild_id, session_id, member_id, visibility)
        await self._show_seat(interaction, result)

    async def _take(self, interaction: Interaction, session_id: int) -> SeatResult:
        can_see = partial(may_enter, interaction)
        return await self._seats.take(guild_id_of(interaction), session_id, interaction.user.id, can_see)

    async def _show_seat(self, interaction: Interaction, result: SeatResult) -> None:
        try:
            await replace_panel(interaction, cards.seat_panel(result, texts_for(interaction)))
        finally:  # it is so, whether Discord takes the answer or not
            await self._updater.refresh(result.card.room.room_id)
