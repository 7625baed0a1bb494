"""The button of a card that opens a session between sessions."""

from collections.abc import Sequence

from bot.errors import RefusalError
from bot.gateway.client import Interaction
from bot.gateway.interactions import guild_id_of, may_enter, require_guild
from bot.rooms.model import Room
from bot.rooms.sessions.service import Sessions
from cogs.rooms import cards, routes
from cogs.rooms.card_updater import CardUpdater
from cogs.rooms.seat_questions import asking
from cogs.ui.panels import send_panel, texts_for


class OpenButton:
    """Opens a session by a tap on the card, which then shows it."""

    def __init__(self, sessions: Sessions, updater: CardUpdater) -> None:
        self._sessions = sessions
        self._updater = updater

    @routes.OPEN.handler
    async def open(self, interaction: Interaction, payload: routes.RoomId) -> None:
        """Open a session and take a seat in it; if one is open already, take a seat there."""
        require_guild(interaction)

        def choose(rooms: Sequence[Room]) -> set[int]:
            for room in rooms:
                if room.room_id == payload.room_id and may_enter(interaction, room.channel_id):
                    return {room.room_id}
            raise RefusalError("refusals.room_gone")

        async with asking(interaction):
            result = await self._sessions.sit(
                guild_id_of(interaction),
                interaction.user.id,
                choose,
                None,
                is_moderator=interaction.permissions.manage_guild,
                in_place=True,
            )
            await self._updater.answer(interaction, result.card)
            await send_panel(interaction, cards.seat_panel(result, texts_for(interaction)))
