"""The answers to the questions before a seat: move to another room, or sit in the room that was chosen."""

from functools import partial

from bot.gateway.client import Interaction
from bot.gateway.interactions import guild_id_of, may_enter
from bot.rooms.sessions.model import SeatResult, Visibility
from bot.rooms.sessions.seats import Seats
from bot.rooms.sessions.service import Sessions
from cogs.rooms import cards, routes
from cogs.rooms.card_updater import CardUpdater
from cogs.rooms.seat_questions import asking
from cogs.rooms.visibility import choose_rooms
from cogs.ui.panels import replace_panel, texts_for


class SeatMoves:
    """Takes the seat for which a member answered a question."""

    def __init__(self, seats: Seats, sessions: Sessions, updater: CardUpdater) -> None:
        self._seats = seats
        self._sessions = sessions
        self._updater = updater

    @routes.SIT_IN.handler
    async def sit_in(self, interaction: Interaction, payload: routes.Sitting) -> None:
        """Sit in the room that the member chose."""
        async with asking(interaction, payload.minutes, payload.rounds, is_hidden=payload.is_hidden):
            await self._show(interaction, await self._sit(interaction, payload, None))

    @routes.MOVE_SEAT.handler
    async def move(self, interaction: Interaction, payload: routes.SeatMove) -> None:
        """Leave one seat and take another, both or neither."""
        async with asking(interaction, payload.minutes, payload.rounds, is_hidden=payload.is_hidden):
            if payload.session_id is None or payload.minutes or payload.rounds:
                result = await self._sit(interaction, payload, payload.left_room_id)
            else:
                result = await self._seats.take(
                    guild_id_of(interaction),
                    payload.session_id,
                    interaction.user.id,
                    partial(may_enter, interaction),
                    _visibility(payload),
                    leaves=payload.left_room_id,
                )
            await self._show(interaction, result, payload.left_room_id)

    async def _sit(
        self, interaction: Interaction, payload: routes.Sitting | routes.SeatMove, leaves: int | None
    ) -> SeatResult:
        now = interaction.client.services.clock.now()
        return await self._sessions.sit(
            guild_id_of(interaction),
            interaction.user.id,
            partial(choose_rooms, interaction, str(payload.room_id), now),
            payload.minutes,
            _visibility(payload),
            rounds=payload.rounds,
            is_moderator=interaction.permissions.manage_guild,
            leaves=leaves,
        )

    async def _show(
        self, interaction: Interaction, result: SeatResult, left_room_id: int | None = None
    ) -> None:
        view = cards.seat_panel(result, texts_for(interaction), is_elsewhere=True)
        try:
            await replace_panel(interaction, view)
        finally:  # they sit, whether Discord takes the answer or not
            await self._updater.show_seat(result)
            if left_room_id is not None:
                await self._updater.refresh(left_room_id)


def _visibility(payload: routes.Sitting | routes.SeatMove) -> Visibility | None:
    return Visibility.HIDDEN if payload.is_hidden else None
