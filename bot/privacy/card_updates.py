"""Card updates without a tap on the card: after a change of a consent, of data or of a whole server."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from bot.scheduling import due_queue
from bot.scheduling.due_queue import DueKind
from bot.storage.database import Statements


class CardUpdates:
    """Tells subscribers, which edit messages, about changes of cards that services made."""

    def __init__(self) -> None:
        self._subscribers: list[Callable[[Sequence[int]], None]] = []

    def subscribe(self, subscriber: Callable[[Sequence[int]], None]) -> None:
        """Call `subscriber` with the rooms whose cards changed, on the event loop. It must not raise."""
        self._subscribers.append(subscriber)

    def publish(self, room_ids: Sequence[int]) -> None:
        """Call the subscribers after the commit of a change and before the member is answered."""
        if room_ids:
            for subscriber in self._subscribers:
                subscriber(room_ids)


async def rooms_of(statements: Statements, session_ids: Iterable[int]) -> tuple[int, ...]:
    """Return the rooms of sessions."""
    found = [await statements.rows("card_of_session", session_id=each) for each in session_ids]
    return tuple(int(row["room_id"] or 0) for rows in found for row in rows)


async def mark_cards(statements: Statements, room_ids: Iterable[int], now: datetime) -> None:
    """Ask the worker to bring the cards of rooms up to date, where no subscriber is told about them."""
    for room_id in room_ids:
        for row in await statements.rows("get_card", room_id=room_id):
            await due_queue.set(statements, DueKind.CARD, room_id, int(row["guild_id"] or 0), now)


async def mark_cards_of_guild(statements: Statements, guild_id: int, now: datetime) -> None:
    """Ask the worker to bring all cards of a server up to date."""
    for row in await statements.rows("cards_of_guild", guild_id=guild_id):
        await due_queue.set(statements, DueKind.CARD, int(row["room_id"] or 0), guild_id, now)
