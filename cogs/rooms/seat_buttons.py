"""The buttons of a card, and of the private panel of whoever sits."""

from discord.ui import LayoutView

from bot.errors import RefusalError
from bot.gateway.client import Client, Interaction
from bot.privacy.consents import Consents
from bot.rooms.sessions.model import Presence, Sat
from bot.rooms.sessions.service import Sessions
from cogs.rooms import cards
from cogs.rooms.card_updater import Painter
from cogs.rooms.visibility import can_see
from cogs.ui.panels import replace_panel, send_panel, texts_for


class SeatActions:
    """Answers taps. Every place here stands in a custom id: change it and old buttons say so."""

    def __init__(self, sessions: Sessions, consents: Consents, painter: Painter) -> None:
        self._sessions = sessions
        self._consents = consents
        self._painter = painter

    def register(self, bot: Client) -> None:
        """Name the actions."""
        bot.on_action("rooms:sit", self.sit)
        bot.on_action("rooms:slip", self.slip_out)
        bot.on_action("rooms:nod", self.nod)
        bot.on_action("rooms:how", self.how)
        bot.on_action("rooms:leave", self.leave)
        bot.on_action("rooms:again", self.sit_again)
        bot.on_action("rooms:unlist", self.unlist)
        bot.on_action("rooms:count", self.count)
        bot.on_action("rooms:arrive", self.arrive)
        bot.on_action("rooms:look", self.look)

    async def sit(self, interaction: Interaction, detail: str) -> None:
        """Take a seat by the card."""
        session_id = await self._meant(interaction, detail)
        sat = await self._sessions.take_seat(session_id, interaction.user.id)
        await self._painter.answer(interaction, session_id)
        await send_panel(interaction, await self._seat(interaction, sat))

    async def slip_out(self, interaction: Interaction, detail: str) -> None:
        """Give up the seat by the card; the card counts one fewer and nobody is told."""
        session_id = await self._meant(interaction, detail)
        was_seated = await self._sessions.slip_out(session_id, interaction.user.id)
        await self._painter.answer(interaction, session_id)
        say = texts_for(interaction)
        await send_panel(interaction, cards.left(session_id, say, was_seated=was_seated))

    async def nod(self, interaction: Interaction, detail: str) -> None:
        """Leave a soft line on the card."""
        session_id = await self._meant(interaction, detail)
        await self._sessions.nod(session_id, interaction.user.id)
        await self._painter.answer(interaction, session_id)

    async def arrive(self, interaction: Interaction, detail: str) -> None:
        """Take any answer to the arriving question alike, and keep none."""
        session_id = await self._meant(interaction, detail.partition(".")[0])
        await self._sessions.arrive(session_id, interaction.user.id)
        await self._painter.answer(interaction, session_id)
        await send_panel(interaction, cards.line(texts_for(interaction)("rooms.arriving.noted")))

    async def look(self, interaction: Interaction, detail: str) -> None:
        """Show the card privately to somebody who need not sit."""
        shown = await self._sessions.find_card(await self._meant(interaction, detail))
        if shown is None or not can_see(interaction, shown.room):
            raise RefusalError("refusals.session_closed")
        moderates = interaction.permissions.manage_guild
        await send_panel(interaction, cards.look(shown, texts_for(interaction), moderates=moderates))

    async def how(self, interaction: Interaction, _: str) -> None:
        """Explain, privately."""
        await send_panel(interaction, cards.how(texts_for(interaction)))

    async def leave(self, interaction: Interaction, detail: str) -> None:
        """Give up the seat by the private panel."""
        session_id = await self._meant(interaction, detail)
        was_seated = await self._sessions.slip_out(session_id, interaction.user.id)
        say = texts_for(interaction)
        try:
            await replace_panel(interaction, cards.left(session_id, say, was_seated=was_seated))
        finally:  # they left, whether Discord takes the answer or not
            await self._painter.refresh(session_id)

    async def sit_again(self, interaction: Interaction, detail: str) -> None:
        """Take a seat by the private panel."""
        await self._sit_privately(interaction, detail, None)

    async def unlist(self, interaction: Interaction, detail: str) -> None:
        """Sit on no card."""
        await self._sit_privately(interaction, detail, Presence.UNLISTED)

    async def count(self, interaction: Interaction, detail: str) -> None:
        """Sit in the number alone."""
        await self._sit_privately(interaction, detail, Presence.COUNTED)

    async def _sit_privately(
        self, interaction: Interaction, detail: str, presence: Presence | None
    ) -> None:
        session_id = await self._meant(interaction, detail)
        sat = await self._sessions.take_seat(session_id, interaction.user.id, presence)
        try:
            await replace_panel(interaction, cards.seat(sat, texts_for(interaction)))
        finally:  # they sit, whether Discord takes the answer or not
            await self._painter.refresh(session_id)

    async def _meant(self, interaction: Interaction, detail: str) -> int:
        """Return the session that a custom id is about: this server's, whatever somebody made it say."""
        return await self._sessions.check_session(interaction.guild_id or 0, int(detail))

    async def _seat(self, interaction: Interaction, sat: Sat) -> LayoutView:
        is_first = not await self._consents.of_member(interaction.user.id, sat.room.guild_id)
        return cards.seat(sat, texts_for(interaction), is_first=is_first and not sat.kept)
