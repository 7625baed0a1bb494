"""The private questions before a member takes a seat: to leave another one, or in which room to sit."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeAlias

from discord import ButtonStyle, ui

from bot.gateway.client import Interaction
from bot.rooms.sessions.questions import SeatedElsewhereError, SeveralRoomsError
from bot.texts.catalogue import Markup, Say
from cogs.rooms import routes
from cogs.ui.panels import button, panel, replace_panel, send_panel, texts_for

_Wish: TypeAlias = tuple[int | None, int | None, bool]  # minutes, rounds, hidden


@asynccontextmanager
async def asking(
    interaction: Interaction,
    minutes: int | None = None,
    rounds: int | None = None,
    *,
    is_hidden: bool = False,
) -> AsyncIterator[None]:
    """Run a body that takes a seat; if the member has to answer a question first, ask it privately.

    The buttons repeat the request with the given minutes, rounds and visibility. The question replaces a
    private panel that was tapped.
    """
    say, wish = texts_for(interaction), (minutes, rounds, is_hidden)
    try:
        yield
    except SeatedElsewhereError as question:
        await _ask(interaction, _move_question(question, wish, say))
    except SeveralRoomsError as question:
        await _ask(interaction, _room_question(question, wish, say))


async def _ask(interaction: Interaction, view: ui.LayoutView) -> None:
    is_panel = interaction.message is not None and interaction.message.flags.ephemeral
    await (replace_panel if is_panel else send_panel)(interaction, view)


def _move_question(question: SeatedElsewhereError, wish: _Wish, say: Say) -> ui.LayoutView:
    other, room = question.other, question.room
    move = routes.MOVE_SEAT(other.room_id, room.room_id, question.session_id, *wish)
    where = Markup(f"<#{other.channel_id}>")
    text = say("rooms.seat_question.elsewhere", other=other.name, where=where)
    buttons = [
        button(say("rooms.button.move"), move, ButtonStyle.primary),
        button(say("rooms.button.stay"), routes.SHOW_SEAT(question.other_session_id)),
    ]
    return panel([text], [buttons])


def _room_question(question: SeveralRoomsError, wish: _Wish, say: Say) -> ui.LayoutView:
    buttons = [button(each.name, routes.SIT_IN(each.room_id, *wish)) for each in question.rooms]
    return panel([say("rooms.seat_question.which")], [buttons])
