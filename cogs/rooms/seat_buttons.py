"""The buttons of a card, and of the private panel of whoever sits."""

from functools import partial

from discord.ui import LayoutView

from bot.errors import RefusalError
from bot.gateway.client import Interaction
from bot.gateway.interactions import can_see, guild_id_of
from bot.privacy.consents import Consents
from bot.rooms.sessions.model import Sat, Visibility
from bot.rooms.sessions.service import Sessions
from cogs.rooms import cards, routes
from cogs.rooms.card_updater import Painter
from cogs.ui.panels import replace_panel, send_panel, texts_for


class SeatButtons:
    """Answers taps on a card and on the private panel of a seat."""

    def __init__(self, sessions: Sessions, consents: Consents, painter: Painter) -> None:
        self._sessions = sessions
        self._consents = consents
        self._painter = painter

    @routes.SIT.handler
    async def sit(self, interaction: Interaction, payload: routes.SessionRef) -> None:
        """Take a seat by the card."""
        session_id = await self._seen(interaction, payload.session_id)
        sat = await self._sessions.take_seat(session_id, interaction.user.id)
        await self._painter.answer(interaction, session_id)
        await send_panel(interaction, await self._seat(interaction, sat))

    @routes.SLIP_OUT.handler
    async def slip_out(self, interaction: Interaction, payload: routes.SessionRef) -> None:
        """Give up the seat by the card; the card counts one fewer and nobody is told."""
        session_id = await self._meant(interaction, payload.session_id)
        was_seated = await self._sessions.slip_out(session_id, interaction.user.id)
        await self._painter.answer(interaction, session_id)
        say = texts_for(interaction)
        await send_panel(interaction, cards.left(session_id, say, was_seated=was_seated))

    @routes.NOD.handler
    async def nod(self, interaction: Interaction, payload: routes.SessionRef) -> None:
        """Leave a soft line on the card."""
        session_id = await self._meant(interaction, payload.session_id)
        await self._sessions.nod(session_id, interaction.user.id)
        await self._painter.answer(interaction, session_id)

    @routes.ANSWER.handler
    async def answer(self, interaction: Interaction, payload: routes.SessionAnswer) -> None:
        """Take any answer to the arriving question alike, and keep none."""
        session_id = await self._seen(interaction, payload.session_id)
        await self._sessions.arrive(session_id, interaction.user.id)
        await self._painter.answer(interaction, session_id)
        await send_panel(interaction, cards.line(texts_for(interaction)("rooms.arriving.noted")))

    @routes.LOOK.handler
    async def look(self, interaction: Interaction, payload: routes.SessionRef) -> None:
        """Show the card privately to somebody who need not sit."""
        shown = await self._sessions.find_card(await self._seen(interaction, payload.session_id))
        if shown is None:
            raise RefusalError("refusals.session_closed")
        moderates = interaction.permissions.manage_guild
        await send_panel(interaction, cards.look(shown, texts_for(interaction), moderates=moderates))

    @routes.HOW.handler
    async def how(self, interaction: Interaction, _: routes.SessionRef) -> None:
        """Explain, privately."""
        await send_panel(interaction, cards.how(texts_for(interaction)))

    @routes.LEAVE.handler
    async def leave(self, interaction: Interaction, payload: routes.SessionRef) -> None:
        """Give up the seat by the private panel."""
        session_id = await self._meant(interaction, payload.session_id)
        was_seated = await self._sessions.slip_out(session_id, interaction.user.id)
        say = texts_for(interaction)
        try:
            await replace_panel(interaction, cards.left(session_id, say, was_seated=was_seated))
        finally:  # they left, whether Discord takes the answer or not
            await self._painter.refresh(session_id)

    @routes.SIT_AGAIN.handler
    async def sit_again(self, interaction: Interaction, payload: routes.SessionRef) -> None:
        """Take a seat by the private panel."""
        await self._sit_privately(interaction, payload.session_id, None)

    @routes.HIDE.handler
    async def hide(self, interaction: Interaction, payload: routes.SessionRef) -> None:
        """Sit on no card."""
        await self._sit_privately(interaction, payload.session_id, Visibility.HIDDEN)

    @routes.COUNT.handler
    async def count(self, interaction: Interaction, payload: routes.SessionRef) -> None:
        """Sit in the number alone."""
        await self._sit_privately(interaction, payload.session_id, Visibility.COUNTED)

    async def _sit_privately(
        self, interaction: Interaction, session_id: int, visibility: Visibility | None
    ) -> None:
        await self._seen(interaction, session_id)
        sat = await self._sessions.take_seat(session_id, interaction.user.id, visibility)
        try:
            await replace_panel(interaction, cards.seat(sat, texts_for(interaction)))
        finally:  # they sit, whether Discord takes the answer or not
            await self._painter.refresh(session_id)

    async def _meant(self, interaction: Interaction, session_id: int) -> int:
        """Return the session that a custom id names. Raises RefusalError for another server's."""
        return await self._sessions.check_session(guild_id_of(interaction), session_id)

    async def _seen(self, interaction: Interaction, session_id: int) -> int:
        """Return the session that a custom id names. Raises RefusalError where the member cannot see it."""
        return await self._sessions.check_session(
            guild_id_of(interaction), session_id, partial(can_see, interaction)
        )

    async def _seat(self, interaction: Interaction, sat: Sat) -> LayoutView:
        is_first = not await self._consents.of_member(interaction.user.id, sat.room.guild_id)
        return cards.seat(sat, texts_for(interaction), is_first=is_first and not sat.kept)
