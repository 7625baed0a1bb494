"""The buttons that move ends: stay longer, close early, and a time at which one's own seat goes."""

from bot.errors import RefusalError
from bot.gateway.client import Interaction
from bot.gateway.interactions import guild_id_of
from bot.rooms.sessions.ends import Ends
from bot.rooms.sessions.model import Phase
from bot.rooms.sessions.rules import begins_at, own_ends
from bot.rooms.sessions.service import Sessions
from bot.scheduling.due_queue import Due
from cogs.rooms import cards, routes
from cogs.rooms.card_phases import Phases
from cogs.rooms.card_updater import Painter
from cogs.ui.panels import chosen, replace_panel, texts_for


class EndButtons:
    """Answers taps about ends, and gives up the seats whose own end has come."""

    def __init__(self, sessions: Sessions, ends: Ends, painter: Painter, phases: Phases) -> None:
        self._sessions = sessions
        self._ends = ends
        self._painter = painter
        self._phases = phases

    @routes.EXTEND.handler
    async def extend(self, interaction: Interaction, payload: routes.SessionRef) -> None:
        """Let the session last longer, by the card, which shows it at once."""
        session_id = await self._meant(interaction, payload.session_id)
        await self._ends.extend(session_id, interaction.user.id)
        await self._painter.answer(interaction, session_id)
        if self._painter.is_stale(session_id):  # a card that closes too early by what it says is not true
            await self._phases.renew(session_id)

    @routes.ASK_CLOSE.handler
    async def ask_close(self, interaction: Interaction, payload: routes.SessionRef) -> None:
        """Ask once before a session closes for everybody."""
        session_id = await self._meant(interaction, payload.session_id)
        session = await self._ends.check_close(
            session_id, interaction.user.id, moderates=interaction.permissions.manage_guild
        )
        await replace_panel(interaction, cards.ask_close(session, texts_for(interaction)))

    @routes.CLOSE.handler
    async def close(self, interaction: Interaction, payload: routes.SessionRef) -> None:
        """Close the session; the worker edits the card."""
        session_id = await self._meant(interaction, payload.session_id)
        await self._ends.close_early(
            session_id, interaction.user.id, moderates=interaction.permissions.manage_guild
        )
        await replace_panel(interaction, cards.line(texts_for(interaction)("rooms.close.done")))

    @routes.KEEP_OPEN.handler
    async def keep_open(self, interaction: Interaction, payload: routes.SessionRef) -> None:
        """Leave everything as it was."""
        shown = await self._sessions.find_card(await self._meant(interaction, payload.session_id))
        if shown is None:
            raise RefusalError("refusals.session_closed")
        say = texts_for(interaction)
        kept = say("rooms.close.kept", closes=begins_at(shown.session, Phase.CLOSED))
        await replace_panel(interaction, cards.line(kept))

    @routes.LATER.handler
    async def later(self, interaction: Interaction, payload: routes.SessionRef) -> None:
        """Offer the times at which the member's seat may go by itself."""
        sat = await self._sessions.find_seat(
            await self._meant(interaction, payload.session_id), interaction.user.id
        )
        if sat is None:
            raise RefusalError("refusals.no_seat")
        ends = own_ends(sat.session, interaction.client.services.clock.now())
        if not ends and sat.seat.leaves_at is None:
            raise RefusalError("refusals.no_own_end")
        await replace_panel(interaction, cards.later(sat.session.session_id, ends, texts_for(interaction)))

    @routes.LEAVE_LATER.handler
    async def leave_later(self, interaction: Interaction, payload: routes.SessionRef) -> None:
        """Keep the time that was chosen, until the seat goes."""
        session_id = await self._meant(interaction, payload.session_id)
        await self._ends.choose(session_id, interaction.user.id, chosen(interaction, routes.OwnEnd).minutes)
        sat = await self._sessions.find_seat(session_id, interaction.user.id)
        if sat is None:
            raise RefusalError("refusals.no_seat")
        await replace_panel(interaction, cards.seat(sat, texts_for(interaction)))

    async def leave(self, due: Due) -> None:
        """Let seats go at their own end; the card shows it by a tap at hand, else by the next one."""
        if await self._ends.leave(due):
            await self._painter.refresh(due.subject_id)

    async def _meant(self, interaction: Interaction, session_id: int) -> int:
        """Return the session that a custom id names. Raises RefusalError for another server's."""
        return await self._sessions.check_session(guild_id_of(interaction), session_id)
