"""The buttons that change ends: sit again, close a session early, and choose when to leave it."""

import discord

from bot.errors import RefusalError
from bot.gateway.client import Interaction
from bot.gateway.interactions import guild_id_of
from bot.rooms.sessions.again import SittingAgain
from bot.rooms.sessions.ends import Ends
from bot.rooms.sessions.model import Phase
from bot.rooms.sessions.rules import begins_at
from bot.rooms.sessions.seats import Seats
from bot.scheduling.due_queue import Due
from cogs.rooms import cards, routes
from cogs.rooms.card_updater import CardUpdater
from cogs.ui.panels import chosen, replace_panel, send_panel, texts_for


class EndButtons:
    """Answers taps that change ends, and removes seats at the leave time that a member chose."""

    def __init__(self, seats: Seats, ends: Ends, again: SittingAgain, updater: CardUpdater) -> None:
        self._seats = seats
        self._ends = ends
        self._again = again
        self._updater = updater

    @routes.SIT_AGAIN.handler
    async def sit_again(self, interaction: Interaction, payload: routes.SessionRef) -> None:
        """Note that the member sits again, or not after all, by a tap on the card; only they see that."""
        await send_panel(interaction, await self._choose_again(interaction, payload.session_id, None))

    @routes.AGAIN.handler
    async def again(self, interaction: Interaction, payload: routes.SessionRef) -> None:
        """Note that the member sits again."""
        await replace_panel(interaction, await self._choose_again(interaction, payload.session_id, True))

    @routes.NOT_AGAIN.handler
    async def not_again(self, interaction: Interaction, payload: routes.SessionRef) -> None:
        """Note that the member does not sit again after all."""
        await replace_panel(interaction, await self._choose_again(interaction, payload.session_id, False))

    async def _choose_again(
        self, interaction: Interaction, session_id: int, sits_again: bool | None
    ) -> discord.ui.LayoutView:
        say = texts_for(interaction)
        result = await self._again.choose(
            guild_id_of(interaction), session_id, interaction.user.id, sits_again=sits_again
        )
        note = "" if result.seat.sits_again else say("rooms.again.off")
        return cards.seat_panel(result, say, note=note)

    @routes.ASK_CLOSE.handler
    async def ask_close(self, interaction: Interaction, payload: routes.SessionRef) -> None:
        """Ask once before a session closes for everyone."""
        session = await self._ends.check_close(
            guild_id_of(interaction),
            payload.session_id,
            interaction.user.id,
            is_moderator=interaction.permissions.manage_guild,
        )
        await replace_panel(interaction, cards.close_panel(session, texts_for(interaction)))

    @routes.CLOSE.handler
    async def close(self, interaction: Interaction, payload: routes.SessionRef) -> None:
        """Close the session; the worker edits the card."""
        await self._ends.close_early(
            guild_id_of(interaction),
            payload.session_id,
            interaction.user.id,
            is_moderator=interaction.permissions.manage_guild,
        )
        await replace_panel(interaction, cards.line(texts_for(interaction)("rooms.close.done")))

    @routes.KEEP_OPEN.handler
    async def keep_open(self, interaction: Interaction, payload: routes.SessionRef) -> None:
        """Leave the session open, and show the member's seat again, if they have one."""
        guild_id, session_id, say = guild_id_of(interaction), payload.session_id, texts_for(interaction)
        card = await self._seats.look(guild_id, session_id)
        if card.phase is Phase.CLOSED:  # someone else closed it
            raise RefusalError("refusals.session_closed")
        note = say("rooms.close.kept", closes=begins_at(card.session, Phase.CLOSED))
        seat = await self._seats.find(guild_id, session_id, interaction.user.id)
        view = cards.seat_panel(seat, say, note=note) if seat else cards.line(note)
        await replace_panel(interaction, view)

    @routes.LATER.handler
    async def choose_leave_time(self, interaction: Interaction, payload: routes.SessionRef) -> None:
        """Offer the times at which the member may leave."""
        session_id = payload.session_id
        choices = await self._ends.leave_choices(guild_id_of(interaction), session_id, interaction.user.id)
        if not choices.minutes and choices.leaves_at is None:
            raise RefusalError("refusals.no_own_end")
        view = cards.leave_time_panel(session_id, choices.minutes, texts_for(interaction))
        await replace_panel(interaction, view)

    @routes.LEAVE_LATER.handler
    async def leave_later(self, interaction: Interaction, payload: routes.SessionRef) -> None:
        """Save the leave time that was chosen; it is deleted with the seat."""
        result = await self._ends.leave_later(
            guild_id_of(interaction),
            payload.session_id,
            interaction.user.id,
            chosen(interaction, routes.LeaveTime).minutes,
        )
        await replace_panel(interaction, cards.seat_panel(result, texts_for(interaction)))

    async def remove_leaving(self, due: Due) -> None:
        """Remove the seats whose leave time has come, and show that on the card."""
        room_id = await self._ends.remove_leaving(due)
        if room_id is not None:
            await self._updater.refresh(room_id)
