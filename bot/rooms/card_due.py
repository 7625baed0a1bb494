"""Schedules work on cards, inside the units of work that change what cards show.

The worker does that work: it posts, edits and deletes the messages of cards.
"""

from collections.abc import Mapping
from datetime import datetime

from bot.delivery import outbox
from bot.delivery.outcome import Problem
from bot.rooms.model import Room
from bot.scheduling import due_queue
from bot.scheduling.due_queue import DueKind
from bot.storage.database import Statements
from bot.storage.record import SqlValue


async def update_card(statements: Statements, room: Room, now: datetime) -> None:
    """Make a room's card due now. If it is up to date already, the worker makes no request."""
    await due_queue.set(statements, DueKind.CARD, room.room_id, room.guild_id, now)


async def update_card_by(
    statements: Statements, room_id: int, guild_id: int, until: datetime, now: datetime
) -> None:
    """Make a card due at `until`, unless it is due earlier anyway.

    If it is being updated right now, it is due again at once: the worker may have read it before the
    change.
    """
    before = await due_queue.find(statements, DueKind.CARD, room_id)
    if before is None or before > until:
        await due_queue.set(statements, DueKind.CARD, room_id, guild_id, until)
    elif before <= now:
        await due_queue.set(statements, DueKind.CARD, room_id, guild_id, now)


async def show_session(statements: Statements, room: Room, now: datetime, *, in_place: bool) -> None:
    """Make the card of a session due that has just opened.

    `in_place`: the message that shows the room now is edited; else a new one at the bottom of the channel
    replaces it.
    """
    if not in_place:
        await statements.run("send_card_down", room_id=room.room_id)
        if room.problem is Problem.HISTORY:  # the message before may be lost: it is not looked for any more
            await outbox.finish(statements, card_key(room.room_id))
    await update_card(statements, room, now)


def card_key(room_id: int) -> str:
    """Return the key of a room's card in the outbox."""
    return f"card:{room_id}"


async def take_card_away(statements: Statements, room: Room, channel_id: int, now: datetime) -> None:
    """Schedule the deletion of a card's message. The room's next card comes in the channel `channel_id`."""
    for row in await statements.rows("get_card", room_id=room.room_id):
        await delete_message(statements, row, now)
    await statements.run("lose_card", room_id=room.room_id, channel_id=channel_id)


async def delete_message(statements: Statements, card: Mapping[str, SqlValue], now: datetime) -> None:
    """Schedule the deletion of a card's message, if there is one; `card` has the columns of its row."""
    message_id, guild_id, channel_id = (card[each] for each in ("message_id", "guild_id", "channel_id"))
    if isinstance(message_id, int) and isinstance(guild_id, int):
        given = {"message_id": message_id, "guild_id": guild_id}
        await statements.run("add_old_card", **given, channel_id=channel_id)
        await due_queue.set(statements, DueKind.OLD_CARD, message_id, guild_id, now)
